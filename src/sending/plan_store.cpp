#include "sending/plan_store.h"

namespace outrider::sending {
namespace {

constexpr db::Query kNewLeads{"sending.new_leads", R"sql(
  SELECT id, mailbox_id, lead_domain, due_at_ms, next_seq, sent_count, reason, next_attempt_ms
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND state = 0
     AND is_claimed = 0
     AND due_at_ms IS NOT NULL
     AND due_at_ms <= $3
   ORDER BY due_at_ms, id
   LIMIT $4
)sql"};

constexpr db::Query kNextNewLead{"sending.next_new_lead", R"sql(
  SELECT due_at_ms
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND state = 0
     AND is_claimed = 0
     AND due_at_ms IS NOT NULL
     AND due_at_ms > $3
   ORDER BY due_at_ms, id
   LIMIT 1
)sql"};

constexpr db::Query kFollowUps{"sending.follow_ups", R"sql(
  SELECT id, mailbox_id, lead_domain, due_at_ms, next_seq, sent_count, reason, next_attempt_ms
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id = $3
     AND state = 1
     AND is_claimed = 0
     AND due_at_ms IS NOT NULL
   ORDER BY due_at_ms, id
   LIMIT $4
)sql"};

constexpr db::Query kLastSeq{"sending.last_seq", R"sql(
  SELECT seq_number
    FROM sequence_step
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND is_deleted = 0
   ORDER BY seq_number DESC
   LIMIT 1
)sql"};

constexpr db::Query kCampaignDay{"sending.campaign_day", R"sql(
  SELECT new_leads, sent
    FROM campaign_day
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND local_date = $3
)sql"};

constexpr db::Query kMailboxDay{"sending.mailbox_day", R"sql(
  SELECT sent
    FROM mailbox_day
   WHERE workspace_id = $1
     AND mailbox_id = $2
     AND local_date = $3
)sql"};

constexpr db::Query kPendingClaimed{"sending.pending_claimed", R"sql(
  SELECT mailbox_id, campaign_id, COUNT(*)
    FROM outgoing
   WHERE state = 0
     AND kind = 0
   GROUP BY mailbox_id, campaign_id
)sql"};

constexpr db::Query kPendingSending{"sending.pending_sending", R"sql(
  SELECT mailbox_id, campaign_id, COUNT(*)
    FROM outgoing
   WHERE state = 1
     AND kind = 0
   GROUP BY mailbox_id, campaign_id
)sql"};

constexpr db::Query kRollingDay{"sending.rolling_day", R"sql(
  SELECT settled_at_ms / 3600000, COUNT(*)
    FROM outgoing
   WHERE workspace_id = $1
     AND mailbox_id = $2
     AND settled_at_ms IS NOT NULL
     AND settled_at_ms > $3
     AND state IN (2, 4)
   GROUP BY settled_at_ms / 3600000
)sql"};

constexpr db::Query kFirstSteps{"sending.first_steps_by_domain", R"sql(
  SELECT campaign_lead.lead_domain, COUNT(*)
    FROM outgoing
    JOIN campaign_lead
      ON campaign_lead.workspace_id = outgoing.workspace_id AND campaign_lead.id = outgoing.campaign_lead_id
   WHERE outgoing.workspace_id = $1
     AND outgoing.mailbox_id = $2
     AND outgoing.settled_at_ms IS NOT NULL
     AND outgoing.settled_at_ms >= $3
     AND outgoing.state IN (2, 4)
     AND outgoing.first_step_date IS NOT NULL
   GROUP BY campaign_lead.lead_domain
)sql"};

// One branch for each partial index.
constexpr db::Query kOpenFirstSteps{"sending.open_first_steps", R"sql(
  SELECT opened.mailbox_id, campaign_lead.lead_domain, COUNT(*)
    FROM (SELECT workspace_id, mailbox_id, campaign_lead_id
            FROM outgoing
           WHERE state = 0 AND first_step_date IS NOT NULL
          UNION ALL
          SELECT workspace_id, mailbox_id, campaign_lead_id
            FROM outgoing
           WHERE state = 1 AND first_step_date IS NOT NULL
          UNION ALL
          SELECT workspace_id, mailbox_id, campaign_lead_id
            FROM outgoing
           WHERE state = 5 AND first_step_date IS NOT NULL) AS opened
    JOIN campaign_lead
      ON campaign_lead.workspace_id = opened.workspace_id AND campaign_lead.id = opened.campaign_lead_id
   GROUP BY opened.mailbox_id, campaign_lead.lead_domain
)sql"};

constexpr db::Query kStoreReason{"sending.store_reason", R"sql(
  UPDATE campaign_lead
     SET reason = $3,
         next_attempt_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND is_claimed = 0
)sql"};

constexpr db::Query kNoteServed{"sending.note_served", R"sql(
  UPDATE campaign
     SET last_served_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

std::vector<Head> heads_of(const campaigns::Campaign& campaign, const db::Rows& rows) {
  std::vector<Head> heads;
  heads.reserve(rows.size());
  for (const auto& row : rows)
    heads.push_back({.workspace_id = campaign.workspace_id,
                     .campaign_id = campaign.id,
                     .lead_map_id = row.int64(0),
                     .mailbox_id = row.opt_int64(1),
                     .lead_domain = row.string(2),
                     .due_ms = row.int64(3),
                     .next_seq = row.int64(4),
                     .sent_count = row.int64(5),
                     .reason = row.as<Reason>(6),
                     .next_attempt_ms = row.opt_int64(7)});
  return heads;
}

void add_pending(Pending& pending, const db::Rows& rows) {
  for (const auto& row : rows) {
    pending.of_mailbox[row.int64(0)] += row.int64(2);
    pending.of_campaign[row.int64(1)] += row.int64(2);
  }
}

}  // namespace

Result<std::vector<Head>> list_new_leads(db::Tx& tx,
                                         const campaigns::Campaign& campaign,
                                         TimeMs until_ms,
                                         std::int64_t rows_max) {
  TRY_AS(const auto rows, tx.rows(kNewLeads, campaign.workspace_id, campaign.id, until_ms, rows_max));
  return heads_of(campaign, rows);
}

Result<std::optional<TimeMs>> load_next_new_lead(db::Tx& tx,
                                                 const campaigns::Campaign& campaign,
                                                 TimeMs after_ms) {
  TRY_AS(const auto row, tx.row(kNextNewLead, campaign.workspace_id, campaign.id, after_ms));
  return row ? std::optional(row->int64(0)) : std::nullopt;
}

Result<std::vector<Head>> list_follow_ups(db::Tx& tx,
                                          const campaigns::Campaign& campaign,
                                          std::int64_t mailbox_id,
                                          std::int64_t rows_max) {
  TRY_AS(const auto rows, tx.rows(kFollowUps, campaign.workspace_id, campaign.id, mailbox_id, rows_max));
  return heads_of(campaign, rows);
}

Result<std::int64_t> load_last_seq(db::Tx& tx, const campaigns::Campaign& campaign) {
  TRY_AS(const auto row, tx.row(kLastSeq, campaign.workspace_id, campaign.id));
  return row ? row->int64(0) : 0;
}

Result<DayCounts> load_campaign_day(db::Tx& tx, const campaigns::Campaign& campaign, LocalDay day) {
  TRY_AS(const auto row, tx.row(kCampaignDay, campaign.workspace_id, campaign.id, day));
  return row ? DayCounts{.new_leads = row->int64(0), .sent = row->int64(1)} : DayCounts{};
}

Result<std::int64_t> load_mailbox_day(db::Tx& tx, const MailboxRecord& mailbox, LocalDay day) {
  TRY_AS(const auto row, tx.row(kMailboxDay, mailbox.workspace_id, mailbox.id, day));
  return row ? row->int64(0) : 0;
}

Result<Pending> load_pending(db::Tx& tx) {
  Pending pending;
  TRY_AS(const auto claimed, tx.rows(kPendingClaimed));
  TRY_AS(const auto sending, tx.rows(kPendingSending));
  add_pending(pending, claimed);
  add_pending(pending, sending);
  return pending;
}

Result<DomainLeadCounts> load_first_steps(db::Tx& tx, const MailboxRecord& mailbox, TimeMs since_ms) {
  TRY_AS(const auto rows, tx.rows(kFirstSteps, mailbox.workspace_id, mailbox.id, since_ms));
  DomainLeadCounts counts;
  for (const auto& row : rows) counts[row.string(0)] = row.int64(1);
  return counts;
}

Result<std::unordered_map<std::int64_t, DomainLeadCounts>> load_open_first_steps(db::Tx& tx) {
  TRY_AS(const auto rows, tx.rows(kOpenFirstSteps));
  std::unordered_map<std::int64_t, DomainLeadCounts> counts;
  for (const auto& row : rows) counts[row.int64(0)][row.string(1)] = row.int64(2);
  return counts;
}

Result<RollingDay> load_rolling_day(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kRollingDay, mailbox.workspace_id, mailbox.id, now_ms - kDayMs));
  RollingDay day;
  for (const auto& row : rows) day.add(row.int64(0) * kHourMs, row.int64(1));
  return day;
}

Result<> store_reason(db::Tx& tx, const Head& head, const NotYet& not_yet) {
  const auto next_attempt_ms =
      not_yet.next_attempt_ms == kOnChange ? std::nullopt : std::optional(not_yet.next_attempt_ms);
  TRY(tx.run(kStoreReason, head.workspace_id, head.lead_map_id, not_yet.reason, next_attempt_ms));
  return {};
}

void note_served(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id, TimeMs at_ms) {
  tx.raise(kNoteServed, {workspace_id, campaign_id}, at_ms);
}

}  // namespace outrider::sending
