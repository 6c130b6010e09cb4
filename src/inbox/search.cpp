#include "inbox/search.h"

#include "core/strings.h"
#include "inbox/criteria.h"
#include "inbox/search_words.h"
#include "mail/html_text.h"

namespace outrider::inbox {
namespace {

/// Collects what conversations are found by, up to kThreadTextBytesMax.
class Lines {
 public:
  bool full() const { return text_.size() >= kThreadTextBytesMax; }

  void add(std::string_view line) {
    if (full()) return;
    text_ += line.substr(0, kThreadTextBytesMax);
    text_ += '\n';
  }

  std::string words() const { return join(search_words(text_, kThreadTextBytesMax), " "); }

 private:
  std::string text_;
};

constexpr db::Query kLead{"inbox.search_lead", R"sql(
  SELECT lead.email, lead.first_name, lead.last_name
    FROM campaign_lead
    JOIN lead
      ON lead.workspace_id = campaign_lead.workspace_id
     AND lead.id = campaign_lead.lead_id
   WHERE campaign_lead.workspace_id = $1
     AND campaign_lead.id = $2
)sql"};

constexpr db::Query kMessages{"inbox.search_messages", R"sql(
  SELECT message.subject,
         COALESCE(message_body.new_text, message_body.text),
         CASE WHEN message_body.new_text IS NULL AND message_body.text IS NULL THEN message_body.html END
    FROM message
    LEFT JOIN message_body
      ON message_body.workspace_id = message.workspace_id
     AND message_body.message_id = message.id
   WHERE message.workspace_id = $1
     AND message.campaign_lead_id = $2
     AND message.at_ms IS NOT NULL
   ORDER BY message.at_ms DESC, message.id DESC
   LIMIT $3
)sql"};

constexpr db::Query kStore{"inbox.search_store", R"sql(
  INSERT INTO thread_text (workspace_id, campaign_lead_id, text)
  VALUES ($1, $2, $3)
      ON CONFLICT (workspace_id, campaign_lead_id)
      DO UPDATE SET text = excluded.text
          WHERE thread_text.text <> excluded.text
)sql"};

void add_lead(Lines& lines, const db::Row& row) {
  lines.add(row.text(0));
  std::string name(row.opt_text(1).value_or(""));
  name += ' ';
  name += row.opt_text(2).value_or("");
  lines.add(trim(name));
}

void add_message(Lines& lines, const db::Row& row) {
  lines.add(row.text(0));
  if (const auto text = row.opt_text(1))
    lines.add(*text);
  else if (const auto html = row.opt_text(2))
    lines.add(mail::html_to_text(*html));
}

}  // namespace

Result<> index_thread(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id) {
  TRY_AS(const auto lead, tx.row(kLead, workspace_id, campaign_lead_id));
  if (!lead) return {};
  Lines lines;
  add_lead(lines, *lead);
  TRY_AS(const auto messages, tx.rows(kMessages, workspace_id, campaign_lead_id, kIndexedMessagesMax));
  for (const auto& message : messages) {
    if (lines.full()) break;
    add_message(lines, message);
  }
  TRY(tx.run(kStore, workspace_id, campaign_lead_id, lines.words()));
  return {};
}

bool is_search(std::string_view typed) {
  return !trim(typed).empty();
}

namespace {

constexpr db::Query kFind{"inbox.search_find", R"sql(
  /*+begin sqlite*/
  SELECT rowid
    FROM thread_search
   WHERE thread_search MATCH $2
  /*+end*/
  /*+begin postgres*/
  SELECT campaign_lead_id
    FROM thread_text
   WHERE workspace_id = $1
     AND array_to_tsvector(string_to_array(text, ' ')) @@ CAST($2 AS tsquery)
  /*+end*/
)sql"};

/// Words hold letters and digits only, so nothing in them needs escaping.
std::string expression(const std::vector<std::string>& words, db::Engine engine) {
  const bool is_sqlite = engine == db::Engine::Sqlite;
  const std::string_view quote = is_sqlite ? "\"" : "'";
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += is_sqlite ? " AND " : " & ";
    text += quote;
    text += word;
    text += quote;
  }
  return text + (is_sqlite ? " *" : ":*");
}

}  // namespace

Result<std::vector<std::int64_t>> find_threads(db::Tx& tx,
                                               std::int64_t workspace_id,
                                               std::string_view typed) {
  const auto words = search_words(typed);
  if (words.empty()) return std::vector<std::int64_t>();
  TRY_AS(const auto rows, tx.rows(kFind, workspace_id, expression(words, tx.engine())));
  return ids_of(rows);
}

}  // namespace outrider::inbox
