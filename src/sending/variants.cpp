#include "sending/variants.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace outrider::sending {
namespace {

constexpr auto kPerCent = static_cast<double>(kWholeShare) / 100;

}  // namespace

std::vector<std::int64_t> equal_shares(std::size_t variants) {
  const auto count = static_cast<std::int64_t>(variants);
  std::vector<std::int64_t> shares;
  for (std::int64_t i = 0; i < count; ++i)
    shares.push_back(kWholeShare / count + (i < kWholeShare % count ? 1 : 0));
  return shares;
}

Result<std::vector<std::int64_t>> percentage_shares(const std::vector<double>& percents) {
  std::vector<std::int64_t> shares(percents.size(), 0);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < percents.size() && i < kWeightedVariantsMax; ++i) {
    if (!(percents[i] >= 0 && percents[i] <= 100)) break;
    shares[i] = std::llround(percents[i] * kPerCent);
    sum += shares[i];
    // Thirds are sent as 33.33 and 33.34, or as 33.3 three times: a tenth of a per cent is forgiven, and
    // given to the last.
    const std::int64_t off = kWholeShare - sum;
    if (std::abs(off) > kWholeShare / 1000) continue;
    shares[i] += off;
    return shares;
  }
  return fail(Code::Invalid,
              "the percentages of the first 10 variants must be from 0 to 100 and add up to 100");
}

std::optional<std::size_t> pick_variant(const std::vector<Variant>& variants, std::uint64_t tie) {
  std::int64_t total = 1;  // the mail to come
  for (const Variant& variant : variants) total += variant.count;
  std::optional<std::size_t> best;
  __int128 best_lack = 0;
  std::uint64_t best_hash = 0;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Variant& variant = variants[i];
    if (variant.share <= 0) continue;
    const __int128 lack =
        static_cast<__int128>(variant.share) * total - static_cast<__int128>(variant.count) * kWholeShare;
    const std::uint64_t hash = mix_seed(tie, static_cast<std::uint64_t>(variant.id));
    if (best && (lack < best_lack || (lack == best_lack && hash <= best_hash))) continue;
    best = i;
    best_lack = lack;
    best_hash = hash;
  }
  return best;
}

std::uint64_t variant_tie(std::int64_t lead_id, std::int64_t step_id) {
  return mix_seed(mix_seed(0x76617269616E74, static_cast<std::uint64_t>(lead_id)),
                  static_cast<std::uint64_t>(step_id));
}

}  // namespace outrider::sending
