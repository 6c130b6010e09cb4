#include "campaigns/store.h"

#include <array>

#include "analytics/event.h"
#include "campaigns/blackout.h"
#include "wire/json.h"

namespace outrider::campaigns {
namespace {

std::optional<std::string> optional_text(const db::Row& row, std::size_t column) {
  const auto text = row.opt_text(column);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<SavedSchedule> schedule_of(const db::Row& row) {
  const auto timezone = optional_text(row, 7);
  if (!timezone) return std::nullopt;
  return SavedSchedule{.timezone = *timezone,
                       .days = static_cast<std::uint8_t>(row.int64(8)),
                       .start_minute = static_cast<int>(row.int64(9)),
                       .end_minute = static_cast<int>(row.int64(10)),
                       .min_gap_minutes = static_cast<int>(row.int64(11)),
                       .max_new_leads_per_day = static_cast<int>(row.int64(12)),
                       .start_at_ms = row.opt_int64(13),
                       .blackout_days = united(blackout_days(row.text(36)), blackout_days(row.text(38)))};
}

Settings settings_of(const db::Row& row) {
  return {.track_opens = row.flag(14),
          .track_clicks = row.flag(15),
          .track_replies = row.flag(16),
          .stop_on = static_cast<StopOn>(row.int64(17)),
          .unsubscribe_text = optional_text(row, 18),
          .add_unsubscribe_header = row.flag(19),
          .send_as_plain_text = row.flag(20),
          .force_plain_text = row.flag(21),
          .follow_up_percentage = static_cast<int>(row.int64(22)),
          .esp_matching = row.flag(23),
          .pause_domain_on_reply = row.flag(24),
          .ignore_mailbox_limit = row.flag(25),
          .domain_rate_limit = row.flag(26),
          .bounce_threshold = optional_text(row, 27),
          .ooo_ignore_as_reply = row.flag(28),
          .ooo_reactivate = row.flag(29),
          .ooo_reactivate_days = row.opt_int64(30),
          .ooo_categorise = row.flag(31),
          .category_options = optional_text(row, 32),
          .repeats_first_mail = row.flag(37)};
}

// In the order of the columns of the queries below.
Campaign campaign_of(const db::Row& row) {
  return {.workspace_id = row.int64(1),
          .id = row.int64(0),
          .user_id = row.int64(2),
          .client_id = row.opt_int64(3),
          .parent_campaign_id = row.opt_int64(4),
          .name = std::string(row.text(5)),
          .state = static_cast<CampaignState>(row.int64(6)),
          .schedule = schedule_of(row),
          .settings = settings_of(row),
          .lead_count = row.int64(33),
          .created_at_ms = row.int64(34),
          .updated_at_ms = row.int64(35)};
}

std::vector<Campaign> campaigns_of(const db::Rows& rows) {
  std::vector<Campaign> campaigns;
  campaigns.reserve(rows.size());
  for (const auto& row : rows) campaigns.push_back(campaign_of(row));
  return campaigns;
}

constexpr db::Query kInsert{"campaigns.insert", R"sql(
  INSERT INTO campaign (workspace_id, user_id, client_id, name, state, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $6)
  RETURNING id
)sql"};

constexpr db::Query kLoad{"campaigns.load", R"sql(
  SELECT id, workspace_id, user_id, client_id, parent_campaign_id, name, state, timezone, days, start_minute,
         end_minute, min_gap_minutes, max_new_leads_per_day, start_at_ms, track_opens, track_clicks,
         track_replies, stop_on, unsubscribe_text, add_unsubscribe_header, send_as_plain_text,
         force_plain_text, follow_up_percentage, esp_matching, pause_domain_on_reply, ignore_mailbox_limit,
         domain_rate_limit,
         bounce_threshold, ooo_ignore_as_reply, ooo_reactivate, ooo_reactivate_days, ooo_categorise,
         category_options, lead_count, created_at_ms, updated_at_ms, blackout_dates, repeats_first_mail,
         (SELECT workspace.blackout_dates FROM workspace WHERE workspace.id = campaign.workspace_id)
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
)sql"};

constexpr db::Query kHold{"campaigns.hold", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
  /*+for_update*/
)sql"};

constexpr db::Query kList{"campaigns.list", R"sql(
  SELECT id, workspace_id, user_id, client_id, parent_campaign_id, name, state, timezone, days, start_minute,
         end_minute, min_gap_minutes, max_new_leads_per_day, start_at_ms, track_opens, track_clicks,
         track_replies, stop_on, unsubscribe_text, add_unsubscribe_header, send_as_plain_text,
         force_plain_text, follow_up_percentage, esp_matching, pause_domain_on_reply, ignore_mailbox_limit,
         domain_rate_limit,
         bounce_threshold, ooo_ignore_as_reply, ooo_reactivate, ooo_reactivate_days, ooo_categorise,
         category_options, lead_count, created_at_ms, updated_at_ms, blackout_dates, repeats_first_mail,
         (SELECT workspace.blackout_dates FROM workspace WHERE workspace.id = campaign.workspace_id)
    FROM campaign
   WHERE workspace_id = $1
     AND (CAST($2 AS BIGINT) IS NULL OR client_id = $2)
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
   ORDER BY id DESC
)sql"};

constexpr db::Query kListActive{"campaigns.list_active", R"sql(
  SELECT id, workspace_id, user_id, client_id, parent_campaign_id, name, state, timezone, days, start_minute,
         end_minute, min_gap_minutes, max_new_leads_per_day, start_at_ms, track_opens, track_clicks,
         track_replies, stop_on, unsubscribe_text, add_unsubscribe_header, send_as_plain_text,
         force_plain_text, follow_up_percentage, esp_matching, pause_domain_on_reply, ignore_mailbox_limit,
         domain_rate_limit,
         bounce_threshold, ooo_ignore_as_reply, ooo_reactivate, ooo_reactivate_days, ooo_categorise,
         category_options, lead_count, created_at_ms, updated_at_ms, blackout_dates, repeats_first_mail,
         (SELECT workspace.blackout_dates FROM workspace WHERE workspace.id = campaign.workspace_id)
    FROM campaign
   WHERE state = 1
   ORDER BY last_served_at_ms, id
)sql"};
static_assert(static_cast<int>(CampaignState::Active) == 1);

constexpr db::Query kTags{"campaigns.tags", R"sql(
  SELECT campaign_tag.campaign_id, tag.id, tag.name, tag.color
    FROM campaign_tag
    JOIN tag ON tag.workspace_id = campaign_tag.workspace_id AND tag.id = campaign_tag.tag_id
   WHERE campaign_tag.workspace_id = $1
     AND (CAST($2 AS BIGINT) IS NULL OR campaign_tag.campaign_id = $2)
   ORDER BY campaign_tag.campaign_id, tag.id
)sql"};

constexpr db::Query kStoreSchedule{"campaigns.store_schedule", R"sql(
  UPDATE campaign
     SET timezone = $3,
         days = $4,
         start_minute = $5,
         end_minute = $6,
         min_gap_minutes = $7,
         max_new_leads_per_day = $8,
         start_at_ms = $9,
         next_plan_at_ms = 0,
         updated_at_ms = $10
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreRules{"campaigns.store_sending_rules", R"sql(
  UPDATE campaign
     SET blackout_dates = $3,
         repeats_first_mail = $4,
         updated_at_ms = $5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kOwnDates{"campaigns.own_blackout_dates", R"sql(
  SELECT blackout_dates
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreSettings{"campaigns.store_settings", R"sql(
  UPDATE campaign
     SET name = $3,
         client_id = $4,
         track_opens = $5,
         track_clicks = $6,
         track_replies = $7,
         stop_on = $8,
         unsubscribe_text = $9,
         add_unsubscribe_header = $10,
         send_as_plain_text = $11,
         force_plain_text = $12,
         follow_up_percentage = $13,
         esp_matching = $14,
         pause_domain_on_reply = $15,
         ignore_mailbox_limit = $16,
         domain_rate_limit = $17,
         bounce_threshold = $18,
         ooo_ignore_as_reply = $19,
         ooo_reactivate = $20,
         ooo_reactivate_days = $21,
         ooo_categorise = $22,
         category_options = $23,
         updated_at_ms = $24
   WHERE workspace_id = $1
     AND id = $2
)sql"};

// The inbox filters threads by client, so the thread rows follow their campaign.
constexpr db::Query kStoreThreadClient{"campaigns.store_thread_client", R"sql(
  UPDATE campaign_lead
     SET client_id = $3
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND COALESCE(client_id, 0) <> COALESCE($3, 0)
)sql"};

constexpr db::Query kStoreState{"campaigns.store_state", R"sql(
  UPDATE campaign
     SET state = $3,
         pause_reason = $4,
         next_plan_at_ms = 0,
         updated_at_ms = $5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kReadiness{"campaigns.readiness", R"sql(
  SELECT (SELECT COUNT(*) FROM campaign_mailbox WHERE workspace_id = $1 AND campaign_id = $2),
         (SELECT COUNT(*) FROM sequence_step WHERE workspace_id = $1 AND campaign_id = $2 AND is_deleted = 0)
)sql"};

constexpr db::Query kClientExists{"campaigns.client_exists", R"sql(
  SELECT id
    FROM client
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kRemoveVersions{"campaigns.remove_versions", R"sql(
  DELETE FROM step_version
   WHERE workspace_id = $1
     AND step_id IN (SELECT id FROM sequence_step WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kRemoveVariants{"campaigns.remove_variants", R"sql(
  DELETE FROM step_variant
   WHERE workspace_id = $1
     AND step_id IN (SELECT id FROM sequence_step WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kRemoveSteps{"campaigns.remove_steps", R"sql(
  DELETE FROM sequence_step WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveThreadTexts{"campaigns.remove_thread_texts", R"sql(
  DELETE FROM thread_text
   WHERE workspace_id = $1
     AND campaign_lead_id IN (SELECT id FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kRemoveTimelines{"campaigns.remove_timelines", R"sql(
  DELETE FROM lead_timeline
   WHERE workspace_id = $1
     AND campaign_lead_id IN (SELECT id FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kRemovePlanned{"campaigns.remove_planned", R"sql(
  DELETE FROM outgoing
   WHERE workspace_id = $1
     AND campaign_lead_id IN (SELECT id FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2)
     AND state IN (0, 7)
)sql"};
constexpr db::Query kRemoveReminders{"campaigns.remove_reminders", R"sql(
  DELETE FROM reminder
   WHERE workspace_id = $1
     AND campaign_lead_id IN (SELECT id FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kRemoveThreads{"campaigns.remove_threads", R"sql(
  DELETE FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveMailboxes{"campaigns.remove_mailboxes", R"sql(
  DELETE FROM campaign_mailbox WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveTags{"campaigns.remove_tags", R"sql(
  DELETE FROM campaign_tag WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveDays{"campaigns.remove_days", R"sql(
  DELETE FROM campaign_day WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveRollups{"campaigns.remove_rollups", R"sql(
  DELETE FROM rollup WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveWebhooks{"campaigns.remove_webhooks", R"sql(
  DELETE FROM webhook WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveConditions{"campaigns.remove_conditions", R"sql(
  DELETE FROM subsequence_condition WHERE workspace_id = $1 AND campaign_id = $2
)sql"};
constexpr db::Query kRemoveEntries{"campaigns.remove_entries", R"sql(
  DELETE FROM subsequence_entry
   WHERE workspace_id = $1
     AND child_lead_id IN (SELECT id FROM campaign_lead WHERE workspace_id = $1 AND campaign_id = $2)
)sql"};
constexpr db::Query kForgetSubsequence{"campaigns.forget_subsequence", R"sql(
  UPDATE campaign_lead
     SET sub_sequence_id = NULL
   WHERE workspace_id = $1
     AND campaign_id = (SELECT parent_campaign_id FROM campaign WHERE workspace_id = $1 AND id = $2)
     AND sub_sequence_id = $2
)sql"};
constexpr db::Query kRemoveCampaign{"campaigns.remove", R"sql(
  DELETE FROM campaign WHERE workspace_id = $1 AND id = $2
)sql"};

}  // namespace

Result<Campaign> create(db::Tx& tx, const NewCampaign& campaign, TimeMs now_ms) {
  const auto state = static_cast<std::int64_t>(CampaignState::Drafted);
  TRY_AS(const auto row,
         tx.row(kInsert,
                campaign.workspace_id,
                campaign.user_id,
                campaign.client_id,
                campaign.name,
                state,
                now_ms));
  return load(tx, {.workspace_id = campaign.workspace_id}, row->int64(0));
}

Result<Campaign> load(db::Tx& tx, const Scope& scope, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kLoad, scope.workspace_id, id, scope.client_id));
  if (!row) return fail(Code::NotFound, "Campaign not found");
  return campaign_of(*row);
}

Result<Campaign> load_to_change(db::Tx& tx, const Scope& scope, std::int64_t id) {
  TRY(tx.row(kHold, scope.workspace_id, id));
  return load(tx, scope, id);
}

Result<std::vector<Campaign>> list(db::Tx& tx, const Scope& scope, std::optional<std::int64_t> client_id) {
  TRY_AS(const auto rows, tx.rows(kList, scope.workspace_id, scope.client_id, client_id));
  return campaigns_of(rows);
}

Result<std::vector<Campaign>> list_active(db::Tx& tx) {
  TRY_AS(const auto rows, tx.rows(kListActive));
  return campaigns_of(rows);
}

Result<std::vector<Tag>> list_tags(db::Tx& tx,
                                   std::int64_t workspace_id,
                                   std::optional<std::int64_t> campaign_id) {
  TRY_AS(const auto rows, tx.rows(kTags, workspace_id, campaign_id));
  std::vector<Tag> tags;
  for (const auto& row : rows)
    tags.push_back({.campaign_id = row.int64(0),
                    .id = row.int64(1),
                    .name = std::string(row.text(2)),
                    .color = std::string(row.text(3))});
  return tags;
}

Result<> store_schedule(db::Tx& tx, const Campaign& campaign, const SavedSchedule& schedule, TimeMs now_ms) {
  TRY(tx.run(kStoreSchedule,
             campaign.workspace_id,
             campaign.id,
             schedule.timezone,
             static_cast<std::int64_t>(schedule.days),
             schedule.start_minute,
             schedule.end_minute,
             schedule.min_gap_minutes,
             schedule.max_new_leads_per_day,
             schedule.start_at_ms,
             now_ms));
  return {};
}

Result<SendingRules> load_rules(db::Tx& tx, const Campaign& campaign) {
  TRY_AS(const auto row, tx.row(kOwnDates, campaign.workspace_id, campaign.id));
  if (!row) return fail(Code::NotFound, "Campaign not found");
  return SendingRules{.blackout_days = blackout_days(row->text(0)),
                      .repeats_first_mail = campaign.settings.repeats_first_mail};
}

Result<> store_rules(db::Tx& tx, const Campaign& campaign, const SendingRules& rules, TimeMs now_ms) {
  TRY(tx.run(kStoreRules,
             campaign.workspace_id,
             campaign.id,
             stored_dates(rules.blackout_days),
             rules.repeats_first_mail,
             now_ms));
  return {};
}

Result<> store_settings(db::Tx& tx, const Campaign& campaign, TimeMs now_ms) {
  const Settings& settings = campaign.settings;
  TRY(tx.run(kStoreSettings,
             campaign.workspace_id,
             campaign.id,
             campaign.name,
             campaign.client_id,
             settings.track_opens,
             settings.track_clicks,
             settings.track_replies,
             static_cast<std::int64_t>(settings.stop_on),
             settings.unsubscribe_text,
             settings.add_unsubscribe_header,
             settings.send_as_plain_text,
             settings.force_plain_text,
             settings.follow_up_percentage,
             settings.esp_matching,
             settings.pause_domain_on_reply,
             settings.ignore_mailbox_limit,
             settings.domain_rate_limit,
             settings.bounce_threshold,
             settings.ooo_ignore_as_reply,
             settings.ooo_reactivate,
             settings.ooo_reactivate_days,
             settings.ooo_categorise,
             settings.category_options,
             now_ms));
  TRY(tx.run(kStoreThreadClient, campaign.workspace_id, campaign.id, campaign.client_id));
  return {};
}

Result<> store_state(
    db::Tx& tx, const Campaign& campaign, CampaignState to, std::string_view cause, TimeMs now_ms) {
  const auto reason = to == CampaignState::Paused ? std::optional<std::string_view>(cause) : std::nullopt;
  TRY(tx.run(kStoreState, campaign.workspace_id, campaign.id, static_cast<std::int64_t>(to), reason, now_ms));
  std::string data;
  wire::Writer(data)
      .begin_object()
      .member("previous_status", name(campaign.state))
      .member("campaign_status", name(to))
      .member("cause", cause)
      .end_object();
  return analytics::record(tx,
                           {.workspace_id = campaign.workspace_id,
                            .type = analytics::EventType::CampaignStatusChanged,
                            .at_ms = now_ms,
                            .campaign_id = campaign.id,
                            .client_id = campaign.client_id,
                            .data = std::move(data)});
}

Result<> remove(db::Tx& tx, const Campaign& campaign) {
  static constexpr std::array kQueries{&kRemoveVersions,
                                       &kRemoveVariants,
                                       &kRemoveSteps,
                                       &kRemoveThreadTexts,
                                       &kRemoveTimelines,
                                       &kRemoveReminders,
                                       &kRemovePlanned,
                                       &kRemoveConditions,
                                       &kRemoveEntries,
                                       &kForgetSubsequence,
                                       &kRemoveThreads,
                                       &kRemoveMailboxes,
                                       &kRemoveTags,
                                       &kRemoveDays,
                                       &kRemoveRollups,
                                       &kRemoveWebhooks,
                                       &kRemoveCampaign};
  for (const db::Query* query : kQueries) TRY(tx.run(*query, campaign.workspace_id, campaign.id));
  return {};
}

Result<Readiness> load_readiness(db::Tx& tx, const Campaign& campaign) {
  TRY_AS(const auto row, tx.row(kReadiness, campaign.workspace_id, campaign.id));
  return Readiness{.mailboxes = row->int64(0), .steps = row->int64(1)};
}

Result<bool> client_exists(db::Tx& tx, std::int64_t workspace_id, std::int64_t client_id) {
  TRY_AS(const auto row, tx.row(kClientExists, workspace_id, client_id));
  return row.has_value();
}

}  // namespace outrider::campaigns
