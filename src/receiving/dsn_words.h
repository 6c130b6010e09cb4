// What bounces that follow no standard say about themselves, folded (mail/fold.h).
#pragma once

#include <span>
#include <string_view>

namespace outrider::receiving {

struct BounceFormat {
  std::string_view name;
  std::string_view phrase;  // stands near the top of the text
};

/// Programs that can be told by their own words, whoever the sender is.
std::span<const BounceFormat> bounce_formats();
/// Subjects of bounces; only with a mail system as sender.
std::span<const std::string_view> bounce_subjects();
/// Words of a report about a mail that is still on its way.
std::span<const std::string_view> delay_phrases();
/// Words that name the reason, for reports without a code, and the enhanced code they stand for.
struct BounceReason {
  std::string_view phrase;
  std::string_view status;
};
std::span<const BounceReason> bounce_reasons();

}  // namespace outrider::receiving
