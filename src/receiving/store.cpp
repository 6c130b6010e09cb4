#include "receiving/store.h"

#include <vector>

#include "core/ids.h"
#include "core/strings.h"
#include "mail/address.h"
#include "mail/html_text.h"
#include "wire/json.h"

namespace outrider::receiving {
namespace {

using mail::ParsedMessage;

constexpr std::size_t kPreviewCharacters = 200;

std::string addresses_json(const std::vector<mail::Address>& addresses) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& address : addresses) writer.value(to_valid_utf8(mail::normalise_address(address.email)));
  writer.end_list();
  return json;
}

std::string attachments_json(const ParsedMessage& message) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& attachment : message.attachments) {
    writer.begin_object()
        .member("name", to_valid_utf8(attachment.name))
        .member("content_type", to_valid_utf8(attachment.content_type))
        .member("size", static_cast<std::int64_t>(attachment.size_bytes))
        .member("part", attachment.part_path)
        .end_object();
  }
  writer.end_list();
  return json;
}

/// One line for lists.
std::string preview_of(std::string_view text) {
  std::string line;
  for (const char c : utf8_prefix(text, 4 * kPreviewCharacters)) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_blank) line += c;
    if (is_blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return std::string(utf8_prefix(trim(line), kPreviewCharacters));
}

}  // namespace

constexpr db::Query kStoreInbound{"receiving.store_inbound", R"sql(
  INSERT INTO inbound (workspace_id, mailbox_id, folder, uid_validity, uid, fingerprint, class, rule,
                       message_id, at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT DO NOTHING
)sql"};

Result<> store_inbound(db::Tx& tx,
                       const MailboxKey& mailbox,
                       const FolderKey& folder,
                       const InboundRecord& record) {
  TRY(tx.post(kStoreInbound,
              mailbox.workspace_id,
              mailbox.id,
              folder.name,
              folder.uid_validity,
              record.uid,
              record.fingerprint,
              record.message_class,
              record.rule,
              record.message_id,
              record.at_ms));
  return {};
}

constexpr db::Query kReadUids{"receiving.read_uids", R"sql(
  SELECT uid
    FROM inbound
   WHERE workspace_id = $1
     AND mailbox_id = $2
     AND folder = $3
     AND uid_validity = $4
     AND uid >= $5
     AND uid <= $6
)sql"};

Result<std::set<std::uint32_t>> read_uids(
    db::Tx& tx, const MailboxKey& mailbox, const FolderKey& folder, std::uint32_t first, std::uint32_t last) {
  TRY_AS(const auto rows,
         tx.rows(kReadUids, mailbox.workspace_id, mailbox.id, folder.name, folder.uid_validity, first, last));
  std::set<std::uint32_t> uids;
  for (const auto& row : rows) uids.insert(static_cast<std::uint32_t>(row.int64(0)));
  return uids;
}

constexpr db::Query kFindCopy{"receiving.find_copy", R"sql(
  SELECT class, message_id
    FROM inbound
   WHERE workspace_id = $1
     AND mailbox_id = $2
     AND fingerprint = $3
   LIMIT 1
)sql"};

Result<std::optional<EarlierCopy>> find_copy(db::Tx& tx,
                                             const MailboxKey& mailbox,
                                             std::string_view fingerprint) {
  TRY_AS(const auto row, tx.row(kFindCopy, mailbox.workspace_id, mailbox.id, fingerprint));
  if (!row) return std::nullopt;
  return EarlierCopy{.message_class = row->as<MessageClass>(0), .message_id = row->opt_int64(1)};
}

constexpr db::Query kStoreMessage{"receiving.store_message", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id, direction,
                       kind, answers_id, header_id, from_email, from_name, to_email, cc, subject, preview,
                       attachments, class, class_rule, at_ms, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
  RETURNING id
)sql"};
static_assert(static_cast<int>(inbox::Direction::Inbound) == 1);

constexpr db::Query kStoreHeaderId{"receiving.store_header_id", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
)sql"};

Result<std::int64_t> store_message(db::Tx& tx,
                                   const NewMessage& message,
                                   const ParsedMessage& parsed,
                                   std::string_view new_text) {
  const std::string stats_id = uuid_v7(message.now_ms);
  const std::string header_id = to_valid_utf8(parsed.message_id);
  const std::string from = to_valid_utf8(mail::normalise_address(parsed.sender()));
  const std::string name = parsed.from.empty() ? "" : to_valid_utf8(parsed.from.front().name);
  const std::string to =
      parsed.to.empty() ? "" : to_valid_utf8(mail::normalise_address(parsed.to.front().email));
  const std::string subject = to_valid_utf8(parsed.subject);
  const std::string cc = addresses_json(parsed.cc);
  const std::string preview = to_valid_utf8(preview_of(new_text));
  const std::string attachments = attachments_json(parsed);
  TRY_AS(const auto row,
         tx.row(kStoreMessage,
                message.mailbox.workspace_id,
                stats_id,
                message.campaign_lead_id,
                message.campaign_id,
                message.lead_id,
                message.mailbox.id,
                message.kind,
                message.answers_id,
                header_id,
                from,
                name,
                to,
                cc,
                subject,
                preview,
                attachments,
                message.message_class,
                message.rule,
                message.at_ms,
                message.now_ms));
  const std::int64_t id = row->int64(0);
  if (!header_id.empty() && message.campaign_lead_id)
    TRY(tx.post(kStoreHeaderId, message.mailbox.workspace_id, header_id, id));
  return id;
}

constexpr db::Query kStoreBody{"receiving.store_body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html, text, new_text)
  VALUES ($1, $2, $3, $4, $5)
)sql"};

Result<> store_body(db::Tx& tx,
                    std::int64_t workspace_id,
                    std::int64_t message_id,
                    const ParsedMessage& parsed,
                    std::string_view new_text) {
  const auto html = parsed.html.empty() ? std::nullopt : std::optional(to_valid_utf8(parsed.html));
  const std::string text =
      to_valid_utf8(parsed.text.empty() && html ? mail::html_to_text(*html) : parsed.text);
  const std::string fresh = to_valid_utf8(new_text);
  TRY(tx.post(kStoreBody, workspace_id, message_id, html, text, fresh));
  return {};
}

constexpr db::Query kMarkReplied{"receiving.mark_replied", R"sql(
  UPDATE message
     SET replied_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND replied_at_ms IS NULL
)sql"};

Result<bool> mark_replied(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs at_ms) {
  TRY_AS(const auto marked, tx.run(kMarkReplied, workspace_id, message_id, at_ms));
  return marked > 0;
}

constexpr db::Query kMarkBounced{"receiving.mark_bounced", R"sql(
  UPDATE message
     SET bounced_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND bounced_at_ms IS NULL
)sql"};

Result<bool> mark_bounced(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs at_ms) {
  TRY_AS(const auto marked, tx.run(kMarkBounced, workspace_id, message_id, at_ms));
  return marked > 0;
}

constexpr db::Query kLoadProgress{"receiving.load_progress", R"sql(
  SELECT uid_validity, uid_next
    FROM mailbox_folder
   WHERE workspace_id = $1
     AND mailbox_id = $2
     AND name = $3
)sql"};

Result<std::optional<FolderProgress>> load_progress(db::Tx& tx,
                                                    const MailboxKey& mailbox,
                                                    std::string_view folder) {
  TRY_AS(const auto row, tx.row(kLoadProgress, mailbox.workspace_id, mailbox.id, folder));
  if (!row) return std::nullopt;
  return FolderProgress{.uid_validity = static_cast<std::uint32_t>(row->int64(0)),
                        .uid_next = static_cast<std::uint32_t>(row->int64(1))};
}

constexpr db::Query kStoreProgress{"receiving.store_progress", R"sql(
  INSERT INTO mailbox_folder (workspace_id, mailbox_id, name, role, uid_validity, uid_next, scanned_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (workspace_id, mailbox_id, name)
      DO UPDATE SET role = excluded.role,
                    uid_validity = excluded.uid_validity,
                    uid_next = excluded.uid_next,
                    scanned_at_ms = excluded.scanned_at_ms
)sql"};

Result<> store_progress(
    db::Tx& tx, const MailboxKey& mailbox, const FolderKey& folder, std::uint32_t uid_next, TimeMs now_ms) {
  TRY(tx.post(kStoreProgress,
              mailbox.workspace_id,
              mailbox.id,
              folder.name,
              folder.kind,
              folder.uid_validity,
              uid_next,
              now_ms));
  return {};
}

}  // namespace outrider::receiving
