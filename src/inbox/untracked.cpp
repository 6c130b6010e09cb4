#include "inbox/untracked.h"

#include "core/strings.h"
#include "db/dialect.h"
#include "inbox/columns.h"
#include "inbox/thread.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kCount{"inbox.untracked_count", R"sql(
  SELECT COUNT(*)
    FROM message
   WHERE workspace_id = $1
     AND campaign_lead_id IS NULL
     AND at_ms IS NOT NULL
     AND direction = 1
     AND (CAST($2 AS BIGINT) IS NULL
          OR mailbox_id IN (SELECT id FROM mailbox WHERE mailbox.workspace_id = $1 AND client_id = $2))
     AND (CAST($3 AS TEXT) IS NULL OR LOWER(from_email) = $3)
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(to_email) = $4)
     AND (CAST($5 AS TEXT) IS NULL OR subject /*+like*/ $5 ESCAPE '\')
)sql"};

constexpr db::Query kList{"inbox.untracked_list", R"sql(
  SELECT id, mailbox_id, header_id, from_email, to_email, cc, bcc, subject, preview, at_ms, created_at_ms,
         attachments
    FROM message
   WHERE workspace_id = $1
     AND campaign_lead_id IS NULL
     AND at_ms IS NOT NULL
     AND direction = 1
     AND (CAST($2 AS BIGINT) IS NULL
          OR mailbox_id IN (SELECT id FROM mailbox WHERE mailbox.workspace_id = $1 AND client_id = $2))
     AND (CAST($3 AS TEXT) IS NULL OR LOWER(from_email) = $3)
     AND (CAST($4 AS TEXT) IS NULL OR LOWER(to_email) = $4)
     AND (CAST($5 AS TEXT) IS NULL OR subject /*+like*/ $5 ESCAPE '\')
   ORDER BY at_ms DESC, id DESC
   LIMIT $6 OFFSET $7
)sql"};
static_assert(static_cast<int>(Direction::Inbound) == 1);

constexpr db::Query kBody{"inbox.untracked_body", R"sql(
  SELECT COALESCE(text, ''), COALESCE(html, '')
    FROM message_body
   WHERE workspace_id = $1
     AND message_id = $2
)sql"};

std::optional<std::string> lower(const std::optional<std::string>& text) {
  return text ? std::optional(to_lower(trim(*text))) : std::nullopt;
}

std::optional<std::string> pattern(const std::optional<std::string>& text) {
  return text ? std::optional(db::like_containing(*text)) : std::nullopt;
}

/// "a@x.example, b@x.example" of a JSON list.
std::string joined(const std::string& json) {
  const auto document = wire::Document::parse(json);
  if (!document) return {};
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < document->root().size(); ++i)
    addresses.emplace_back(document->root().at(i).text());
  return join(addresses, ", ");
}

UntrackedReply read_reply(const db::Row& row, const UntrackedQuery& query) {
  Columns next(row);
  UntrackedReply reply;
  reply.id = std::to_string(next.int64());
  reply.mailbox_id = next.int64();
  reply.message_id = '<' + next.text() + '>';
  reply.from_email = next.text();
  reply.to_email = next.text();
  reply.cc = joined(next.text());
  reply.bcc = joined(next.text());
  reply.subject = next.opt_text();
  reply.visible_text = next.opt_text();
  reply.received_at = {next.int64()};
  reply.stored_at = {next.int64()};
  const std::string attachments = next.text();
  reply.has_attachments = attachments != "[]";
  if (query.fetch_attachments) reply.attachments = wire::Json{attachments};
  return reply;
}

}  // namespace

Result<UntrackedList> list_untracked(db::Tx& tx, const Scope& scope, const UntrackedQuery& query) {
  const auto from = lower(query.from_email);
  const auto to = lower(query.to_email);
  const auto subject = pattern(query.subject_line);
  TRY_AS(const auto count, tx.row(kCount, scope.workspace_id, scope.client_id, from, to, subject));
  TRY_AS(const auto rows,
         tx.rows(kList,
                 scope.workspace_id,
                 scope.client_id,
                 from,
                 to,
                 subject,
                 static_cast<std::int64_t>(query.limit),
                 query.offset));
  UntrackedList list;
  list.total_count = count->int64(0);
  list.offset = query.offset;
  list.limit = query.limit;
  for (const auto& row : rows) {
    UntrackedReply reply = read_reply(row, query);
    if (query.fetch_body) {
      TRY_AS(const auto body, tx.row(kBody, scope.workspace_id, row.int64(0)));
      reply.body = body ? UntrackedReply::Body{.text = body->string(0), .html = body->string(1)}
                        : UntrackedReply::Body{};
    }
    list.replies.push_back(std::move(reply));
  }
  const auto shown = static_cast<std::int64_t>(list.replies.size());
  list.data = {.success = true,
               .message = list.message,
               .data = {.replies = list.replies,
                        .total_count = list.total_count,
                        .pagination = {.limit = list.limit,
                                       .offset = list.offset,
                                       .total_count = list.total_count,
                                       .has_more = list.offset + shown < list.total_count}}};
  return list;
}

wire::Fields UntrackedQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&UntrackedQuery::limit>("limit", wire::range(1, kUntrackedMax), wire::fallback(20)),
      wire::optional<&UntrackedQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
      wire::optional<&UntrackedQuery::fetch_body>("fetchBody", wire::fallback(false)),
      wire::optional<&UntrackedQuery::fetch_attachments>("fetchAttachments", wire::fallback(false)),
      wire::optional<&UntrackedQuery::from_email>("from_email"),
      wire::optional<&UntrackedQuery::to_email>("to_email"),
      wire::optional<&UntrackedQuery::subject_line>("subject_line"),
  };
  return kFields;
}

wire::Fields UntrackedReply::Body::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Body::text>("text"),
      wire::required<&Body::html>("textAsHtml"),
  };
  return kFields;
}

wire::Fields UntrackedReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&UntrackedReply::id>("id"),
      wire::required<&UntrackedReply::mailbox_id>("account_id"),
      wire::required<&UntrackedReply::message_id>("message_id"),
      wire::required<&UntrackedReply::from_email>("from_email", wire::also("sender_detail")),
      wire::required<&UntrackedReply::to_email>("to_email", wire::also("recipient_detail")),
      wire::required<&UntrackedReply::cc>("cc"),
      wire::required<&UntrackedReply::bcc>("bcc"),
      wire::required<&UntrackedReply::subject>("subject"),
      wire::required<&UntrackedReply::visible_text>("visible_text"),
      wire::required<&UntrackedReply::received_at>("received_at"),
      wire::required<&UntrackedReply::stored_at>("reply_picked_time", wire::also("created_at")),
      wire::required<&UntrackedReply::has_attachments>("has_attachments", wire::also("has_attachment")),
      wire::optional<&UntrackedReply::body>("body", wire::omit_when_empty()),
      wire::optional<&UntrackedReply::attachments>("attachments", wire::omit_when_empty()),
  };
  return kFields;
}

wire::Fields UntrackedList::Pagination::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Pagination::limit>("limit"),
      wire::required<&Pagination::offset>("offset"),
      wire::required<&Pagination::total_count>("totalCount"),
      wire::required<&Pagination::has_more>("hasMore"),
  };
  return kFields;
}

wire::Fields UntrackedList::Replies::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Replies::replies>("replies"),
      wire::required<&Replies::total_count>("totalCount"),
      wire::required<&Replies::pagination>("pagination"),
  };
  return kFields;
}

wire::Fields UntrackedList::Wrapped::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Wrapped::success>("success"),
      wire::required<&Wrapped::message>("message"),
      wire::required<&Wrapped::data>("data"),
  };
  return kFields;
}

wire::Fields UntrackedList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&UntrackedList::ok>("ok"),
      wire::required<&UntrackedList::success>("success"),
      wire::required<&UntrackedList::message>("message"),
      wire::required<&UntrackedList::replies>("untracked_replies"),
      wire::required<&UntrackedList::total_count>("total_count"),
      wire::required<&UntrackedList::offset>("offset"),
      wire::required<&UntrackedList::limit>("limit"),
      wire::required<&UntrackedList::data>("data"),
  };
  return kFields;
}

}  // namespace outrider::inbox
