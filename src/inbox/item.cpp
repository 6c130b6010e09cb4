#include "inbox/item.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "campaigns/lead_state.h"
#include "core/strings.h"
#include "inbox/columns.h"
#include "inbox/criteria.h"
#include "inbox/importance.h"

namespace outrider::inbox {
namespace {

constexpr double kTenths = 10.0;

// One query for each item: given a list of ids, PostgreSQL reads the whole tables.
constexpr db::Query kItem{"inbox.item", R"sql(
  SELECT thread.id, thread.lead_id, lead.email, lead.first_name, lead.last_name, lead.company_name,
         lead.phone_number, lead.custom_fields,
         campaign.id, campaign.name, campaign.client_id, campaign.parent_campaign_id, campaign.timezone,
         campaign.days, campaign.start_minute, campaign.end_minute,
         mailbox.id, mailbox.from_email, mailbox.from_name,
         lead_category.id, lead_category.name,
         app_user.id, app_user.name, app_user.email,
         thread.sub_sequence_id, subsequence.name,
         message.id, message.direction, message.subject, message.at_ms, message.opened_at_ms,
         message.clicked_at_ms, message.replied_at_ms, message.from_email, message.to_email, message.preview,
         thread.email_status, thread.sent_count, thread.open_count, thread.click_count, thread.reply_count,
         thread.last_sent_at_ms, thread.last_open_at_ms, thread.last_click_at_ms, thread.last_reply_at_ms,
         thread.is_read, thread.is_important, thread.is_archived, thread.importance_score,
         thread.importance_reasons,
         thread.snoozed_until_ms, thread.state, thread.revenue_cents, thread.due_at_ms, thread.next_seq,
         (SELECT MAX(sequence_step.id)
            FROM sequence_step
           WHERE sequence_step.workspace_id = $1
             AND sequence_step.campaign_id = thread.campaign_id
             AND sequence_step.seq_number = thread.next_seq - 1
             AND sequence_step.is_deleted = 0),
         (SELECT COUNT(*)
            FROM sequence_step
           WHERE sequence_step.workspace_id = $1
             AND sequence_step.campaign_id = thread.campaign_id
             AND sequence_step.is_deleted = 0)
    FROM campaign_lead AS thread
    JOIN lead
      ON lead.workspace_id = $1
     AND lead.id = thread.lead_id
    JOIN campaign
      ON campaign.workspace_id = $1
     AND campaign.id = thread.campaign_id
    LEFT JOIN mailbox
      ON mailbox.workspace_id = $1
     AND mailbox.id = thread.mailbox_id
    LEFT JOIN lead_category
      ON lead_category.workspace_id = $1
     AND lead_category.id = thread.category_id
    LEFT JOIN app_user
      ON app_user.workspace_id = $1
     AND app_user.id = thread.assigned_user_id
    LEFT JOIN campaign AS subsequence
      ON subsequence.workspace_id = $1
     AND subsequence.id = thread.sub_sequence_id
    LEFT JOIN message
      ON message.workspace_id = $1
     AND message.id = CASE CAST($3 AS BIGINT)
                      WHEN 0 THEN COALESCE(thread.last_reply_id, thread.last_message_id)
                      WHEN 1 THEN (SELECT sent.id
                                     FROM message AS sent
                                    WHERE sent.workspace_id = $1
                                      AND sent.campaign_lead_id = $2
                                      AND sent.direction = 0
                                      AND sent.at_ms IS NOT NULL
                                    ORDER BY sent.at_ms DESC, sent.id DESC
                                    LIMIT 1)
                      WHEN 2 THEN thread.last_message_id
                      ELSE CAST($4 AS BIGINT)
                      END
   WHERE thread.workspace_id = $1
     AND thread.id = $2
)sql"};
static_assert(static_cast<int>(Direction::Outbound) == 0);

/// Which message stands for the conversation. Numbers as in the query.
enum class Shown : std::uint8_t { LastReply, LastSent, Newest, Queued };

Shown shown_in(View view) {
  switch (view) {
    case View::InboxReplies:
    case View::UnreadReplies:
    case View::Important:
    case View::Snoozed:
    case View::Archived:
      return Shown::LastReply;
    case View::Sent:
      return Shown::LastSent;
    case View::Scheduled:
      return Shown::Queued;
    case View::Reminders:
    case View::AssignedToMe:
    case View::Custom:
      return Shown::Newest;
  }
  return Shown::Newest;
}

/// The job title is a custom field under whatever spelling the import had.
std::optional<std::string> title_of(const std::string& custom_fields) {
  const auto document = wire::Document::parse(custom_fields);
  if (!document) return std::nullopt;
  const wire::Node fields = document->root();
  for (const std::string_view name : {"title", "job_title", "job title"})
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (equal_ignoring_case(fields.key(i), name) && !fields.at(i).text().empty())
        return std::string(fields.at(i).text());
  return std::nullopt;
}

void read_lead(Item& item, Columns& next) {
  item.thread_id = std::to_string(next.int64());
  item.id = std::string(kItemPrefix) + item.thread_id;
  item.lead.id = std::to_string(next.int64());
  item.lead.email = next.text();
  item.lead.first_name = next.opt_text();
  item.lead.last_name = next.opt_text();
  item.lead.company = next.opt_text();
  item.lead.phone = next.opt_text();
  item.lead.title = title_of(next.text());
  item.email_lead_id = item.lead.id;
  item.lead_first_name = item.lead.first_name;
  item.lead_last_name = item.lead.last_name;
  item.lead_email = item.lead.email;
}

void read_campaign(Item& item, Columns& next) {
  item.campaign.id = next.int64();
  item.campaign.name = next.text();
  item.email_campaign_id = item.campaign.id;
  item.email_campaign_name = *item.campaign.name;
  item.client_id = next.opt_int64();
  item.is_in_subsequence = next.opt_int64().has_value();
  const auto timezone = next.opt_text();
  const auto days = next.int64();
  const auto start_minute = next.int64();
  const auto end_minute = next.int64();
  if (!timezone) return;
  item.schedule =
      campaigns::SchedulerCron{.tz = *timezone,
                               .days = {},
                               .start_hour = campaigns::clock_text(static_cast<int>(start_minute)),
                               .end_hour = campaigns::clock_text(static_cast<int>(end_minute))};
  for (int day = 0; day < 7; ++day)
    if ((days >> day & 1) != 0) item.schedule->days.push_back(day);
}

void read_people(Item& item, Columns& next) {
  item.email_account_id = next.opt_int64();
  const auto from_email = next.opt_text();
  const auto from_name = next.opt_text();
  if (item.email_account_id && from_email)
    item.email_account = ItemAccount{.id = *item.email_account_id, .email = *from_email, .name = from_name};
  item.category_id = next.opt_int64();
  const auto category = next.opt_text();
  if (item.category_id) item.category = NamedRef{.id = *item.category_id, .name = category};
  item.team_member_id = next.opt_int64();
  const auto name = next.opt_text();
  const auto email = next.opt_text();
  if (item.team_member_id)
    item.assigned_to = ItemAssignee{.id = *item.team_member_id, .name = name.value_or(""), .email = email};
  item.sub_sequence_id = next.opt_int64();
  item.is_pushed_to_sub_sequence = item.sub_sequence_id.has_value();
  const auto subsequence = next.opt_text();
  if (item.sub_sequence_id) item.subsequence = NamedRef{.id = *item.sub_sequence_id, .name = subsequence};
}

void read_message(LastMessage& message, Columns& next) {
  if (const auto id = next.opt_int64()) message.id = std::string(kMessagePrefix) + std::to_string(*id);
  const bool is_inbound = next.opt_int64().value_or(0) == static_cast<int>(Direction::Inbound);
  message.subject = next.opt_text();
  const auto at = next.opt_instant();
  const auto opened_at = next.opt_instant();
  const auto clicked_at = next.opt_instant();
  const auto replied_at = next.opt_instant();
  message.sent_from = next.opt_text();
  message.sent_to = next.opt_text();
  message.body = next.opt_text();
  if (is_inbound) {
    message.received_at = at;
    return;
  }
  message.sent_at = at;
  message.opened_at = opened_at;
  message.clicked_at = clicked_at;
  message.replied_at = replied_at;
}

void read_facts(Item& item, Columns& next, TimeMs now_ms) {
  item.email_status = next.as<ItemStatus>();
  item.stats.sent = next.int64();
  item.stats.opened = next.int64();
  item.stats.clicked = next.int64();
  item.stats.replied = next.int64();
  item.last_sent_time = next.opt_instant();
  const auto last_open = next.opt_instant();
  const auto last_click = next.opt_instant();
  item.last_reply_time = next.opt_instant();
  item.stats.last_activity = std::max({item.last_sent_time, last_open, last_click, item.last_reply_time});
  if (!item.last_reply_time) return;
  const auto age_ms = static_cast<double>(std::max<TimeMs>(0, now_ms - item.last_reply_time->at_ms));
  item.reply_age_hours = std::round(age_ms / static_cast<double>(kHourMs) * kTenths) / kTenths;
}

void read_state(Item& item, Columns& next, TimeMs now_ms) {
  using campaigns::LeadState;
  item.is_read = next.flag();
  item.has_new_unread_email = !item.is_read;
  item.is_important = next.flag();
  item.is_archived = next.flag();
  item.importance_score = next.int64();
  item.importance_reasons = reason_texts(next.text());
  item.snoozed_until = next.opt_instant();
  item.is_snoozed = item.snoozed_until && item.snoozed_until->at_ms > now_ms;
  if (!item.is_snoozed) item.snoozed_until.reset();
  const auto state = next.as<LeadState>();
  item.lead_status = campaigns::name(state);
  item.revenue = money_text(next.int64());
  const auto due_at = next.opt_instant();
  if (state == LeadState::Started || state == LeadState::InProgress) item.next_send_time = due_at;
  const auto next_seq = next.int64();
  if (next_seq > 1) item.step_number = next_seq - 1;
  item.step_id = next.opt_int64();
  item.step_count = next.int64();
}

constexpr db::Query kTags{"inbox.item_tags", R"sql(
  SELECT tag.name
    FROM campaign_tag
    JOIN tag
      ON tag.workspace_id = $1
     AND tag.id = campaign_tag.tag_id
   WHERE campaign_tag.workspace_id = $1
     AND campaign_tag.campaign_id = $2
   ORDER BY tag.name
)sql"};

/// Tags of the campaigns of a page, each campaign once.
class CampaignTags {
 public:
  Result<std::vector<std::string>> of(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id) {
    const auto [known, is_new] = by_campaign_.try_emplace(campaign_id);
    if (!is_new) return known->second;
    TRY_AS(const auto rows, tx.rows(kTags, workspace_id, campaign_id));
    for (const auto& row : rows) known->second.push_back(row.string(0));
    return known->second;
  }

 private:
  std::map<std::int64_t, std::vector<std::string>> by_campaign_;
};

constexpr db::Query kLeadTags{"inbox.item_lead_tags", R"sql(
  SELECT lead_tag.lead_id, tag.name
    FROM lead_tag
    JOIN tag
      ON tag.workspace_id = $1
     AND tag.id = lead_tag.tag_id
   WHERE lead_tag.workspace_id = $1
     AND lead_tag.lead_id IN (SELECT value FROM /*+json_ints($2)*/)
   ORDER BY tag.name
)sql"};

Result<> add_lead_tags(db::Tx& tx, std::int64_t workspace_id, std::vector<Item>& items) {
  std::vector<std::int64_t> leads;
  for (const auto& item : items) leads.push_back(parse_integer(item.lead.id).value_or(0));
  TRY_AS(const auto rows, tx.rows(kLeadTags, workspace_id, json_of(leads)));
  for (const auto& row : rows)
    for (std::size_t i = 0; i < items.size(); ++i)
      if (leads[i] == row.int64(0) && std::ranges::find(items[i].tags, row.text(1)) == items[i].tags.end())
        items[i].tags.push_back(row.string(1));
  return {};
}

void add_occasion(Item& item, View view, const Occasion& occasion, TimeMs now_ms) {
  if (view == View::Scheduled) {
    item.email_status = ItemStatus::Scheduled;
    item.scheduled_time = wire::Instant{occasion.at_ms};
    return;
  }
  item.reminder_id = occasion.id;
  item.reminder_time = wire::Instant{occasion.at_ms};
  item.reminder_message = occasion.text;
  item.is_overdue = occasion.at_ms <= now_ms;
}

Item read_item(const db::Row& row, TimeMs now_ms) {
  Item item;
  Columns next(row);
  read_lead(item, next);
  read_campaign(item, next);
  read_people(item, next);
  read_message(item.last_message, next);
  read_facts(item, next, now_ms);
  read_state(item, next, now_ms);
  return item;
}

}  // namespace

std::string money_text(std::int64_t cents) {
  const std::string digits = std::to_string(cents % 100);
  return std::to_string(cents / 100) + (digits.size() == 1 ? ".0" : ".") + digits;
}

Result<std::vector<Item>> load_items(
    db::Tx& tx, std::int64_t workspace_id, View view, const Page& page, TimeMs now_ms) {
  std::vector<Item> items;
  items.reserve(page.ids.size());
  CampaignTags tags;
  for (std::size_t i = 0; i < page.ids.size(); ++i) {
    const auto* occasion = page.occasions.empty() ? nullptr : &page.occasions[i];
    const std::int64_t message_id = occasion ? occasion->message_id : 0;
    TRY_AS(const auto row, tx.row(kItem, workspace_id, page.ids[i], shown_in(view), message_id));
    if (!row) continue;
    Item item = read_item(*row, now_ms);
    if (occasion) add_occasion(item, view, *occasion, now_ms);
    TRY_AS(item.tags, tags.of(tx, workspace_id, item.campaign.id));
    items.push_back(std::move(item));
  }
  if (!items.empty()) TRY(add_lead_tags(tx, workspace_id, items));
  return items;
}

}  // namespace outrider::inbox
