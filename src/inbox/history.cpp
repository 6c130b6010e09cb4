#include "inbox/history.h"

#include <algorithm>
#include <limits>
#include <map>

#include "inbox/columns.h"
#include "inbox/list.h"
#include "mail/html_text.h"
#include "wire/json.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kHistory{"inbox.history", R"sql(
  SELECT message.id, message.direction, message.kind, COALESCE(answered.stats_id, message.stats_id),
         message.header_id, message.from_email, message.to_email, message.cc, message.bcc, message.at_ms,
         message.opened_at_ms, message.clicked_at_ms, message.subject, message_body.html, message_body.text,
         message_body.new_text, COALESCE(message.seq_number, answered.seq_number), message.open_count,
         message.click_count, message.attachments
    FROM message
    LEFT JOIN message_body
      ON message_body.workspace_id = message.workspace_id
     AND message_body.message_id = message.id
    LEFT JOIN message AS answered
      ON answered.workspace_id = message.workspace_id
     AND answered.id = message.answers_id
     AND message.direction = 1
   WHERE message.workspace_id = $1
     AND message.campaign_lead_id = $2
     AND message.at_ms > $3
     AND message.kind <> 5
   ORDER BY CASE WHEN $5 = 1 THEN message.at_ms ELSE -message.at_ms END,
            CASE WHEN $5 = 1 THEN message.id ELSE -message.id END
   LIMIT $4
)sql"};
static_assert(static_cast<int>(MessageKind::Bounce) == 5 && static_cast<int>(Direction::Inbound) == 1);

constexpr db::Query kClicks{"inbox.history_clicks", R"sql(
  SELECT message_link.message_id, message_link.url, SUM(message_link.click_count)
    FROM message
    JOIN message_link
      ON message_link.workspace_id = message.workspace_id
     AND message_link.message_id = message.id
   WHERE message.workspace_id = $1
     AND message.campaign_lead_id = $2
     AND message.at_ms IS NOT NULL
     AND message_link.click_count > 0
   GROUP BY message_link.message_id, message_link.url
   ORDER BY message_link.message_id, message_link.url
)sql"};

/// Clicks by address, as a JSON object for each message that has any.
Result<std::map<std::int64_t, std::string>> load_clicks(db::Tx& tx, const ThreadKey& key) {
  TRY_AS(const auto rows, tx.rows(kClicks, key.workspace_id, key.campaign_lead_id));
  std::map<std::int64_t, std::string> clicks;
  for (const auto& row : rows) {
    std::string& json = clicks[row.int64(0)];
    json += json.empty() ? '{' : ',';
    wire::append_quoted(json, row.text(1));
    json += ':';
    wire::append_number(json, row.int64(2));
  }
  for (auto& [message_id, json] : clicks) json += '}';
  return clicks;
}

EntryType type_of(Direction direction, MessageKind kind) {
  if (direction == Direction::Inbound) return EntryType::Reply;
  return kind == MessageKind::Forward ? EntryType::Forward : EntryType::Sent;
}

/// Stored under the names of MIME, shown under those of the contract.
std::string attachments_of(std::string_view stored) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  if (const auto document = wire::Document::parse(stored)) {
    const auto root = document->root();
    for (std::size_t i = 0; i < root.size(); ++i) {
      const auto file = root.at(i);
      writer.begin_object()
          .member("file_name", file.get("name").text())
          .member("file_type", file.get("content_type").text())
          .member("file_size", file.get("size").int64().value_or(0))
          .key("file_url")
          .null()
          .end_object();
    }
  }
  writer.end_list();
  return json;
}

struct Bodies {
  std::optional<std::string> html;
  std::optional<std::string> text;
  std::optional<std::string> new_text;

  std::string plain() const { return text ? *text : mail::html_to_text(html.value_or("")); }
};

HistoryEntry read_entry(const db::Row& row, BodyForm form) {
  Columns next(row);
  HistoryEntry entry;
  entry.id = std::string(kMessagePrefix) + std::to_string(next.int64());
  entry.direction = next.as<Direction>();
  const auto kind = next.as<MessageKind>();
  entry.type = type_of(entry.direction, kind);
  entry.stats_id = next.text();
  entry.message_id = '<' + next.text() + '>';
  entry.from = next.text();
  entry.to = next.text();
  entry.cc = {next.text()};
  entry.bcc = {next.text()};
  entry.time = {next.int64()};
  entry.opened_at = next.opt_instant();
  entry.clicked_at = next.opt_instant();
  entry.subject = next.text();
  const Bodies bodies{.html = next.opt_text(), .text = next.opt_text(), .new_text = next.opt_text()};
  if (const auto number = next.opt_int64()) entry.email_seq_number = std::to_string(*number);
  entry.open_count = next.int64();
  entry.click_count = next.int64();
  entry.attachments = {attachments_of(next.text())};

  entry.body = bodies.new_text ? *bodies.new_text : bodies.plain();
  const bool is_plain = form == BodyForm::PlainText || !bodies.html;
  entry.email_body = is_plain ? bodies.plain() : *bodies.html;
  if (kind == MessageKind::AutoReply) entry.reply_details.value = wire::Json{R"({"is_auto_reply":true})"};
  return entry;
}

/// Each direction has keys the other has not.
void leave_out_foreign_keys(HistoryEntry& entry) {
  if (entry.direction == Direction::Outbound) {
    entry.sent_at = entry.time;
    return;
  }
  entry.received_at = entry.time;
  entry.reply_details.given = true;
  entry.bcc = {};
  entry.open_count.reset();
  entry.click_count.reset();
}

}  // namespace

wire::Fields HistoryEntry::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&HistoryEntry::type>("type"),
      wire::required<&HistoryEntry::direction>("direction"),
      wire::required<&HistoryEntry::id>("id"),
      wire::required<&HistoryEntry::stats_id>("stats_id"),
      wire::required<&HistoryEntry::message_id>("message_id"),
      wire::required<&HistoryEntry::from>("from"),
      wire::required<&HistoryEntry::to>("to"),
      wire::required<&HistoryEntry::cc>("cc"),
      wire::optional<&HistoryEntry::bcc>("bcc", wire::omit_when_empty()),
      wire::required<&HistoryEntry::time>("time"),
      wire::optional<&HistoryEntry::sent_at>("sent_at", wire::omit_when_empty()),
      wire::optional<&HistoryEntry::received_at>("received_at", wire::omit_when_empty()),
      wire::optional<&HistoryEntry::opened_at>("opened_at"),
      wire::optional<&HistoryEntry::clicked_at>("clicked_at"),
      wire::required<&HistoryEntry::subject>("subject"),
      wire::required<&HistoryEntry::email_body>("email_body"),
      wire::required<&HistoryEntry::body>("body"),
      wire::optional<&HistoryEntry::email_seq_number>("email_seq_number"),
      wire::optional<&HistoryEntry::open_count>("open_count", wire::omit_when_empty()),
      wire::optional<&HistoryEntry::click_count>("click_count", wire::omit_when_empty()),
      wire::optional<&HistoryEntry::click_details>("click_details", wire::omit_when_empty()),
      wire::required<&HistoryEntry::attachments>("attachments"),
      wire::optional<&HistoryEntry::reply_details>("reply_details"),
  };
  return kFields;
}

Result<std::vector<HistoryEntry>> load_history(db::Tx& tx,
                                               const ThreadKey& key,
                                               const HistoryOptions& options) {
  const TimeMs after_ms = options.after_ms.value_or(std::numeric_limits<TimeMs>::min());
  TRY_AS(const auto rows,
         tx.rows(kHistory,
                 key.workspace_id,
                 key.campaign_lead_id,
                 after_ms,
                 options.messages_max,
                 options.after_ms.has_value()));
  TRY_AS(auto clicks, load_clicks(tx, key));
  std::vector<HistoryEntry> history;
  history.reserve(rows.size());
  for (const auto& row : rows) {
    HistoryEntry entry = read_entry(row, options.body);
    leave_out_foreign_keys(entry);
    const auto clicked = clicks.find(row.int64(0));
    if (clicked != clicks.end())
      entry.click_details = {std::move(clicked->second)};
    else if (entry.direction == Direction::Outbound)
      entry.click_details = {"{}"};
    history.push_back(std::move(entry));
  }
  if (!options.after_ms) std::ranges::reverse(history);
  return history;
}

}  // namespace outrider::inbox
