// What is checked and changed on the client's side before a message goes over SMTP; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace outrider::mail {

/// RFC 5321 section 4.5.3.1.3 with the brackets.
inline constexpr std::size_t kSmtpAddressBytesMax = 254;

/// Errors: Invalid for an empty or overlong address and for one with a blank, control character or angle
/// bracket: it could end the command it stands in.
Result<> check_smtp_address(std::string_view address);
/// Errors: Invalid for a text with CR, LF or NUL. `what` names it.
Result<> check_smtp_argument(std::string_view what, std::string_view text);

bool is_ascii(std::string_view text);

/// Whether every line ends with CRLF: a bare CR or LF is read differently by different servers and lets one
/// message pose as two ("SMTP smuggling").
bool has_clean_line_ends(std::string_view message);

/// The message as it stands on the wire: dots doubled at the start of a line (RFC 5321 section 4.5.2), line
/// end and final dot added. The parts point into `message` and into constants.
std::vector<std::string_view> dot_stuffed(std::string_view message);

}  // namespace outrider::mail
