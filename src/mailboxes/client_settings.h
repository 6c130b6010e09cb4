// From a stored mailbox to what the mail clients take. The only place that opens the secrets.
#pragma once

#include "core/result.h"
#include "core/secrets.h"
#include "mail/imap_client.h"
#include "mail/smtp_client.h"
#include "mailboxes/mailbox.h"

namespace outrider::mailboxes {

/// With the clients' own timeouts. A mailbox with an OAuth token logs in with its access token, any other
/// with its password. Errors: Internal when a secret was sealed with another key, Invalid when there is none.
Result<mail::SmtpSettings> smtp_settings(const Mailbox& mailbox, const MasterKey& key);
Result<mail::ImapSettings> imap_settings(const Mailbox& mailbox, const MasterKey& key);

}  // namespace outrider::mailboxes
