// Content transfer encodings of outgoing parts (RFC 2045 section 6).
#pragma once

#include <string>
#include <string_view>

namespace outrider::mail {

/// Quoted-printable text with CRLF line ends and lines of at most 76 characters. A leading "From " and a lone
/// dot are escaped, so that no relay changes a byte and a signature over the body holds.
std::string quoted_printable(std::string_view text);

/// Base64 in lines of 76 characters with CRLF.
std::string base64_lines(std::string_view bytes);

}  // namespace outrider::mail
