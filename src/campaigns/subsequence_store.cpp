#include "campaigns/subsequence_store.h"

namespace outrider::campaigns {
namespace {

constexpr db::Query kInsert{"campaigns.insert_subsequence", R"sql(
  INSERT INTO campaign (workspace_id, user_id, client_id, parent_campaign_id, name, state, enter_delay_days,
                        stop_on_parent_reply, timezone, days, start_minute, end_minute, min_gap_minutes,
                        max_new_leads_per_day, track_opens, track_clicks, track_replies, stop_on,
                        unsubscribe_text, add_unsubscribe_header, send_as_plain_text, force_plain_text,
                        follow_up_percentage, esp_matching, pause_domain_on_reply, ignore_mailbox_limit,
                        domain_rate_limit, bounce_threshold, ooo_ignore_as_reply, ooo_reactivate,
                        ooo_reactivate_days, ooo_categorise, category_options, blackout_dates, created_at_ms,
                        updated_at_ms)
  SELECT workspace_id, $3, COALESCE(CAST($4 AS BIGINT), client_id), id, $5, 0, $6, $7, timezone, days,
         start_minute, end_minute, min_gap_minutes, max_new_leads_per_day, track_opens, track_clicks,
         track_replies, stop_on, unsubscribe_text, add_unsubscribe_header, send_as_plain_text,
         force_plain_text, follow_up_percentage, esp_matching, pause_domain_on_reply, ignore_mailbox_limit,
         domain_rate_limit, bounce_threshold, ooo_ignore_as_reply, ooo_reactivate, ooo_reactivate_days,
         ooo_categorise, category_options, blackout_dates, $8, $8
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
  RETURNING id
)sql"};
static_assert(static_cast<int>(CampaignState::Drafted) == 0);

constexpr db::Query kInheritMailboxes{"campaigns.inherit_mailboxes", R"sql(
  INSERT INTO campaign_mailbox (workspace_id, campaign_id, mailbox_id, created_at_ms, updated_at_ms)
  SELECT workspace_id, $3, mailbox_id, $4, $4
    FROM campaign_mailbox
   WHERE workspace_id = $1
     AND campaign_id = $2
)sql"};

constexpr db::Query kAddCondition{"campaigns.add_condition", R"sql(
  INSERT INTO subsequence_condition (workspace_id, campaign_id, trigger_kind, category_id, text, days)
  VALUES ($1, $2, $3, $4, $5, $6)
)sql"};

constexpr db::Query kCategoryExists{"campaigns.category_exists", R"sql(
  SELECT id
    FROM lead_category
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kChildren{"campaigns.subsequences", R"sql(
  SELECT id, enter_delay_days, stop_on_parent_reply
    FROM campaign
   WHERE workspace_id = $1
     AND parent_campaign_id = $2
     AND parent_campaign_id IS NOT NULL
   ORDER BY id
)sql"};

constexpr db::Query kEntryRules{"campaigns.entry_rules", R"sql(
  SELECT id, enter_delay_days, stop_on_parent_reply
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
     AND parent_campaign_id IS NOT NULL
)sql"};

constexpr db::Query kConditions{"campaigns.conditions", R"sql(
  SELECT trigger_kind, category_id, text, days
    FROM subsequence_condition
   WHERE workspace_id = $1
     AND campaign_id = $2
   ORDER BY id
)sql"};

constexpr db::Query kAwaitingSilence{"campaigns.awaiting_silence", R"sql(
  SELECT campaign.workspace_id, campaign.id
    FROM campaign
   WHERE campaign.state = 1
     AND campaign.parent_campaign_id IS NOT NULL
     AND EXISTS (SELECT 1
                   FROM subsequence_condition
                  WHERE subsequence_condition.workspace_id = campaign.workspace_id
                    AND subsequence_condition.campaign_id = campaign.id
                    AND subsequence_condition.trigger_kind = 1)
   ORDER BY campaign.workspace_id, campaign.id
)sql"};
static_assert(static_cast<int>(CampaignState::Active) == 1 && static_cast<int>(Trigger::NoReply) == 1);

Result<> add_condition(db::Tx& tx, const Campaign& subsequence, const Condition& condition) {
  if (condition.category_id) {
    TRY_AS(const auto known, tx.row(kCategoryExists, subsequence.workspace_id, *condition.category_id));
    if (!known)
      return fail_field("condition_events", "\"categoryId\" must be a lead category of this workspace");
  }
  TRY(tx.run(kAddCondition,
             subsequence.workspace_id,
             subsequence.id,
             static_cast<std::int64_t>(condition.trigger),
             condition.category_id,
             condition.text,
             condition.days));
  return {};
}

Result<Subsequence> subsequence_of(db::Tx& tx, const Scope& scope, const db::Row& row) {
  TRY_AS(auto campaign, load(tx, scope, row.int64(0)));
  TRY_AS(const auto rows, tx.rows(kConditions, scope.workspace_id, row.int64(0)));
  Subsequence subsequence{.campaign = std::move(campaign),
                          .enter_delay_days = row.int64(1),
                          .stops_on_parent_reply = row.flag(2),
                          .conditions = {}};
  for (const auto& condition : rows)
    subsequence.conditions.push_back({.trigger = condition.as<Trigger>(0),
                                      .category_id = condition.opt_int64(1),
                                      .text = condition.opt_string(2),
                                      .days = condition.opt_int64(3)});
  return subsequence;
}

}  // namespace

Result<Campaign> create_subsequence(db::Tx& tx,
                                    const Campaign& parent,
                                    const NewSubsequence& input,
                                    TimeMs now_ms) {
  TRY_AS(const auto row,
         tx.row(kInsert,
                parent.workspace_id,
                parent.id,
                input.user_id,
                input.client_id,
                input.name,
                input.enter_delay_days,
                input.stops_on_parent_reply,
                now_ms));
  TRY_AS(auto subsequence, load(tx, {.workspace_id = parent.workspace_id}, row->int64(0)));
  TRY(tx.run(kInheritMailboxes, parent.workspace_id, parent.id, subsequence.id, now_ms));
  for (const Condition& condition : input.conditions) TRY(add_condition(tx, subsequence, condition));
  return subsequence;
}

Result<std::vector<Subsequence>> list_subsequences(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::int64_t parent_id) {
  TRY_AS(const auto rows, tx.rows(kChildren, workspace_id, parent_id));
  std::vector<Subsequence> subsequences;
  for (const auto& row : rows) {
    TRY_AS(auto subsequence, subsequence_of(tx, {.workspace_id = workspace_id}, row));
    subsequences.push_back(std::move(subsequence));
  }
  return subsequences;
}

Result<Subsequence> load_subsequence(db::Tx& tx, const Scope& scope, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kEntryRules, scope.workspace_id, id));
  if (!row) return fail(Code::NotFound, "Subsequence not found");
  return subsequence_of(tx, scope, *row);
}

Result<std::vector<Subsequence>> list_awaiting_silence(db::Tx& tx) {
  TRY_AS(const auto rows, tx.rows(kAwaitingSilence));
  std::vector<Subsequence> subsequences;
  for (const auto& row : rows) {
    TRY_AS(auto subsequence, load_subsequence(tx, {.workspace_id = row.int64(0)}, row.int64(1)));
    subsequences.push_back(std::move(subsequence));
  }
  return subsequences;
}

}  // namespace outrider::campaigns
