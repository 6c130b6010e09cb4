#include "leads/membership.h"

#include <string>

#include "analytics/event.h"

namespace outrider::leads {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

std::optional<LeadState> state_of(std::optional<std::int64_t> stored) {
  if (!stored) return std::nullopt;
  return static_cast<LeadState>(*stored);
}

Membership membership_of(std::int64_t workspace_id, const db::Row& row) {
  return {.workspace_id = workspace_id,
          .id = row.int64(0),
          .campaign_id = row.int64(1),
          .lead_id = row.int64(2),
          .client_id = row.opt_int64(3),
          .mailbox_id = row.opt_int64(4),
          .state = static_cast<LeadState>(row.int64(5)),
          .before_pause = state_of(row.opt_int64(6)),
          .due_at_ms = row.opt_int64(7),
          .next_seq = row.int64(8),
          .last_sent_at_ms = row.opt_int64(9),
          .is_unsubscribed = row.flag(10)};
}

constexpr db::Query kLoad{"leads.load_membership", R"sql(
  SELECT id, campaign_id, lead_id, client_id, mailbox_id, state, resume_state, due_at_ms, next_seq,
         last_sent_at_ms, is_unsubscribed
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id = $2
  /*+for_update*/
)sql"};

constexpr db::Query kLoadPair{"leads.load_membership_of", R"sql(
  SELECT id, campaign_id, lead_id, client_id, mailbox_id, state, resume_state, due_at_ms, next_seq,
         last_sent_at_ms, is_unsubscribed
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND lead_id = $3
  /*+for_update*/
)sql"};

constexpr db::Query kOfLead{"leads.memberships_of_lead", R"sql(
  SELECT id, campaign_id, lead_id, client_id, mailbox_id, state, resume_state, due_at_ms, next_seq,
         last_sent_at_ms, is_unsubscribed
    FROM campaign_lead
   WHERE workspace_id = $1
     AND lead_id = $2
   ORDER BY id
  /*+for_update*/
)sql"};

constexpr db::Query kSetState{"leads.set_state", R"sql(
  UPDATE campaign_lead
     SET state = $3,
         state_cause = $4,
         resume_state = $5,
         resume_at_ms = NULL,
         updated_at_ms = $6
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kAddToTimeline{"leads.add_to_timeline", R"sql(
  INSERT INTO lead_timeline (workspace_id, campaign_lead_id, at_ms, from_state, to_state, cause, user_id,
                             message_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
)sql"};

constexpr db::Query kResumeLater{"leads.resume_later", R"sql(
  UPDATE campaign_lead
     SET resume_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND state = 3
)sql"};
static_assert(static_cast<int>(LeadState::Paused) == 3);

constexpr db::Query kSetDue{"leads.set_due", R"sql(
  UPDATE campaign_lead
     SET due_at_ms = $3,
         next_attempt_ms = NULL
   WHERE workspace_id = $1
     AND id = $2
)sql"};

}  // namespace

Result<Membership> load_membership(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id) {
  TRY_AS(const auto row, tx.row(kLoad, workspace_id, campaign_lead_id));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  return membership_of(workspace_id, *row);
}

Result<Membership> load_membership_of(db::Tx& tx,
                                      std::int64_t workspace_id,
                                      std::int64_t campaign_id,
                                      std::int64_t lead_id) {
  TRY_AS(const auto row, tx.row(kLoadPair, workspace_id, campaign_id, lead_id));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  return membership_of(workspace_id, *row);
}

Result<std::vector<Membership>> memberships_of_lead(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::int64_t lead_id) {
  TRY_AS(const auto rows, tx.rows(kOfLead, workspace_id, lead_id));
  std::vector<Membership> memberships;
  memberships.reserve(rows.size());
  for (const auto& row : rows) memberships.push_back(membership_of(workspace_id, row));
  return memberships;
}

Result<bool> apply(
    db::Tx& tx, const Membership& membership, LeadEvent event, const Cause& cause, TimeMs now_ms) {
  const auto to =
      campaigns::after(membership.state, event, membership.before_pause.value_or(LeadState::InProgress));
  if (!to)
    return fail(Code::Conflict,
                "a lead that is " + std::string(name(membership.state)) + " cannot be changed this way");
  if (*to == membership.state) return false;

  const auto from_state = static_cast<std::int64_t>(membership.state);
  const auto to_state = static_cast<std::int64_t>(*to);
  const auto resume_state = *to == LeadState::Paused ? std::optional(from_state) : std::nullopt;
  TRY(tx.post(kSetState, membership.workspace_id, membership.id, to_state, cause.text, resume_state, now_ms));
  TRY(tx.post(kAddToTimeline,
              membership.workspace_id,
              membership.id,
              now_ms,
              from_state,
              to_state,
              cause.text,
              cause.user_id,
              cause.message_id));
  TRY(analytics::record(tx,
                        {.workspace_id = membership.workspace_id,
                         .type = analytics::EventType::LeadStateChanged,
                         .at_ms = now_ms,
                         .campaign_id = membership.campaign_id,
                         .campaign_lead_id = membership.id,
                         .lead_id = membership.lead_id,
                         .client_id = membership.client_id,
                         .mailbox_id = membership.mailbox_id,
                         .message_id = cause.message_id}));
  return true;
}

Result<> resume_later(db::Tx& tx, const Membership& membership, TimeMs resume_at_ms) {
  TRY(tx.run(kResumeLater, membership.workspace_id, membership.id, resume_at_ms));
  return {};
}

Result<> set_due(db::Tx& tx, const Membership& membership, TimeMs due_at_ms) {
  TRY(tx.run(kSetDue, membership.workspace_id, membership.id, due_at_ms));
  return {};
}

}  // namespace outrider::leads
