#include "mail/imap_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kQuotedBytesMax = 1000;

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | (point >> 6));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

/// UTF-16, high byte first, to UTF-8; nothing when a surrogate stands alone.
std::optional<std::string> utf16_to_utf8(std::string_view bytes) {
  if (bytes.empty() || bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [bytes](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                      static_cast<std::uint8_t>(bytes[at + 1]));
  };
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t point = unit(at);
    if (point >= 0xDC00 && point < 0xE000) return std::nullopt;
    if (point >= 0xD800 && point < 0xDC00) {
      at += 2;
      if (at >= bytes.size() || unit(at) < 0xDC00 || unit(at) >= 0xE000) return std::nullopt;
      point = 0x10000 + ((point - 0xD800) << 10) + (unit(at) - 0xDC00);
    }
    if (point == 0) return std::nullopt;
    append_utf8(out, point);
  }
  return out;
}

/// `shifted` stands between `&` and `-` and is not empty.
std::optional<std::string> decode_shifted(std::string_view shifted) {
  std::string base64(shifted);
  std::ranges::replace(base64, ',', '/');
  const auto bytes = base64_decode(base64);
  // A padding that would be left over is dropped by the decoder; an odd byte of zero bits may remain.
  if (!bytes) return std::nullopt;
  return utf16_to_utf8(*bytes);
}

/// One character from the front of valid UTF-8.
std::uint32_t take_utf8(std::string_view& text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i)
    point = point << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

void append_utf16(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t unit) {
    out.push_back(static_cast<char>(unit >> 8));
    out.push_back(static_cast<char>(unit & 0xFF));
  };
  if (point < 0x10000) return put(point);
  put(0xD800 + ((point - 0x10000) >> 10));
  put(0xDC00 + ((point - 0x10000) & 0x3FF));
}

void append_shifted(std::string& out, const std::string& utf16) {
  std::string base64 = base64_encode(utf16);
  std::ranges::replace(base64, '/', ',');
  base64.erase(base64.find_last_not_of('=') + 1);
  out += '&' + base64 + '-';
}

std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + count, value);
  if (error != std::errc() || stop != text.data() + count) return std::nullopt;
  text.remove_prefix(count);
  return static_cast<int>(value);
}

bool eat(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<TimeMs> take_date(std::string_view& text) {
  const bool one_digit = eat(text, ' ') || (text.size() > 1 && text[1] == '-');
  const auto day = take_digits(text, one_digit ? 1 : 2);
  if (!day || *day < 1 || *day > 31 || !eat(text, '-') || text.size() < 4) return std::nullopt;
  const auto month = std::ranges::find_if(
      kMonthNames, [&](std::string_view name) { return equal_ignoring_case(name, text.substr(0, 3)); });
  text.remove_prefix(3);
  if (month == kMonthNames.end() || !eat(text, '-')) return std::nullopt;
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  return days_from_date(*year, static_cast<int>(month - kMonthNames.begin()) + 1, *day) * kDayMs;
}

std::optional<TimeMs> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !eat(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !eat(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  return *hour * kHourMs + *minute * kMinuteMs + *second * kSecondMs;
}

std::optional<TimeMs> take_offset(std::string_view& text) {
  const bool west = text.starts_with('-');
  if (!eat(text, '+') && !eat(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  const TimeMs offset = *hours * kHourMs + *minutes * kMinuteMs;
  return west ? -offset : offset;
}

}  // namespace

std::optional<std::vector<ImapRange>> parse_imap_set(std::string_view text) {
  std::vector<ImapRange> ranges;
  do {
    const auto first = take_number(text);
    if (!first || ranges.size() == kImapRangesMax) return std::nullopt;
    auto last = first;
    if (eat(text, ':')) last = take_number(text);
    if (!last) return std::nullopt;
    ranges.push_back({.first = std::min(*first, *last), .last = std::max(*first, *last)});
  } while (eat(text, ','));
  if (!text.empty()) return std::nullopt;
  return ranges;
}

std::string imap_set(std::span<const std::uint32_t> ascending) {
  std::string set;
  for (std::size_t at = 0; at < ascending.size();) {
    std::size_t last = at;
    while (last + 1 < ascending.size() && ascending[last + 1] == ascending[last] + 1) ++last;
    if (!set.empty()) set += ',';
    set += std::to_string(ascending[at]);
    if (last != at) set += ':' + std::to_string(ascending[last]);
    at = last + 1;
  }
  return set;
}

std::uint64_t count_of(std::span<const ImapRange> ranges) {
  std::uint64_t count = 0;
  for (const auto& range : ranges) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

std::string imap_name_to_utf8(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const auto end = name[at] == '&' ? name.find('-', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out.push_back(name[at]);
      continue;
    }
    const std::string_view shifted = name.substr(at + 1, end - at - 1);
    const auto decoded = shifted.empty() ? std::string("&") : decode_shifted(shifted);
    out += decoded ? *decoded : std::string(name.substr(at, end - at + 1));
    at = end;
  }
  return to_valid_utf8(out);
}

std::string imap_name_from_utf8(std::string_view name) {
  std::string out;
  std::string utf16;
  while (!name.empty()) {
    const std::uint32_t point = take_utf8(name);
    const bool printable = point >= 0x20 && point < 0x7F;
    if (!printable) append_utf16(utf16, point);
    if (!utf16.empty() && (printable || name.empty())) {
      append_shifted(out, utf16);
      utf16.clear();
    }
    if (printable) out.push_back(static_cast<char>(point));
    if (point == '&') out.push_back('-');
  }
  return out;
}

std::optional<TimeMs> parse_imap_date(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !eat(text, ' ')) return std::nullopt;
  const auto time = take_time(text);
  if (!time || !eat(text, ' ')) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *date + *time - *offset;
}

std::string imap_date(TimeMs at_ms) {
  const Date date = date_from_days(utc_day_of(at_ms));
  std::string text = std::to_string(date.day) + '-';
  text.append(kMonthNames[static_cast<std::size_t>(date.month - 1)])
      .append("-")
      .append(std::to_string(date.year));
  return text;
}

std::string imap_date_time(TimeMs at_ms) {
  const TimeMs seconds = (at_ms - utc_day_of(at_ms) * kDayMs) / kSecondMs;
  const std::string date = imap_date(at_ms);
  std::array<char, 40> text{};
  std::snprintf(text.data(),
                text.size(),
                "%11s %02d:%02d:%02d +0000",
                date.c_str(),
                static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  return text.data();
}

std::optional<std::string> imap_quoted(std::string_view text) {
  if (text.size() > kQuotedBytesMax) return std::nullopt;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '\0' || static_cast<std::uint8_t>(c) > 126) return std::nullopt;
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace outrider::mail
