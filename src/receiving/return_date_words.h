// Names of months, weekdays and turning points of an absence, by language, folded (mail/fold.h).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace outrider::receiving {

struct NumberedWord {
  std::string_view word;
  int number;  // month 1-12; weekday 1 (Monday) to 7
};
std::span<const NumberedWord> month_names();
std::span<const NumberedWord> weekday_names();

/// What a date behind these words means.
enum class DateRole : std::uint8_t {
  Plain,    // any date in the text
  Until,    // the last day away, or the first day back: the day itself
  Through,  // the last day away
  Joined,   // Through when it stands right before the date: "3 to 10 March", "to" is too common otherwise
  Return,   // the first day back
};
struct RoleWord {
  std::string_view words;
  DateRole role;
};
std::span<const RoleWord> role_words();
/// Those that stand behind their date.
std::span<const RoleWord> roles_behind();

struct ShortForm {
  std::string_view text;  // "t/m"
  std::string_view word;  // one of role_words()
};
std::span<const ShortForm> short_forms();

std::span<const std::string_view> next_week_phrases();
std::span<const std::string_view> tomorrow_words();

}  // namespace outrider::receiving
