// Domains: IDN to ASCII, the organisational domain by the public suffix list, and the domains whose mailboxes
// belong to strangers of each other (freemail and access providers). libidn2 and libpsl live here only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outrider::mail {

/// Lower-case ASCII form (IDNA 2008 with UTS 46 mapping); a trailing dot is dropped. Empty when the text is
/// not a domain name.
std::optional<std::string> domain_to_ascii(std::string_view domain);

/// The registrable domain: `mail.acme.co.uk` -> `acme.co.uk`. A name that is itself a public suffix, has no
/// dot or is not a domain comes back in lower case as it is.
std::string organisational_domain(std::string_view domain);

/// Whether people who know nothing of each other have mailboxes there (gmail.com, orange.fr, qq.com ...):
/// nothing about a company follows from such a domain.
bool is_shared_domain(std::string_view domain);

}  // namespace outrider::mail
