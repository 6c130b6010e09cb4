// The thread row of the inbox: what its lists show, filter and sort by stands in campaign_lead and is kept
// here, in the transaction of the fact, so that no list ever joins or scans messages.
#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::inbox {

/// INBOX-ACCEPTANCE section 4. Stored as these numbers: a later one hides an earlier one.
enum class EmailStatus : std::uint8_t { None, Accepted, Opened, Clicked, Bounced, Unsubscribed, Replied };

enum class Direction : std::uint8_t { Outbound, Inbound };

/// message.kind. Stored as these numbers.
enum class MessageKind : std::uint8_t {
  Step,   // a mail of the sequence
  Reply,  // written by a person in the inbox
  Forward,
  Answer,     // inbound: a human reply
  AutoReply,  // inbound: out of office and the like
  Bounce,     // inbound: a delivery status notification
  Other,      // inbound: kept with the thread, counted nowhere
};

struct ThreadKey {
  std::int64_t workspace_id = 0;
  std::int64_t campaign_lead_id = 0;
};

/// A message of ours was accepted by the receiving server.
Result<> thread_sent(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms);
/// Counted opens or clicks (BEHAVIOUR 4.2), the last of them at `at_ms`.
Result<> thread_opened(db::Tx& tx, const ThreadKey& key, TimeMs at_ms, std::int64_t times = 1);
Result<> thread_clicked(db::Tx& tx, const ThreadKey& key, TimeMs at_ms, std::int64_t times = 1);
/// A reply: unread, back from the archive and from a snooze.
Result<> thread_replied(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms);
/// An inbound message that counts as nothing, such as an automatic reply.
Result<> thread_noted(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms);
Result<> thread_bounced(db::Tx& tx, const ThreadKey& key, TimeMs at_ms);
Result<> thread_unsubscribed(db::Tx& tx, const ThreadKey& key, TimeMs at_ms);

// What people do with a conversation. Each returns whether that changed anything; an unknown conversation is
// no change.

Result<bool> thread_read(db::Tx& tx, const ThreadKey& key, bool is_read, TimeMs now_ms);
Result<bool> thread_archived(db::Tx& tx, const ThreadKey& key, bool is_archived, TimeMs now_ms);
/// Absent wakes it.
Result<bool> thread_snoozed(db::Tx& tx, const ThreadKey& key, std::optional<TimeMs> until_ms, TimeMs now_ms);
/// By hand: holds from now on against the score.
Result<bool> thread_starred(db::Tx& tx, const ThreadKey& key, bool is_important, TimeMs now_ms);
/// Absent: nobody's.
Result<bool> thread_assigned(db::Tx& tx,
                             const ThreadKey& key,
                             std::optional<std::int64_t> user_id,
                             TimeMs now_ms);
Result<bool> thread_valued(db::Tx& tx, const ThreadKey& key, std::int64_t revenue_cents, TimeMs now_ms);

}  // namespace outrider::inbox
