// A lead's place in a campaign: the one way its state changes, with the timeline and the event written beside
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "campaigns/lead_state.h"
#include "core/clock.h"
#include "db/database.h"

namespace outrider::leads {

/// Who or what caused a change; stands in the lead's timeline.
struct Cause {
  std::string_view text;  // a short word: REPLY, BOUNCE, API, DOMAIN_REPLY, SEQUENCE_FINISHED...
  std::optional<std::int64_t> user_id = {};
  std::optional<std::int64_t> message_id = {};
};

struct Membership {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;  // the lead map
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  std::optional<std::int64_t> client_id;
  std::optional<std::int64_t> mailbox_id;
  campaigns::LeadState state = campaigns::LeadState::Started;
  std::optional<campaigns::LeadState> before_pause;
  std::optional<TimeMs> due_at_ms;
  std::int64_t next_seq = 1;
  std::optional<TimeMs> last_sent_at_ms;
  bool is_unsubscribed = false;
};

/// Errors: NotFound. Locks the row on PostgreSQL: read it before changing it.
Result<Membership> load_membership(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id);

/// The same, by the pair that the API names.
Result<Membership> load_membership_of(db::Tx& tx,
                                      std::int64_t workspace_id,
                                      std::int64_t campaign_id,
                                      std::int64_t lead_id);

/// Every membership of a lead, to stop or block it everywhere.
Result<std::vector<Membership>> memberships_of_lead(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::int64_t lead_id);

/// Applies an event: state, timeline and event feed. Planned mail is not cancelled here: the ledger looks at
/// the state in the same transaction in which it begins to send (BEHAVIOUR 1.9). Returns whether the state
/// changed. Errors: Conflict when the event does not apply in the lead's state.
Result<bool> apply(
    db::Tx& tx, const Membership& membership, campaigns::LeadEvent event, const Cause& cause, TimeMs now_ms);

/// A paused lead goes on by itself at `resume_at_ms`. Call after the pause was applied.
Result<> resume_later(db::Tx& tx, const Membership& membership, TimeMs resume_at_ms);

/// When the next step is due; wake the planner after the commit.
Result<> set_due(db::Tx& tx, const Membership& membership, TimeMs due_at_ms);

}  // namespace outrider::leads
