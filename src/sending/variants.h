// Which A/B variant a lead gets. Counted, not drawn: after any number of leads every variant has its share to
// within one mail, and the same counts always give the same answer (BEHAVIOUR 2.3).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"

namespace outrider::sending {

inline constexpr std::size_t kWeightedVariantsMax = 10;
inline constexpr std::int64_t kWholeShare = 100'000;  // a hundred per cent, in thousandths of one

struct Variant {
  std::int64_t id = 0;
  std::int64_t share = 0;  // of kWholeShare
  std::int64_t count = 0;  // leads of this step it was claimed for and not released
};

/// MANUAL_EQUAL: shares that sum to kWholeShare and differ by at most one thousandth of a per cent.
std::vector<std::int64_t> equal_shares(std::size_t variants);

/// MANUAL_PERCENTAGE: per cents become shares. The variants from the front, at most kWeightedVariantsMax, up
/// to the one with which they sum to a hundred are used; the rest get 0. Errors: Invalid when no such front
/// exists or a per cent is negative.
Result<std::vector<std::int64_t>> percentage_shares(const std::vector<double>& percents);

/// The index of the variant furthest behind its share, counting the mail to come; nothing when no variant has
/// a share. Equal ones are told apart by `tie`, a hash of lead and step.
std::optional<std::size_t> pick_variant(const std::vector<Variant>& variants, std::uint64_t tie);

/// For `tie`.
std::uint64_t variant_tie(std::int64_t lead_id, std::int64_t step_id);

}  // namespace outrider::sending
