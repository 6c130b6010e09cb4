#include "statistics/store.h"

#include "analytics/event.h"
#include "campaigns/lead_state.h"
#include "inbox/thread.h"

namespace outrider::statistics {
namespace {

// The page is cut from the index first, so that skipped rows are neither joined nor read.
constexpr db::Query kSends{"statistics.list_sends", R"sql(
  WITH page AS (
    SELECT id
      FROM message
     WHERE workspace_id = $1
       AND campaign_id = $2
       AND kind = 0
       AND at_ms IS NOT NULL
       AND (CAST($3 AS BIGINT) IS NULL OR seq_number = $3)
       AND (CAST($4 AS BIGINT) IS NULL OR at_ms > $4)
       AND (CAST($5 AS BIGINT) IS NULL OR at_ms < $5)
       AND CASE CAST($6 AS BIGINT)
             WHEN 0 THEN 1 = 1
             WHEN 1 THEN open_count > 0
             WHEN 2 THEN click_count > 0
             WHEN 3 THEN replied_at_ms IS NOT NULL
             WHEN 4 THEN EXISTS (SELECT 1
                                   FROM campaign_lead AS place
                                  WHERE place.workspace_id = $1
                                    AND place.id = message.campaign_lead_id
                                    AND place.is_unsubscribed = 1)
             WHEN 5 THEN bounced_at_ms IS NOT NULL
           END
     ORDER BY id
     LIMIT $7 OFFSET $8)
  SELECT lead.first_name, lead.last_name, message.to_email, lead_category.name, message.seq_number,
         message.stats_id, message.step_id, message.variant_id, message.subject,
         COALESCE(message_body.html, message_body.text, ''), message.at_ms, message.opened_at_ms,
         message.clicked_at_ms, message.replied_at_ms, message.open_count, message.click_count,
         COALESCE(place.is_unsubscribed, 0), message.bounced_at_ms
    FROM page
    JOIN message ON message.workspace_id = $1 AND message.id = page.id
    LEFT JOIN message_body ON message_body.workspace_id = $1 AND message_body.message_id = message.id
    LEFT JOIN lead ON lead.workspace_id = $1 AND lead.id = message.lead_id
    LEFT JOIN campaign_lead AS place ON place.workspace_id = $1 AND place.id = message.campaign_lead_id
    LEFT JOIN lead_category ON lead_category.workspace_id = $1 AND lead_category.id = place.category_id
   ORDER BY message.id
)sql"};

constexpr db::Query kCountSends{"statistics.count_sends", R"sql(
  SELECT COUNT(*)
    FROM message
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND kind = 0
     AND at_ms IS NOT NULL
     AND (CAST($3 AS BIGINT) IS NULL OR seq_number = $3)
     AND (CAST($4 AS BIGINT) IS NULL OR at_ms > $4)
     AND (CAST($5 AS BIGINT) IS NULL OR at_ms < $5)
     AND CASE CAST($6 AS BIGINT)
           WHEN 0 THEN 1 = 1
           WHEN 1 THEN open_count > 0
           WHEN 2 THEN click_count > 0
           WHEN 3 THEN replied_at_ms IS NOT NULL
           WHEN 4 THEN EXISTS (SELECT 1
                                 FROM campaign_lead AS place
                                WHERE place.workspace_id = $1
                                  AND place.id = message.campaign_lead_id
                                  AND place.is_unsubscribed = 1)
           WHEN 5 THEN bounced_at_ms IS NOT NULL
         END
)sql"};

// Nothing but the index is read.
constexpr db::Query kCountAllSends{"statistics.count_all_sends", R"sql(
  SELECT COUNT(*)
    FROM message
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND kind = 0
     AND at_ms IS NOT NULL
)sql"};
static_assert(static_cast<int>(inbox::MessageKind::Step) == 0);
static_assert(static_cast<int>(Outcome::Any) == 0 && static_cast<int>(Outcome::Opened) == 1 &&
              static_cast<int>(Outcome::Clicked) == 2 && static_cast<int>(Outcome::Replied) == 3 &&
              static_cast<int>(Outcome::Unsubscribed) == 4 && static_cast<int>(Outcome::Bounced) == 5);

// What people write themselves has no step.
constexpr db::Query kSums{"statistics.load_sums", R"sql(
  SELECT type, CAST(SUM(total) AS BIGINT)
    FROM rollup
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND step_id > 0
     AND type IN (1, 2, 3)
   GROUP BY type
)sql"};
static_assert(static_cast<int>(analytics::EventType::Sent) == 1 &&
              static_cast<int>(analytics::EventType::Opened) == 2 &&
              static_cast<int>(analytics::EventType::Clicked) == 3);

constexpr db::Query kCountLeads{"statistics.count_leads", R"sql(
  SELECT state, COUNT(*),
         CAST(SUM(CASE WHEN is_bounced = 0 AND is_unsubscribed = 0 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(CASE WHEN category_id = 1 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(CASE WHEN sent_count > 0 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(CASE WHEN open_count > 0 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(CASE WHEN click_count > 0 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(CASE WHEN reply_count > 0 THEN 1 ELSE 0 END) AS BIGINT),
         CAST(SUM(is_bounced) AS BIGINT),
         CAST(SUM(is_unsubscribed) AS BIGINT),
         CAST(SUM(revenue_cents) AS BIGINT)
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
   GROUP BY state
)sql"};

constexpr db::Query kClient{"statistics.find_client", R"sql(
  SELECT name, email, company_name
    FROM client
   WHERE workspace_id = $1
     AND id = $2
)sql"};

Send send_of(const db::Row& row) {
  return {.first_name = row.opt_string(0),
          .last_name = row.opt_string(1),
          .email = row.string(2),
          .category = row.opt_string(3),
          .seq_number = row.opt_int64(4).value_or(0),
          .stats_id = row.string(5),
          .step_id = row.opt_int64(6).value_or(0),
          .variant_id = row.opt_int64(7),
          .subject = row.string(8),
          .body = row.string(9),
          .sent_at_ms = row.int64(10),
          .opened_at_ms = row.opt_int64(11),
          .clicked_at_ms = row.opt_int64(12),
          .replied_at_ms = row.opt_int64(13),
          .open_count = row.int64(14),
          .click_count = row.int64(15),
          .is_unsubscribed = row.flag(16),
          .is_bounced = !row.is_null(17)};
}

std::int64_t& count_of(LeadCounts& counts, campaigns::LeadState state) {
  switch (state) {
    case campaigns::LeadState::InProgress:
      return counts.in_progress;
    case campaigns::LeadState::Completed:
      return counts.completed;
    case campaigns::LeadState::Paused:
      return counts.paused;
    case campaigns::LeadState::Stopped:
      return counts.stopped;
    case campaigns::LeadState::Blocked:
      return counts.blocked;
    case campaigns::LeadState::Started:
      break;
  }
  return counts.not_started;
}

}  // namespace

Result<std::vector<Send>> list_sends(db::Tx& tx,
                                     const campaigns::Campaign& campaign,
                                     const SendFilter& filter,
                                     const Page& page) {
  TRY_AS(const auto rows,
         tx.rows(kSends,
                 campaign.workspace_id,
                 campaign.id,
                 filter.seq_number,
                 filter.after_ms,
                 filter.before_ms,
                 filter.outcome,
                 page.limit,
                 page.offset));
  std::vector<Send> sends;
  sends.reserve(rows.size());
  for (const auto& row : rows) sends.push_back(send_of(row));
  return sends;
}

Result<std::int64_t> count_sends(db::Tx& tx, const campaigns::Campaign& campaign, const SendFilter& filter) {
  const bool is_filtered =
      filter.seq_number || filter.after_ms || filter.before_ms || filter.outcome != Outcome::Any;
  if (!is_filtered) {
    TRY_AS(const auto all, tx.row(kCountAllSends, campaign.workspace_id, campaign.id));
    return all->int64(0);
  }
  TRY_AS(const auto row,
         tx.row(kCountSends,
                campaign.workspace_id,
                campaign.id,
                filter.seq_number,
                filter.after_ms,
                filter.before_ms,
                filter.outcome));
  return row->int64(0);
}

Result<Sums> load_sums(db::Tx& tx, const campaigns::Campaign& campaign) {
  TRY_AS(const auto rows, tx.rows(kSums, campaign.workspace_id, campaign.id));
  Sums sums;
  for (const auto& row : rows) {
    const auto type = row.as<analytics::EventType>(0);
    if (type == analytics::EventType::Sent) sums.sent = row.int64(1);
    if (type == analytics::EventType::Opened) sums.opened = row.int64(1);
    if (type == analytics::EventType::Clicked) sums.clicked = row.int64(1);
  }
  return sums;
}

Result<LeadCounts> count_leads(db::Tx& tx, const campaigns::Campaign& campaign) {
  TRY_AS(const auto rows, tx.rows(kCountLeads, campaign.workspace_id, campaign.id));
  LeadCounts counts;
  for (const auto& row : rows) {
    const auto state = row.as<campaigns::LeadState>(0);
    count_of(counts, state) = row.int64(1);
    counts.total += row.int64(1);
    if (state == campaigns::LeadState::Blocked) counts.blocked_by_list = row.int64(2);
    counts.interested += row.int64(3);
    counts.sent += row.int64(4);
    counts.opened += row.int64(5);
    counts.clicked += row.int64(6);
    counts.replied += row.int64(7);
    counts.bounced += row.int64(8);
    counts.unsubscribed += row.int64(9);
    counts.revenue_cents += row.int64(10);
  }
  return counts;
}

Result<std::optional<ClientName>> find_client(db::Tx& tx, const campaigns::Campaign& campaign) {
  if (!campaign.client_id) return std::nullopt;
  TRY_AS(const auto row, tx.row(kClient, campaign.workspace_id, campaign.client_id));
  if (!row) return std::nullopt;
  return ClientName{.name = row->string(0), .email = row->string(1), .company_name = row->opt_string(2)};
}

}  // namespace outrider::statistics
