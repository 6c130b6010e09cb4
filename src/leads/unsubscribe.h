// Taking a lead out at its own or a user's wish: the state machine, the inbox row, the list of who must not
// be mailed and the event, in one transaction. Mail that is planned already is stopped by the ledger's last
// look.
#pragma once

#include "leads/lead.h"
#include "leads/membership.h"

namespace outrider::leads {

/// From this campaign only. Returns whether that changed anything.
Result<bool> unsubscribe_from_campaign(db::Tx& tx,
                                       const Membership& membership,
                                       const Cause& cause,
                                       TimeMs now_ms);

/// From every campaign there is and will be: of one client, or of the workspace when `client_id` is absent.
/// Returns whether that changed anything. Errors: those of the database.
Result<bool> unsubscribe_everywhere(
    db::Tx& tx, const Lead& lead, std::optional<std::int64_t> client_id, const Cause& cause, TimeMs now_ms);

/// Whoever a mail went to, by the link in it or in an answer: from everything in the workspace. Holds for the
/// address even when the lead is gone or has another one by now.
Result<> unsubscribe_recipient(db::Tx& tx,
                               std::int64_t workspace_id,
                               std::int64_t lead_id,
                               std::string_view address,
                               const Cause& cause,
                               TimeMs now_ms);

}  // namespace outrider::leads
