// Small text helpers shared by everything: ASCII case, trimming, splitting, UTF-8 length and repair.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider {

/// ASCII only: what mail headers, domains and wire words need. Bytes above 127 stay as they are.
char to_lower(char c);
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Position of `needle` in `text` without regard to ASCII case, from `from` on; npos when absent.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from = 0);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

/// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);
/// Parts between separators; empty parts stay.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Every `from` becomes `to`; `from` must not be empty.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// The whole text as a decimal number; nothing else may stand in it.
std::optional<long long> parse_integer(std::string_view text);

/// Unicode characters in a valid UTF-8 text.
std::size_t utf8_length(std::string_view text);
bool is_valid_utf8(std::string_view text);
/// A valid UTF-8 text without NUL: each bad byte becomes U+FFFD. Databases refuse anything else.
std::string to_valid_utf8(std::string_view text);
/// The first `characters_max` characters; never cuts one in two.
std::string_view utf8_prefix(std::string_view text, std::size_t characters_max);

}  // namespace outrider
