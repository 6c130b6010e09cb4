// What a refusal means: the same rules for an SMTP reply in the dialogue and for a delivery status
// notification. Pure; the tables are in the .cpp. The class decides about the lead and the mailbox, so a
// sender-side failure must never be taken for a bad address.
#pragma once

#include <cstdint>
#include <string_view>

#include "mail/enhanced_status.h"

namespace outrider::mail {

enum class BounceClass : std::uint8_t {
  Invalid,         // the address does not exist: never write to it again
  MailboxFull,     // try the same step again in days
  Temporary,       // greylisting, routing, "later"
  Reputation,      // policy, blocklists, spam filters: about the sender
  Authentication,  // SPF, DKIM, DMARC, PTR: the sending domain must be repaired
  ProviderLimit,   // the sending account's own ceiling
  Content,         // size, format, protocol: about the message
};

std::string_view name_of(BounceClass bounce);

/// `code` is the SMTP code, 0 when unknown; `status` may be empty and is then looked for in `text`, which is
/// the server's words in any case. A transient refusal is never Invalid or Content.
BounceClass classify_bounce(int code, EnhancedStatus status, std::string_view text);

}  // namespace outrider::mail
