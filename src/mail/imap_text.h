// The small languages inside IMAP: mailbox names in modified UTF-7, sets of numbers, dates, quoted strings.
//
// Names stay as the server sent them wherever they go back to it; UTF-8 is for people. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace outrider::mail {

/// UIDs or message numbers from `first` to `last`, both included and first <= last.
struct ImapRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  bool operator==(const ImapRange&) const = default;
};

inline constexpr std::size_t kImapRangesMax = 200'000;

/// `1:5,9` as ranges in the order given. Nothing for anything else, for `*`, and beyond kImapRangesMax.
std::optional<std::vector<ImapRange>> parse_imap_set(std::string_view text);

/// Ascending numbers as a set, neighbours joined: {1, 2, 3, 9} is `1:3,9`.
std::string imap_set(std::span<const std::uint32_t> ascending);

/// How many numbers the ranges hold.
std::uint64_t count_of(std::span<const ImapRange> ranges);

/// RFC 3501 section 5.1.3. Bytes above 127 are taken as UTF-8 (RFC 6855); what cannot be decoded stays as it
/// is.
std::string imap_name_to_utf8(std::string_view name);
/// `name` must be valid UTF-8.
std::string imap_name_from_utf8(std::string_view name);

/// ` 1-Feb-2026 10:00:00 +0100`, as INTERNALDATE has it.
std::optional<TimeMs> parse_imap_date(std::string_view text);
/// The same form in UTC, without quotes, for APPEND.
std::string imap_date_time(TimeMs at_ms);
/// `1-Feb-2026` of the UTC day, for SEARCH SINCE.
std::string imap_date(TimeMs at_ms);

/// A quoted string when `text` can be one: at most 1,000 bytes of ASCII without CR, LF and NUL. Else nothing:
/// it must go as a literal.
std::optional<std::string> imap_quoted(std::string_view text);

}  // namespace outrider::mail
