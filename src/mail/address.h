// Mail addresses: reading them from headers and from API input, writing them, and what counts as the same
// address. Tolerant where mail arrives, strict where a lead is imported. Decodes no encoded words
// (mail/mime.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace outrider::mail {

inline constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321 section 4.5.3.1 (path without brackets)
inline constexpr std::size_t kLocalPartBytesMax = 64;
inline constexpr std::size_t kAddressesMax = 1000;  // of one list; the rest is dropped

struct Address {
  std::string name;   // display name, UTF-8, "" when there is none
  std::string email;  // local-part@domain as written
  bool operator==(const Address&) const = default;
};

/// An address list (RFC 5322 section 3.4) with groups, comments, quoted strings and routes. Tolerates `;`
/// between addresses and `Name name@host` without brackets. What is no address is left out. Linear time.
std::vector<Address> parse_addresses(std::string_view text);

/// Exactly one address. Errors: Invalid.
Result<Address> parse_address(std::string_view text);

/// `Ada Lovelace <ada@acme.com>` for people and the API: the name is quoted when it needs it, never encoded.
std::string format_address(const Address& address);

/// Whether a message can be sent there: one `@`, a usable local part, a domain with a dot that is no number,
/// within the limits; no blanks and no control characters. Non-ASCII needs SMTPUTF8 (local) or IDN (domain).
bool is_valid_email(std::string_view email);

/// What two spellings of one address share: lower case, domain in ASCII, needless quotes removed. Dots and
/// plus tags stay: only the receiving host knows what they mean. Not an address: the text in lower case.
std::string normalise_address(std::string_view email);

/// The part after the last `@` in lower case, "" without one.
std::string domain_of(std::string_view email);
/// The part before the last `@`, the whole text without one.
std::string_view local_part_of(std::string_view email);

/// Whether the mail needs SMTPUTF8 (RFC 6531) because of this address.
bool needs_smtputf8(std::string_view email);

/// The address with its domain in ASCII, as an SMTP command carries it.
std::string wire_address(std::string_view email);

}  // namespace outrider::mail
