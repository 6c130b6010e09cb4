#include "sending/upkeep.h"

#include "campaigns/store.h"
#include "leads/membership.h"
#include "leads/subsequence.h"
#include "mailboxes/attachment.h"

namespace outrider::sending {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

constexpr std::int64_t kResumesMax = 500;
constexpr std::int64_t kHandOversMax = 10'000;  // pairs of mailbox and campaign

constexpr db::Query kDueResumes{"sending.due_resumes", R"sql(
  SELECT workspace_id, id, COALESCE(state_cause, '')
    FROM campaign_lead
   WHERE resume_at_ms IS NOT NULL
     AND resume_at_ms <= $1
   ORDER BY resume_at_ms, id
   LIMIT $2
)sql"};

constexpr db::Query kForgetResume{"sending.forget_resume", R"sql(
  UPDATE campaign_lead
     SET resume_at_ms = NULL
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kOrphans{"sending.leads_of_disconnected", R"sql(
  SELECT mailbox.workspace_id, mailbox.id, campaign_mailbox.campaign_id
    FROM mailbox
    JOIN campaign_mailbox
      ON campaign_mailbox.workspace_id = mailbox.workspace_id AND campaign_mailbox.mailbox_id = mailbox.id
   WHERE mailbox.smtp_disconnected_at_ms <= $1
     AND mailbox.deleted_at_ms IS NULL
     AND (mailbox.smtp_disconnected_at_ms > $2
          OR EXISTS (SELECT 1
                       FROM campaign_lead
                      WHERE campaign_lead.workspace_id = mailbox.workspace_id
                        AND campaign_lead.campaign_id = campaign_mailbox.campaign_id
                        AND campaign_lead.mailbox_id = mailbox.id
                        AND campaign_lead.state = 1
                        AND campaign_lead.is_claimed = 0
                        AND campaign_lead.due_at_ms IS NOT NULL))
   ORDER BY mailbox.smtp_disconnected_at_ms, mailbox.id, campaign_mailbox.campaign_id
   LIMIT $3
)sql"};

// Two nodes must not move the same leads twice.
constexpr db::Query kStillGone{"sending.still_disconnected", R"sql(
  SELECT id
    FROM mailbox
   WHERE workspace_id = $1
     AND id = $2
     AND smtp_disconnected_at_ms <= $3
  /*+for_update*/
)sql"};

constexpr db::Query kLiveLead{"sending.live_lead", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND state = $3
   LIMIT 1
)sql"};

}  // namespace

Result<std::int64_t> resume_due_leads(db::Tx& tx, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kDueResumes, now_ms, kResumesMax));
  for (const auto& row : rows) {
    TRY_AS(const auto membership, leads::load_membership(tx, row.int64(0), row.int64(1)));
    if (membership.state == LeadState::Paused)
      TRY(leads::apply(tx, membership, LeadEvent::Resume, {.text = "PAUSE_OVER"}, now_ms));
    TRY(tx.run(kForgetResume, row.int64(0), row.int64(1)));
    if (row.text(2) == "OUT_OF_OFFICE")
      TRY(leads::trigger_subsequences(
          tx, membership, {.trigger = campaigns::Trigger::OutOfOfficeReturn}, now_ms));
  }
  return static_cast<std::int64_t>(rows.size());
}

Result<> complete_leads(db::Tx& tx, std::span<const Head> finished, TimeMs now_ms) {
  for (const auto& head : finished) {
    TRY_AS(const auto membership, leads::load_membership(tx, head.workspace_id, head.lead_map_id));
    if (membership.state != LeadState::InProgress) continue;
    TRY(leads::apply(tx, membership, LeadEvent::SequenceFinished, {.text = "SEQUENCE_FINISHED"}, now_ms));
    TRY(leads::trigger_subsequences(
        tx, membership, {.trigger = campaigns::Trigger::SequenceCompleted}, now_ms));
  }
  return {};
}

Result<bool> hand_over_leads(db::Tx& tx, TimeMs from_ms, TimeMs until_ms, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kOrphans, until_ms, from_ms, kHandOversMax));
  bool all = true;
  for (const auto& row : rows) {
    const auto workspace_id = row.int64(0);
    TRY_AS(const auto still, tx.row(kStillGone, workspace_id, row.int64(1), until_ms));
    if (!still) continue;
    TRY_AS(const auto mailbox, mailboxes::load(tx, {.workspace_id = workspace_id}, row.int64(1)));
    TRY_AS(const bool found,
           mailboxes::hand_over(tx, workspace_id, row.int64(2), mailbox, "MAILBOX_DISCONNECTED", now_ms));
    all = all && found;
  }
  return all;
}

Result<bool> complete_campaign(db::Tx& tx, const campaigns::Campaign& campaign, TimeMs now_ms) {
  TRY_AS(const auto now, campaigns::load(tx, {.workspace_id = campaign.workspace_id}, campaign.id));
  if (now.state != campaigns::CampaignState::Active || now.lead_count == 0 || now.parent_campaign_id)
    return false;
  for (const auto live : {LeadState::Started, LeadState::InProgress, LeadState::Paused}) {
    TRY_AS(const auto row, tx.row(kLiveLead, campaign.workspace_id, campaign.id, live));
    if (row) return false;
  }
  TRY(campaigns::store_state(tx, now, campaigns::CampaignState::Completed, "ALL_LEADS_DONE", now_ms));
  return true;
}

}  // namespace outrider::sending
