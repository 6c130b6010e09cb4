// ISO 8601 instants and calendar dates as text (RULINGS 15).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

namespace outrider {

/// `2026-03-03T10:00:00.123456+02:00`, with or without a fraction, `T` or a blank, any offset or `Z`, or a
/// bare date. Without an offset it is UTC. Errors: Invalid.
Result<TimeMs> parse_instant(std::string_view text);

/// Whether `text` carries `Z` or an offset; without one some fields mean the campaign's zone.
bool has_offset(std::string_view text);

/// `2026-03-03T10:00:00Z`.
std::string instant_text(TimeMs at_ms);
/// `2026-03-03T10:00:00.123Z`.
std::string instant_text_ms(TimeMs at_ms);

/// `Tue, 03 Mar 2026 08:00:00 ` and `zone`: of mail with `+0000` (RFC 5322 section 3.3), of HTTP with `GMT`
/// (RFC 9110 section 5.6.7).
std::string internet_date_text(TimeMs at_ms, std::string_view zone);

/// As mail, HTTP and IMAP write them.
inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// The UTC day of an instant, in days since 1970-01-01.
std::int64_t utc_day_of(TimeMs at_ms);

/// Days since 1970-01-01 of a proleptic Gregorian date, and back.
std::int64_t days_from_date(int year, int month, int day);
struct Date {
  int year = 1970;
  int month = 1;
  int day = 1;
};
Date date_from_days(std::int64_t days);

}  // namespace outrider
