// Writing header values: encoded words (RFC 2047), display names, folding and dates. Whatever goes in, no
// line end and no control character comes out except the folds made here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/address.h"

namespace outrider::mail {

/// Without control characters and line ends (each becomes one blank) and as valid UTF-8.
std::string clean_header_text(std::string_view text);

/// `Name: value` with CRLF, folded at blanks below 78 characters where it can be. Non-ASCII text and words
/// too long for a line become encoded words.
std::string text_field(std::string_view name, std::string_view text);

/// `Name: value` with CRLF on one physical line, value as it is but cleaned; for fields that must not fold.
std::string plain_field(std::string_view name, std::string_view value);

/// `Name: item,` with each following item on a line of its own where the line would get long.
std::string list_field(std::string_view name,
                       const std::vector<std::string>& items,
                       std::string_view separator);

/// `"Ada Lovelace" <ada@acme.com>` with the name quoted or encoded as needed and the domain in ASCII.
std::string address_item(const Address& address);

/// A parameter of Content-Type or Content-Disposition: `; name="x"`, or RFC 2231 when it is not ASCII.
std::string parameter(std::string_view name, std::string_view value);

}  // namespace outrider::mail
