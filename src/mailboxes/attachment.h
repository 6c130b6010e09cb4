// Which mailboxes send for which campaign, and what becomes of the leads of one that leaves (BEHAVIOUR 1.6).
//
// A lead keeps one mailbox through all steps. When that one leaves, its leads under way go on with another of
// the campaign: those of the same sender domain are preferred, then those of the same provider; leads that
// nothing was sent to go back to the rotation. A campaign without any mailbox keeps its leads without one,
// and the next mailbox that is attached takes them. Each move stands in the lead's timeline.
//
// Mail that is claimed already is not moved: the ledger compares its mailbox with the lead's in the
// transaction in which it begins to send, as it does with the lead's state.
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "campaigns/store.h"
#include "mailboxes/store.h"

namespace outrider::mailboxes {

struct Attachment {
  std::int64_t id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t mailbox_id = 0;
  TimeMs updated_at_ms = 0;
};

/// Idempotent: the ones that are attached already are returned with the others. `mailbox_ids` are live
/// mailboxes of the campaign's workspace.
Result<std::vector<Attachment>> attach(db::Tx& tx,
                                       const campaigns::Campaign& campaign,
                                       std::span<const std::int64_t> mailbox_ids,
                                       TimeMs now_ms);

/// How many were attached. `cause` stands in the timelines: MAILBOX_DETACHED, MAILBOX_DELETED.
Result<std::int64_t> detach(db::Tx& tx,
                            const campaigns::Campaign& campaign,
                            std::span<const Mailbox> mailboxes,
                            std::string_view cause,
                            TimeMs now_ms);

/// From every campaign.
Result<> detach_everywhere(db::Tx& tx, const Mailbox& mailbox, std::string_view cause, TimeMs now_ms);

/// Gives the leads under way of a mailbox that stays attached but does not work to others of the campaign
/// that do; without one they stay. Returns whether there was one.
Result<bool> hand_over(db::Tx& tx,
                       std::int64_t workspace_id,
                       std::int64_t campaign_id,
                       const Mailbox& from,
                       std::string_view cause,
                       TimeMs now_ms);

/// Those of the campaign that are within `scope`, by id.
Result<std::vector<Mailbox>> list_attached(db::Tx& tx, const Scope& scope, std::int64_t campaign_id);

/// The campaigns each mailbox is attached to, newest first; only those within `scope`.
Result<std::map<std::int64_t, std::vector<std::int64_t>>> list_campaigns(db::Tx& tx,
                                                                         const Scope& scope,
                                                                         std::span<const Mailbox> mailboxes);

}  // namespace outrider::mailboxes
