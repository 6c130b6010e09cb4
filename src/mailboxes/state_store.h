// What sending and receiving write about a mailbox while they work: its connections, its clock, how far it
// was read.
#pragma once

#include "db/database.h"
#include "mailboxes/mailbox.h"

namespace outrider::mailboxes {

/// What the circuit breaker decided.
Result<> store_connection(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, Channel channel, const Connection& connection);
/// Both protocols as if nothing had ever failed: somebody's credentials have just worked.
Result<> reset_connections(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);
/// What the provider's "too much" costs.
Result<> store_provider_limit(db::Tx& tx,
                              std::int64_t workspace_id,
                              std::int64_t id,
                              TimeMs provider_limit_until_ms,
                              TimeMs cap_halved_until_ms);
/// The clock that all mail of the mailbox shares. `last_send_at_ms` never goes back.
Result<> store_send_clock(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs last_send_at_ms, TimeMs next_slot_at_ms);
/// Inbox and Junk have been read completely up to here; never goes back.
Result<> store_inbound_watermark(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs at_ms);
/// For another IMAP account behind the mailbox: forgets how far its folders were read.
Result<> forget_folders(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);

}  // namespace outrider::mailboxes
