#include "inbox/reply.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_text.h"
#include "inbox/columns.h"
#include "inbox/thread.h"
#include "mail/subject.h"

namespace outrider::inbox {
namespace {

/// The mail that is answered, and whose conversation it is.
struct Answered {
  std::int64_t thread_id = 0;
  std::int64_t lead_id = 0;
  std::string lead_email;
  std::int64_t mailbox_id = 0;
  std::int64_t message_id = 0;
  std::string subject;
  std::string from_email;
  TimeMs at_ms = 0;
};

// The conversation by a stats_id or by the lead; in it the message that was named, else the newest that came
// in, else our newest.
constexpr db::Query kAnswered{"inbox.reply_answered", R"sql(
  SELECT thread.id, thread.lead_id, lead.email, message.mailbox_id, message.id, message.subject,
         message.from_email, message.at_ms
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
  TRY(check_campaign(tx, scope, campaign_id));
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
                  .from_email = next.text(),
                  .at_ms = next.int64()};
}

constexpr db::Query kBody{"inbox.reply_quoted_body", R"sql(
  SELECT COALESCE(html, text, '')
    FROM message_body
   WHERE workspace_id = $1
     AND message_id = $2
)sql"};

/// What stands under the reply: what the request brings along, even when that is nothing, else the answered
/// message itself.
Result<Quote> load_quote(db::Tx& tx,
                         std::int64_t workspace_id,
                         const Answered& answered,
                         const ReplyInput& input) {
  Quote quote{.from = answered.from_email, .at_ms = answered.at_ms};
  if (input.reply_email_time) quote.at_ms = input.reply_email_time->at_ms;
  if (input.reply_email_body) {
    quote.body = *input.reply_email_body;
    return quote;
  }
  TRY_AS(const auto row, tx.row(kBody, workspace_id, answered.message_id));
  if (row) quote.body = row->string(0);
  return quote;
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

/// Some clients put the signature into the body themselves.
bool holds(std::string_view body, std::string_view signature) {
  const std::string text = text_of(signature);
  return text_of(body).contains(trim(text));
}

std::optional<TimeMs> future(const std::optional<wire::Instant>& at, TimeMs now_ms) {
  return at && at->at_ms > now_ms ? std::optional(at->at_ms) : std::nullopt;
}

}  // namespace

MailText reply_text(const ReplyInput& input, std::string_view signature, const Quote& quote) {
  const bool is_signed =
      input.add_signature && !trim(signature).empty() && !holds(input.email_body, signature);
  const bool is_quoted = !trim(quote.body).empty();
  const bool is_html = looks_like_html(input.email_body) || (is_signed && looks_like_html(signature)) ||
                       looks_like_html(quote.body);
  const std::string said = "On " + instant_text(quote.at_ms) + ", " + quote.from + " wrote:";

  MailText reply{.text = text_of(input.email_body)};
  if (is_signed) reply.text += "\n\n" + text_of(signature);
  if (is_quoted) reply.text += "\n\n" + said + '\n' + quoted_lines(text_of(quote.body));
  if (!is_html) return reply;

  reply.html = html_of(input.email_body);
  if (is_signed) *reply.html += "<br>\n" + html_of(signature);
  if (is_quoted)
    *reply.html += "<br>\n<div>" + html_escape(said) + "</div>\n<blockquote type=\"cite\">" +
                   html_of(quote.body) + "</blockquote>";
  return reply;
}

Result<> check_reply(db::Tx& tx, const Scope& scope, std::int64_t campaign_id, const ReplyInput& input) {
  TRY_AS(const auto answered, load_answered(tx, scope, campaign_id, input));
  TRY(load_sender(tx, scope.workspace_id, answered.mailbox_id));
  TRY(read_addresses("cc", input.cc));
  TRY(read_addresses("bcc", input.bcc));
  return {};
}

Result<QueuedMail> queue_reply(db::Tx& tx,
                               const Scope& scope,
                               std::int64_t campaign_id,
                               const ReplyInput& input,
                               std::vector<mail::Attachment> files,
                               TimeMs now_ms) {
  TRY_AS(const auto answered, load_answered(tx, scope, campaign_id, input));
  TRY_AS(const auto sender, load_sender(tx, scope.workspace_id, answered.mailbox_id));
  TRY_AS(auto cc, read_addresses("cc", input.cc));
  TRY_AS(auto bcc, read_addresses("bcc", input.bcc));
  TRY_AS(const auto quote, load_quote(tx, scope.workspace_id, answered, input));
  return queue_mail(tx,
                    {.kind = OutgoingKind::Reply,
                     .workspace_id = scope.workspace_id,
                     .campaign_id = campaign_id,
                     .thread_id = answered.thread_id,
                     .lead_id = answered.lead_id,
                     .mailbox_id = answered.mailbox_id,
                     .answers_id = answered.message_id,
                     .to = {input.to_email.value_or(answered.lead_email)},
                     .cc = std::move(cc),
                     .bcc = std::move(bcc),
                     .subject = mail::reply_subject(answered.subject),
                     .body = reply_text(input, sender.signature, quote),
                     .files = std::move(files),
                     .scheduled_ms = future(input.scheduled_time, now_ms)},
                    now_ms);
}

}  // namespace outrider::inbox
