#include "inbox/reply.h"

#include "core/encoding.h"
#include "core/ids.h"
#include "core/strings.h"
#include "core/time_text.h"
#include "inbox/columns.h"
#include "inbox/outgoing.h"
#include "inbox/thread.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/html_text.h"
#include "mail/subject.h"
#include "wire/json.h"

namespace outrider::inbox {
namespace {

constexpr std::size_t kPreviewCharactersMax = 200;

/// The mail that is answered, and whose conversation it is.
struct Answered {
  std::int64_t thread_id = 0;
  std::int64_t lead_id = 0;
  std::string lead_email;
  std::int64_t mailbox_id = 0;
  std::int64_t message_id = 0;
  std::string subject;
  std::string from_email;
};

constexpr db::Query kCampaign{"inbox.reply_campaign", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
)sql"};

// The conversation by a stats_id or by the lead; in it the message that was named, else the newest that came
// in, else our newest.
constexpr db::Query kAnswered{"inbox.reply_answered", R"sql(
  SELECT thread.id, thread.lead_id, lead.email, message.mailbox_id, message.id, message.subject,
         message.from_email
    FROM campaign_lead AS thread
    JOIN lead
      ON lead.workspace_id = $1
     AND lead.id = thread.lead_id
    JOIN message
      ON message.workspace_id = $1
     AND message.campaign_lead_id = thread.id
     AND message.at_ms IS NOT NULL
   WHERE thread.workspace_id = $1
     AND thread.campaign_id = $2
     AND CASE WHEN CAST($3 AS TEXT) IS NULL THEN thread.lead_id = $4
              ELSE thread.id IN (SELECT named.campaign_lead_id
                                   FROM message AS named
                                  WHERE named.workspace_id = $1
                                    AND named.stats_id = $3)
         END
   ORDER BY CASE WHEN message.id IN (SELECT message_header_id.message_id
                                       FROM message_header_id
                                      WHERE message_header_id.workspace_id = $1
                                        AND message_header_id.header_id = $5) THEN 0
                 WHEN message.direction = 1 AND message.kind <> 5 THEN 1
                 WHEN message.direction = 0 THEN 2
                 ELSE 3
            END, message.at_ms DESC, message.id DESC
   LIMIT 1
)sql"};
static_assert(static_cast<int>(Direction::Inbound) == 1 && static_cast<int>(MessageKind::Bounce) == 5);

Result<Answered> load_answered(db::Tx& tx,
                               const Scope& scope,
                               std::int64_t campaign_id,
                               const ReplyInput& input) {
  TRY_AS(const auto campaign, tx.row(kCampaign, scope.workspace_id, campaign_id, scope.client_id));
  if (!campaign) return fail(Code::NotFound, "Campaign not found");
  // Some clients send the key with an empty text and name the lead instead.
  const bool names_message = input.email_stats_id && !input.email_stats_id->empty();
  TRY_AS(const auto row,
         tx.row(kAnswered,
                scope.workspace_id,
                campaign_id,
                names_message ? input.email_stats_id : std::nullopt,
                input.lead_id.value_or(0),
                without_brackets(input.reply_message_id.value_or(""))));
  if (!row) return fail(Code::NotFound, "Message not found in this campaign");
  Columns next(*row);
  return Answered{.thread_id = next.int64(),
                  .lead_id = next.int64(),
                  .lead_email = next.text(),
                  .mailbox_id = next.int64(),
                  .message_id = next.int64(),
                  .subject = next.text(),
                  .from_email = next.text()};
}

struct Sender {
  std::string name;
  std::string email;
  std::string signature;
};

constexpr db::Query kSender{"inbox.reply_sender", R"sql(
  SELECT from_name, from_email, COALESCE(signature, '')
    FROM mailbox
   WHERE workspace_id = $1
     AND id = $2
     AND deleted_at_ms IS NULL
)sql"};

Result<Sender> load_sender(db::Tx& tx, std::int64_t workspace_id, std::int64_t mailbox_id) {
  TRY_AS(const auto row, tx.row(kSender, workspace_id, mailbox_id));
  if (!row) return fail(Code::Conflict, "The email account of this conversation was deleted");
  return Sender{.name = row->string(0), .email = row->string(1), .signature = row->string(2)};
}

/// A list of addresses as JSON. Each element may hold several, joined by commas.
Result<std::string> addresses_json(std::string_view field, const std::vector<std::string>& given) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  std::size_t count = 0;
  for (const auto& element : given) {
    for (const auto part : split(element, ',')) {
      if (trim(part).empty()) continue;
      const auto address = mail::parse_address(part);
      if (!address || !mail::is_valid_email(address->email) || ++count > mail::kRecipientsMax)
        return fail_field(std::string(field),
                          '"' + std::string(field) + "\" must be at most " +
                              std::to_string(mail::kRecipientsMax) + " email addresses");
      writer.value(address->email);
    }
  }
  writer.end_list();
  return json;
}

constexpr db::Query kInsertMessage{"inbox.insert_reply", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id,
                       direction, kind, answers_id, header_id, from_email, from_name, to_email, cc, bcc,
                       subject, preview, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, 0, 1, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
  RETURNING id
)sql"};
static_assert(static_cast<int>(Direction::Outbound) == 0 && static_cast<int>(MessageKind::Reply) == 1);

constexpr db::Query kInsertBody{"inbox.insert_reply_body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html, text)
  VALUES ($1, $2, $3, $4)
)sql"};

bool looks_like_html(std::string_view body) {
  const auto open = body.find('<');
  return open != std::string_view::npos && body.find('>', open) != std::string_view::npos;
}

std::string quoted_lines(std::string_view text) {
  std::string quoted;
  for (const auto line : split(text, '\n')) {
    quoted += "> ";
    quoted += trim(line);
    quoted += '\n';
  }
  return quoted;
}

std::string attribution(const ReplyInput& input, std::string_view answered_from) {
  std::string who = std::string(answered_from) + " wrote:";
  if (!input.reply_email_time) return who;
  return "On " + instant_text(input.reply_email_time->at_ms) + ", " + who;
}

std::string html_of(std::string_view body) {
  if (looks_like_html(body)) return std::string(body);
  return "<div>" + replace_all(html_escape(body), "\n", "<br>\n") + "</div>";
}

std::string text_of(std::string_view body) {
  return looks_like_html(body) ? mail::html_to_text(body) : std::string(body);
}

}  // namespace

ReplyText reply_text(const ReplyInput& input, std::string_view signature, std::string_view answered_from) {
  const std::string_view quote = input.reply_email_body ? std::string_view(*input.reply_email_body) : "";
  const bool is_signed = input.add_signature && !signature.empty();
  const bool is_html = looks_like_html(input.email_body) || (is_signed && looks_like_html(signature)) ||
                       looks_like_html(quote);
  const std::string said = attribution(input, answered_from);

  ReplyText reply{.html = std::nullopt, .text = text_of(input.email_body)};
  if (is_signed) reply.text += "\n\n" + text_of(signature);
  if (!quote.empty()) reply.text += "\n\n" + said + '\n' + quoted_lines(text_of(quote));
  if (!is_html) return reply;

  reply.html = html_of(input.email_body);
  if (is_signed) *reply.html += "<br>\n" + html_of(signature);
  if (!quote.empty())
    *reply.html += "<br>\n<div>" + html_escape(said) + "</div>\n<blockquote type=\"cite\">" + html_of(quote) +
                   "</blockquote>";
  return reply;
}

Result<QueuedReply> queue_reply(
    db::Tx& tx, const Scope& scope, std::int64_t campaign_id, const ReplyInput& input, TimeMs now_ms) {
  TRY_AS(const auto answered, load_answered(tx, scope, campaign_id, input));
  TRY_AS(const auto sender, load_sender(tx, scope.workspace_id, answered.mailbox_id));
  TRY_AS(const auto cc, addresses_json("cc", input.cc));
  TRY_AS(const auto bcc, addresses_json("bcc", input.bcc));
  const ReplyText body = reply_text(input, sender.signature, answered.from_email);

  const std::string unique = ulid(now_ms) + '.' + std::to_string(answered.thread_id);
  QueuedReply reply{.message_id = mail::make_message_id(unique, sender.email), .stats_id = uuid_v7(now_ms)};
  if (input.scheduled_time && input.scheduled_time->at_ms > now_ms)
    reply.scheduled_ms = input.scheduled_time->at_ms;
  TRY_AS(const auto message,
         tx.row(kInsertMessage,
                scope.workspace_id,
                reply.stats_id,
                answered.thread_id,
                campaign_id,
                answered.lead_id,
                answered.mailbox_id,
                answered.message_id,
                reply.message_id,
                sender.email,
                sender.name,
                input.to_email.value_or(answered.lead_email),
                cc,
                bcc,
                mail::reply_subject(answered.subject),
                utf8_prefix(body.text, kPreviewCharactersMax),
                now_ms));
  TRY(tx.run(kInsertBody, scope.workspace_id, message->int64(0), body.html, body.text));
  TRY(enqueue_reply(tx,
                    {.workspace_id = scope.workspace_id,
                     .campaign_lead_id = answered.thread_id,
                     .mailbox_id = answered.mailbox_id,
                     .message_id = message->int64(0),
                     .header_id = reply.message_id,
                     .not_before_ms = reply.scheduled_ms.value_or(now_ms)},
                    now_ms));
  return reply;
}

}  // namespace outrider::inbox
