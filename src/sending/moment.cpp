#include "sending/moment.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "core/clock.h"
#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::sending {
namespace {

constexpr int kAmountMax = 3650;
constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",
                                                      "February",
                                                      "March",
                                                      "April",
                                                      "May",
                                                      "June",
                                                      "July",
                                                      "August",
                                                      "September",
                                                      "October",
                                                      "November",
                                                      "December"};

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// The parts of a wall clock that the tokens print.
struct Parts {
  Date date;
  std::int64_t days = 0;  // since 1970-01-01
  int weekday = 0;        // 0 Sunday
  int hour = 0;
  int minute = 0;
  int second = 0;
};

int weekday_of(std::int64_t days) {
  return static_cast<int>(((days + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

Parts parts_of(const WallTime& at) {
  Parts parts;
  parts.days = floor_divide(at.local_ms, kDayMs);
  parts.date = date_from_days(parts.days);
  parts.weekday = weekday_of(parts.days);
  const std::int64_t second = (at.local_ms - parts.days * kDayMs) / kSecondMs;
  parts.hour = static_cast<int>(second / 3600);
  parts.minute = static_cast<int>(second / 60 % 60);
  parts.second = static_cast<int>(second % 60);
  return parts;
}

int days_in_month(int year, int month) {
  const int next_year = month == 12 ? year + 1 : year;
  return static_cast<int>(days_from_date(next_year, month % 12 + 1, 1) - days_from_date(year, month, 1));
}

/// 31 January plus one month is the last day of February.
std::int64_t add_months(const Date& date, int months) {
  const int index = date.year * 12 + date.month - 1 + months;
  const int year = static_cast<int>(floor_divide(index, 12));
  const int month = index - year * 12 + 1;
  return days_from_date(year, month, std::min(date.day, days_in_month(year, month)));
}

std::int64_t add_business_days(std::int64_t days, int amount) {
  const int step = amount < 0 ? -1 : 1;
  for (int left = std::abs(amount); left > 0;) {
    days += step;
    const int weekday = weekday_of(days);
    if (weekday != 0 && weekday != 6) --left;
  }
  return days;
}

/// At least `width` digits.
std::string padded(int number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

std::string ordinal(int number) {
  const int tens = number % 100;
  const char* suffix = "th";
  if (tens < 11 || tens > 13)
    suffix = number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
  return std::to_string(number) + suffix;
}

/// ISO 8601: the week of a day is the week of its Thursday.
int iso_week(const Parts& parts) {
  const std::int64_t thursday = parts.days + 3 - (parts.weekday + 6) % 7;
  const int year = date_from_days(thursday).year;
  return static_cast<int>((thursday - days_from_date(year, 1, 1)) / 7 + 1);
}

int day_of_year(const Parts& parts) {
  return static_cast<int>(parts.days - days_from_date(parts.date.year, 1, 1)) + 1;
}

std::string offset_text(int minutes, std::string_view separator) {
  const int size = std::abs(minutes);
  return (minutes < 0 ? '-' : '+') + padded(size / 60, 2).append(separator) + padded(size % 60, 2);
}

struct Token {
  std::string_view text;
  std::string (*print)(const Parts&, const WallTime&);
};

int hour_of_12(const Parts& parts) {
  return parts.hour % 12 == 0 ? 12 : parts.hour % 12;
}
std::string_view name_of_day(const Parts& parts) {
  return kDays[static_cast<std::size_t>(parts.weekday)];
}
std::string_view name_of_month(const Parts& parts) {
  return kMonths[static_cast<std::size_t>(parts.date.month - 1)];
}

// Longest first among those that start alike, because the first match wins.
constexpr Token kTokens[] = {
    {"YYYY", [](const Parts& p, const WallTime&) { return padded(p.date.year, 4); }},
    {"YY", [](const Parts& p, const WallTime&) { return padded(p.date.year % 100, 2); }},
    {"Q", [](const Parts& p, const WallTime&) { return std::to_string((p.date.month + 2) / 3); }},
    {"MMMM", [](const Parts& p, const WallTime&) { return std::string(name_of_month(p)); }},
    {"MMM", [](const Parts& p, const WallTime&) { return std::string(name_of_month(p).substr(0, 3)); }},
    {"MM", [](const Parts& p, const WallTime&) { return padded(p.date.month, 2); }},
    {"Mo", [](const Parts& p, const WallTime&) { return ordinal(p.date.month); }},
    {"M", [](const Parts& p, const WallTime&) { return std::to_string(p.date.month); }},
    {"DDDD", [](const Parts& p, const WallTime&) { return padded(day_of_year(p), 3); }},
    {"DDD", [](const Parts& p, const WallTime&) { return std::to_string(day_of_year(p)); }},
    {"DD", [](const Parts& p, const WallTime&) { return padded(p.date.day, 2); }},
    {"Do", [](const Parts& p, const WallTime&) { return ordinal(p.date.day); }},
    {"D", [](const Parts& p, const WallTime&) { return std::to_string(p.date.day); }},
    {"dddd", [](const Parts& p, const WallTime&) { return std::string(name_of_day(p)); }},
    {"ddd", [](const Parts& p, const WallTime&) { return std::string(name_of_day(p).substr(0, 3)); }},
    {"dd", [](const Parts& p, const WallTime&) { return std::string(name_of_day(p).substr(0, 2)); }},
    {"do", [](const Parts& p, const WallTime&) { return ordinal(p.weekday); }},
    {"d", [](const Parts& p, const WallTime&) { return std::to_string(p.weekday); }},
    {"E", [](const Parts& p, const WallTime&) { return std::to_string((p.weekday + 6) % 7 + 1); }},
    {"WW", [](const Parts& p, const WallTime&) { return padded(iso_week(p), 2); }},
    {"W", [](const Parts& p, const WallTime&) { return std::to_string(iso_week(p)); }},
    {"HH", [](const Parts& p, const WallTime&) { return padded(p.hour, 2); }},
    {"H", [](const Parts& p, const WallTime&) { return std::to_string(p.hour); }},
    {"hh", [](const Parts& p, const WallTime&) { return padded(hour_of_12(p), 2); }},
    {"h", [](const Parts& p, const WallTime&) { return std::to_string(hour_of_12(p)); }},
    {"mm", [](const Parts& p, const WallTime&) { return padded(p.minute, 2); }},
    {"m", [](const Parts& p, const WallTime&) { return std::to_string(p.minute); }},
    {"ss", [](const Parts& p, const WallTime&) { return padded(p.second, 2); }},
    {"s", [](const Parts& p, const WallTime&) { return std::to_string(p.second); }},
    {"A", [](const Parts& p, const WallTime&) { return std::string(p.hour < 12 ? "AM" : "PM"); }},
    {"a", [](const Parts& p, const WallTime&) { return std::string(p.hour < 12 ? "am" : "pm"); }},
    {"ZZ", [](const Parts&, const WallTime& at) { return offset_text(at.utc_offset_minutes, ""); }},
    {"Z", [](const Parts&, const WallTime& at) { return offset_text(at.utc_offset_minutes, ":"); }},
};

std::optional<int> weekday_named(std::string_view word) {
  for (std::size_t i = 0; i < kDays.size(); ++i)
    if (equal_ignoring_case(word, kDays[i])) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<DateUnit> unit_named(std::string_view word) {
  std::string singular = to_lower(word);
  if (singular.ends_with('s')) singular.pop_back();
  constexpr std::pair<std::string_view, DateUnit> kUnits[] = {{"minute", DateUnit::Minute},
                                                              {"hour", DateUnit::Hour},
                                                              {"day", DateUnit::Day},
                                                              {"week", DateUnit::Week},
                                                              {"month", DateUnit::Month},
                                                              {"year", DateUnit::Year},
                                                              {"weekday", DateUnit::BusinessDay}};
  for (const auto& [name, unit] : kUnits)
    if (singular == name) return unit;
  return std::nullopt;
}

/// `2 days`, `2 business days`: the amount and the unit, with `words` left after them.
std::optional<RelativeDate> take_amount(std::vector<std::string_view>& words) {
  if (words.size() < 2) return std::nullopt;
  const bool one = equal_ignoring_case(words[0], "a") || equal_ignoring_case(words[0], "an");
  const auto amount = one ? std::optional<long long>(1) : parse_integer(words[0]);
  const bool business = words.size() > 2 && equal_ignoring_case(words[1], "business");
  const auto unit = business ? DateUnit::BusinessDay : unit_named(words[1]);
  if (!amount || *amount < 0 || *amount > kAmountMax || !unit) return std::nullopt;
  if (business && unit_named(words[2]) != DateUnit::Day) return std::nullopt;
  words.erase(words.begin(), words.begin() + (business ? 3 : 2));
  return RelativeDate{.unit = *unit, .amount = static_cast<int>(*amount)};
}

std::optional<RelativeDate> parse_words(std::vector<std::string_view> words) {
  const auto is = [&](std::size_t i, std::string_view word) {
    return i < words.size() && equal_ignoring_case(words[i], word);
  };
  if (words.size() == 1 && (is(0, "now") || is(0, "today"))) return RelativeDate{};
  if (words.size() == 1 && is(0, "tomorrow")) return RelativeDate{.amount = 1};
  if (words.size() == 1 && is(0, "yesterday")) return RelativeDate{.amount = -1};
  if (words.size() == 2 && is(0, "next")) {
    if (const auto day = weekday_named(words[1]))
      return RelativeDate{.unit = DateUnit::Weekday, .amount = *day};
    if (const auto unit = unit_named(words[1])) return RelativeDate{.unit = *unit, .amount = 1};
    return std::nullopt;
  }
  const bool in_front = is(0, "in");
  if (in_front) words.erase(words.begin());
  auto date = take_amount(words);
  if (!date || (in_front && !words.empty())) return std::nullopt;
  if (in_front || (words.size() == 2 && is(0, "from") && is(1, "now"))) return date;
  if (words.size() != 1 || !is(0, "ago")) return std::nullopt;
  date->amount = -date->amount;
  return date;
}

}  // namespace

Result<RelativeDate> parse_relative_date(std::string_view phrase) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(trim(phrase), ' '))
    if (!word.empty()) words.push_back(word);
  if (const auto date = parse_words(std::move(words))) return *date;
  return fail(
      Code::Invalid,
      "the date \"" + std::string(phrase) +
          "\" is not understood; write it like \"2 days from now\", \"1 week ago\" or \"next Monday\"");
}

WallTime shifted(const WallTime& from, const RelativeDate& by) {
  const std::int64_t days = floor_divide(from.local_ms, kDayMs);
  const std::int64_t in_day_ms = from.local_ms - days * kDayMs;
  const auto on_day = [&](std::int64_t day) {
    return WallTime{.local_ms = day * kDayMs + in_day_ms, .utc_offset_minutes = from.utc_offset_minutes};
  };
  switch (by.unit) {
    case DateUnit::Minute:
      return {.local_ms = from.local_ms + by.amount * kMinuteMs,
              .utc_offset_minutes = from.utc_offset_minutes};
    case DateUnit::Hour:
      return {.local_ms = from.local_ms + by.amount * kHourMs, .utc_offset_minutes = from.utc_offset_minutes};
    case DateUnit::Day:
      return on_day(days + by.amount);
    case DateUnit::BusinessDay:
      return on_day(add_business_days(days, by.amount));
    case DateUnit::Week:
      return on_day(days + 7LL * by.amount);
    case DateUnit::Month:
      return on_day(add_months(date_from_days(days), by.amount));
    case DateUnit::Year:
      return on_day(add_months(date_from_days(days), 12 * by.amount));
    case DateUnit::Weekday:
      return on_day(days + (by.amount - weekday_of(days) + 6) % 7 + 1);
  }
  return from;
}

void append_moment(std::string& out, const WallTime& at, std::string_view format) {
  const Parts parts = parts_of(at);
  while (!format.empty()) {
    if (const auto close = format.find(']'); format.front() == '[' && close != std::string_view::npos) {
      out += format.substr(1, close - 1);
      format.remove_prefix(close + 1);
      continue;
    }
    const auto* token =
        std::ranges::find_if(kTokens, [&](const Token& known) { return format.starts_with(known.text); });
    if (token == std::end(kTokens)) {
      out += format.front();
      format.remove_prefix(1);
      continue;
    }
    out += token->print(parts, at);
    format.remove_prefix(token->text.size());
  }
}

std::string_view time_of_day(const WallTime& at) {
  const int hour = parts_of(at).hour;
  if (hour < 12) return "morning";
  return hour < 17 ? "afternoon" : "evening";
}

std::string_view day_of_week(const WallTime& at) {
  return name_of_day(parts_of(at));
}

}  // namespace outrider::sending
