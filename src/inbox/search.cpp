#include "inbox/search.h"

#include "core/strings.h"
#include "db/dialect.h"
#include "mail/fold.h"
#include "mail/html_text.h"

namespace outrider::inbox {
namespace {

constexpr std::size_t kTrigram = 3;

/// Collects folded lines. fold_text leaves no line end, so nothing typed can match across two of them.
class Lines {
 public:
  bool full() const { return text_.size() >= kThreadTextBytesMax; }

  void add(std::string_view line) {
    if (line.empty() || full()) return;
    if (!text_.empty()) text_ += '\n';
    text_ += mail::fold_text(line.substr(0, kThreadTextBytesMax));
  }

  /// At most kThreadTextBytesMax, cut between characters.
  std::string take() && {
    const auto continues = [this](std::size_t at) { return (text_[at] & '\xC0') == '\x80'; };
    if (text_.size() > kThreadTextBytesMax) {
      std::size_t size = kThreadTextBytesMax;
      while (size > 0 && continues(size)) --size;
      text_.resize(size);
    }
    return to_valid_utf8(text_);
  }

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
  TRY(tx.run(kStore, workspace_id, campaign_lead_id, std::move(lines).take()));
  return {};
}

SearchText search_text(std::string_view typed) {
  const std::string folded = mail::fold_text(typed);
  if (folded.empty()) return {};
  SearchText search{.like = db::like_containing(folded), .match = ""};
  if (utf8_length(folded) >= kTrigram) search.match = '"' + replace_all(folded, "\"", "\"\"") + '"';
  return search;
}

}  // namespace outrider::inbox
