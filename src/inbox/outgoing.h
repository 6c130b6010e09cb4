// The send ledger (table `outgoing`) as far as people's own mail goes: replies and forwards are put into it
// here; sending/ plans the sequence's mail into the same table and dispatches both (BEHAVIOUR 1.9).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::inbox {

/// Stored as these numbers.
enum class OutgoingState : std::uint8_t {
  Claimed,      // to be sent at not_before_ms
  Sending,      // from just before DATA until the outcome is stored
  Sent,         // accepted by the server
  Failed,       // refused for good
  Unconfirmed,  // nobody knows; counts as sent, sent again only by a person
  Unknown,      // nobody knows yet: waiting for evidence
  Cancelled,    // withdrawn before it was sent
  Held,         // an answer came in first: a person decides whether it still goes (on the wire: CONFLICT)
};

/// Stored as these numbers.
enum class OutgoingKind : std::uint8_t { Step, Reply, Forward };

/// A mail that a person wrote. Its message row is there already, with the body beside it and header_id as its
/// Message-ID (mail::make_message_id): direction outbound, at_ms NULL until it is accepted, cc and bcc as
/// JSON lists of addresses, answers_id the message it answers where there is one.
struct PersonalMail {
  std::int64_t workspace_id = 0;
  std::int64_t campaign_lead_id = 0;
  std::int64_t mailbox_id = 0;
  std::int64_t message_id = 0;
  std::string_view header_id;  // without brackets
  TimeMs not_before_ms = 0;    // now, or when it is scheduled
  OutgoingKind kind = OutgoingKind::Reply;
};

/// Also stores the Message-ID among those the message is known under. The engine sends it outside of caps and
/// windows; wake it after the commit. Returns the ledger row's id. Errors: NotFound for an unknown lead map.
Result<std::int64_t> enqueue_reply(db::Tx& tx, const PersonalMail& mail, TimeMs now_ms);

/// Withdraws a mail that was planned for later or is held back. False when it is on the wire, sent or
/// withdrawn already.
Result<bool> cancel_reply(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id);

/// An answer has come in: what people planned for later in its conversation waits for their decision. Returns
/// the messages held.
Result<std::vector<std::int64_t>> hold_replies(db::Tx& tx,
                                               std::int64_t workspace_id,
                                               std::int64_t campaign_lead_id,
                                               TimeMs now_ms);

/// Sends at once what was planned for later or is held back; wake the engine after the commit. False as for
/// cancel_reply.
Result<bool> send_reply_now(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs now_ms);

}  // namespace outrider::inbox
