// The day a person comes back, out of an out-of-office note (BEHAVIOUR 3.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.h"

namespace outrider::receiving {

inline constexpr int kReturnDaysMax = 100;  // later dates are typing errors or another matter

struct ReturnDateInput {
  std::string_view text;                // new text, with the subject in front when it may hold a date
  TimeMs mail_at_ms = 0;                // the note's own date: relative words count from there
  std::string_view sender_domain = {};  // its country decides between 3/4 and 4/3
};

/// Days since 1970-01-01 (core/time_text.h) of the first day back, in (mail date, mail date +
/// kReturnDaysMax]; empty when the text names none. Reads ISO, d.m.y, m/d/y, month names in 20 languages,
/// weekdays, "next week", 3月10日. "until" in English is the day itself; "through", "bis", "jusqu'au",
/// "hasta" include the day, so the next working day counts.
std::optional<std::int64_t> find_return_day(const ReturnDateInput& input);

/// Whether the text names a day as the end of an absence ("until", "back on"), and not just any day.
bool names_return(const ReturnDateInput& input);

}  // namespace outrider::receiving
