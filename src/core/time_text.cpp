#include "core/time_text.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

namespace outrider {
namespace {

/// Reads decimal digits from the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  std::optional<int> take(int count) {
    if (std::ssize(rest_) < count) return std::nullopt;
    int value = 0;
    for (int i = 0; i < count; ++i) {
      const char c = rest_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(static_cast<std::size_t>(count));
    return value;
  }

  bool eat(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// The fraction after the point, cut to milliseconds; more digits are read and dropped.
  std::optional<int> take_fraction_ms() {
    int value = 0;
    int count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1), ++count)
      if (count < 3) value = value * 10 + (rest_.front() - '0');
    if (count == 0 || count > 9) return std::nullopt;
    for (; count < 3; ++count) value *= 10;
    return value;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<TimeMs> take_time_of_day_ms(Digits& in) {
  const auto hour = in.take(2);
  if (!hour || *hour > 23 || !in.eat(":")) return std::nullopt;
  const auto minute = in.take(2);
  if (!minute || *minute > 59) return std::nullopt;
  TimeMs ms = *hour * kHourMs + *minute * kMinuteMs;
  if (!in.eat(":")) return ms;
  const auto second = in.take(2);
  if (!second || *second > 60) return std::nullopt;
  ms += *second * kSecondMs;
  if (!in.eat(".,")) return ms;
  const auto fraction_ms = in.take_fraction_ms();
  if (!fraction_ms) return std::nullopt;
  return ms + *fraction_ms;
}

/// What to subtract from local time to get UTC.
std::optional<TimeMs> take_offset_ms(Digits& in) {
  if (in.rest().empty() || in.eat("Zz")) return 0;
  const bool negative = in.rest().starts_with('-');
  if (!in.eat("+-")) return std::nullopt;
  const auto hour = in.take(2);
  in.eat(":");
  const auto minute = in.rest().empty() ? std::optional<int>(0) : in.take(2);
  if (!hour || !minute || *hour > 15 || *minute > 59) return std::nullopt;
  const TimeMs ms = *hour * kHourMs + *minute * kMinuteMs;
  return negative ? -ms : ms;
}

std::optional<TimeMs> parse(std::string_view text) {
  Digits in(text);
  const auto year = in.take(4);
  if (!year || !in.eat("-")) return std::nullopt;
  const auto month = in.take(2);
  if (!month || !in.eat("-")) return std::nullopt;
  const auto day = in.take(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const TimeMs midnight_ms = std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
  if (in.rest().empty()) return midnight_ms;
  // A "+" of an offset arrives as a blank when a client forgets to escape it in a query.
  if (!in.eat("Tt ")) return std::nullopt;
  const auto time_ms = take_time_of_day_ms(in);
  if (!time_ms) return std::nullopt;
  const auto offset_ms = take_offset_ms(in);
  if (!offset_ms || !in.rest().empty()) return std::nullopt;
  return midnight_ms + *time_ms - *offset_ms;
}

std::string format(TimeMs at_ms, bool with_ms) {
  const std::int64_t days = utc_day_of(at_ms);
  const Date date = date_from_days(days);
  const auto in_day_ms = static_cast<int>(at_ms - days * kDayMs);
  std::array<char, 40> out{};
  const int hour = in_day_ms / static_cast<int>(kHourMs);
  const int minute = in_day_ms / 60000 % 60;
  const int second = in_day_ms / 1000 % 60;
  if (with_ms)
    std::snprintf(out.data(),
                  out.size(),
                  "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  date.year,
                  date.month,
                  date.day,
                  hour,
                  minute,
                  second,
                  in_day_ms % 1000);
  else
    std::snprintf(out.data(),
                  out.size(),
                  "%04d-%02d-%02dT%02d:%02d:%02dZ",
                  date.year,
                  date.month,
                  date.day,
                  hour,
                  minute,
                  second);
  return out.data();
}

}  // namespace

Result<TimeMs> parse_instant(std::string_view text) {
  if (const auto at_ms = parse(text)) return *at_ms;
  return fail(Code::Invalid, "must be an ISO 8601 date and time such as 2026-03-03T10:00:00Z");
}

bool has_offset(std::string_view text) {
  if (text.size() < 11) return false;
  const auto time = text.substr(10);
  return time.find_first_of("Zz+") != std::string_view::npos || time.rfind('-') != std::string_view::npos;
}

std::string instant_text(TimeMs at_ms) {
  return format(at_ms, false);
}
std::string instant_text_ms(TimeMs at_ms) {
  return format(at_ms, true);
}

std::string internet_date_text(TimeMs at_ms, std::string_view zone) {
  constexpr std::array kDays = {
      "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  const std::int64_t days = utc_day_of(at_ms);
  const auto second = static_cast<int>((at_ms - days * kDayMs) / kSecondMs);
  const Date date = date_from_days(days);
  const std::string month(kMonthNames[static_cast<std::size_t>(date.month - 1)]);
  std::array<char, 64> out{};
  std::snprintf(out.data(),
                out.size(),
                "%s, %02d %s %04d %02d:%02d:%02d ",
                kDays[static_cast<std::size_t>((days % 7 + 7) % 7)],
                date.day,
                month.c_str(),
                date.year,
                second / 3600,
                second / 60 % 60,
                second % 60);
  return std::string(out.data()).append(zone);
}

std::int64_t utc_day_of(TimeMs at_ms) {
  return (at_ms - ((at_ms % kDayMs + kDayMs) % kDayMs)) / kDayMs;
}

std::int64_t days_from_date(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

Date date_from_days(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day()))};
}

}  // namespace outrider
