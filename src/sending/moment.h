// Dates in templates: {{sl_date "2 days from now" "dddd, MMMM Do YYYY"}} and its kin. Works on the wall clock
// of the lead's zone, which the caller has looked up; knows no time zones itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace outrider::sending {

/// A wall clock: milliseconds since 1970-01-01T00:00 as the clock on the wall shows it, and how far it is
/// from UTC.
struct WallTime {
  std::int64_t local_ms = 0;
  int utc_offset_minutes = 0;
};

enum class DateUnit : std::uint8_t { Minute, Hour, Day, BusinessDay, Week, Month, Year, Weekday };

/// `2 days from now`, `in 3 weeks`, `1 month ago`, `today`, `tomorrow`, `next Monday`, `5 business days from
/// now`.
struct RelativeDate {
  DateUnit unit = DateUnit::Day;
  int amount = 0;  // Weekday: 0 Sunday to 6 Saturday, always in the future
};

/// Errors: Invalid for a phrase that is not understood or an amount above 3650.
Result<RelativeDate> parse_relative_date(std::string_view phrase);
WallTime shifted(const WallTime& from, const RelativeDate& by);

/// moment.js tokens (YYYY YY Q M Mo MM MMM MMMM D Do DD DDD DDDD d do dd ddd dddd E W WW H HH h hh m mm s ss
/// A a Z ZZ); [text] is literal. English names. Appends to `out`.
void append_moment(std::string& out, const WallTime& at, std::string_view format);

/// morning before 12, afternoon before 17 (17:00 itself is evening), evening otherwise.
std::string_view time_of_day(const WallTime& at);
std::string_view day_of_week(const WallTime& at);

}  // namespace outrider::sending
