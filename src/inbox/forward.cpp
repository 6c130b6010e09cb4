#include "inbox/forward.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "core/time_text.h"
#include "inbox/columns.h"
#include "inbox/reply.h"
#include "inbox/thread.h"
#include "mail/subject.h"

namespace outrider::inbox {
namespace {

// In the conversation of the stats_id the message that was named, or the newest one.
constexpr db::Query kForwarded{"inbox.forwarded", R"sql(
  SELECT message.id, message.campaign_lead_id, message.lead_id, message.mailbox_id, message.direction,
         CASE WHEN message.attachments = '[]' THEN 0 ELSE 1 END, message.header_id, message.from_email,
         message.to_email, message.subject, message.at_ms,
         COALESCE(message_body.html, message_body.text, '')
    FROM message AS named
    JOIN message
      ON message.workspace_id = $1
     AND message.campaign_lead_id = named.campaign_lead_id
     AND message.at_ms IS NOT NULL
    LEFT JOIN message_body
      ON message_body.workspace_id = $1
     AND message_body.message_id = message.id
   WHERE named.workspace_id = $1
     AND named.stats_id = $3
     AND named.campaign_id = $2
     AND (CAST($4 AS TEXT) IS NULL
          OR message.id = $5
          OR message.id IN (SELECT message_header_id.message_id
                              FROM message_header_id
                             WHERE message_header_id.workspace_id = $1
                               AND message_header_id.header_id = $4))
   ORDER BY message.at_ms DESC, message.id DESC
   LIMIT 1
)sql"};

bool says_something(std::string_view text) {
  return !trim(text).empty();
}

/// `msg_7` or `7`; 0 for anything else.
std::int64_t row_id_in(std::string_view text) {
  if (text.starts_with(kMessagePrefix)) text.remove_prefix(kMessagePrefix.size());
  return parse_integer(text).value_or(0);
}

struct Line {
  std::string_view name;
  std::string value;
};

std::vector<Line> lines_of(const Forwarded& forwarded) {
  return {{"From", forwarded.from},
          {"Date", instant_text(forwarded.at_ms)},
          {"Subject", forwarded.subject},
          {"To", forwarded.to}};
}

constexpr std::string_view kRule = "---------- Forwarded message ----------";

}  // namespace

wire::Fields ForwardInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&ForwardInput::message_id>("message_id", wire::alias("messageId"), wire::lenient()),
      wire::required<&ForwardInput::stats_id>("stats_id",
                                              wire::alias("email_stats_id", "emailStatsId", "statsId"),
                                              wire::lenient(),
                                              wire::must(says_something, "must not be empty")),
      wire::required<&ForwardInput::to_emails>(
          "to_emails",
          wire::alias(
              "forward_to_email", "forwardToEmailIds", "forward_to_email_ids", "toEmails", "forwardToEmail"),
          wire::read_by<read_address_list>(kAddressListSchema)),
      wire::optional<&ForwardInput::forward_email_subject>("forward_email_subject",
                                                           wire::alias("forwardEmailSubject"),
                                                           wire::length(0, kFileUrlCharactersMax)),
      wire::optional<&ForwardInput::forward_email_body>(
          "forward_email_body",
          wire::alias("forward_message", "forwardEmailBody", "forwardMessage"),
          wire::length(0, mail::kBodyBytesMax)),
  };
  return kFields;
}

Result<Forwarded> load_forwarded(db::Tx& tx,
                                 const Scope& scope,
                                 std::int64_t campaign_id,
                                 const ForwardInput& input) {
  TRY(check_campaign(tx, scope, campaign_id));
  std::optional<std::string_view> header_id;
  if (input.message_id && says_something(*input.message_id)) header_id = without_brackets(*input.message_id);
  TRY_AS(const auto row,
         tx.row(kForwarded,
                scope.workspace_id,
                campaign_id,
                input.stats_id,
                header_id,
                row_id_in(header_id.value_or(""))));
  if (!row) return fail(Code::NotFound, "Message not found in this campaign");
  Columns next(*row);
  return Forwarded{.id = next.int64(),
                   .thread_id = next.int64(),
                   .lead_id = next.int64(),
                   .mailbox_id = next.int64(),
                   .is_inbound = next.as<Direction>() == Direction::Inbound,
                   .has_files = next.flag(),
                   .header_id = next.text(),
                   .from = next.text(),
                   .to = next.text(),
                   .subject = next.text(),
                   .at_ms = next.int64(),
                   .body = next.text()};
}

Result<std::vector<std::string>> recipients_of(const ForwardInput& input) {
  TRY_AS(auto to, read_addresses("to_emails", input.to_emails));
  if (to.empty()) return fail_field("to_emails", "\"to_emails\" must name at least one email address");
  return to;
}

MailText forward_text(const Forwarded& forwarded, const std::optional<std::string>& said) {
  const bool is_said = said && says_something(*said);
  MailText mail;
  if (is_said) mail.text = text_of(*said) + "\n\n";
  mail.text += std::string(kRule) + '\n';
  for (const auto& line : lines_of(forwarded)) mail.text += std::string(line.name) + ": " + line.value + '\n';
  mail.text += '\n' + text_of(forwarded.body);
  if (!looks_like_html(forwarded.body) && !(is_said && looks_like_html(*said))) return mail;

  mail.html = is_said ? html_of(*said) + "<br>\n" : std::string();
  *mail.html += "<div>" + std::string(kRule) + "<br>\n";
  for (const auto& line : lines_of(forwarded))
    *mail.html += std::string(line.name) + ": " + html_escape(line.value) + "<br>\n";
  *mail.html += "</div><br>\n" + html_of(forwarded.body);
  return mail;
}

Result<QueuedMail> queue_forward(db::Tx& tx,
                                 std::int64_t workspace_id,
                                 std::int64_t campaign_id,
                                 const Forwarded& forwarded,
                                 const ForwardInput& input,
                                 std::vector<mail::Attachment> files,
                                 TimeMs now_ms) {
  TRY_AS(auto to, recipients_of(input));
  const bool has_subject = input.forward_email_subject && says_something(*input.forward_email_subject);
  return queue_mail(
      tx,
      {.kind = OutgoingKind::Forward,
       .workspace_id = workspace_id,
       .campaign_id = campaign_id,
       .thread_id = forwarded.thread_id,
       .lead_id = forwarded.lead_id,
       .mailbox_id = forwarded.mailbox_id,
       .answers_id = forwarded.id,
       .to = std::move(to),
       .subject = has_subject ? *input.forward_email_subject : mail::forward_subject(forwarded.subject),
       .body = forward_text(forwarded, input.forward_email_body),
       .files = std::move(files)},
      now_ms);
}

}  // namespace outrider::inbox
