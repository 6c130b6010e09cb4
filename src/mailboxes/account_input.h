// What a request makes of a mailbox: its fields put into the stored form, secrets sealed. Pure but for the
// sealing's randomness.
#pragma once

#include "core/result.h"
#include "core/secrets.h"
#include "mailboxes/mailbox.h"
#include "mailboxes/mailbox_wire.h"

namespace outrider::mailboxes {

/// Puts the request into `mailbox`: a new one (id 0), or the stored one that it changes. Errors: Invalid for
/// a new one without password and token, and for a password left out while server or user change: it must not
/// be sent to a server that its owner did not name with it.
Result<> apply(Mailbox& mailbox, const SaveAccount& input, const MasterKey& key, TimeMs now_ms);

void apply(Mailbox& mailbox, const UpdateAccount& input);

/// Whether the change makes other connections than before, so that the logins must be tried again.
bool connects_otherwise(const Mailbox& before, const Mailbox& after);

/// Whether the IMAP folders that were read belong to another account now.
bool reads_otherwise(const Mailbox& before, const Mailbox& after);

}  // namespace outrider::mailboxes
