// Hex, base64 and percent encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outrider {

std::string hex_encode(std::string_view bytes);
std::optional<std::string> hex_decode(std::string_view text);

/// RFC 4648 section 4, padded.
std::string base64_encode(std::string_view bytes);
/// Line ends and blanks are passed over; padding may be missing.
std::optional<std::string> base64_decode(std::string_view text);

/// RFC 4648 section 5, without padding: safe in paths and file names.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// RFC 3986: everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);
/// `+` becomes a blank when `form` is set (application/x-www-form-urlencoded); a broken escape stays as it
/// is.
enum class PlusSign { Literal, Blank };
std::string percent_decode(std::string_view text, PlusSign plus);

/// & < > " ' as entities, for HTML text and attribute values.
std::string html_escape(std::string_view text);

}  // namespace outrider
