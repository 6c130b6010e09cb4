#include "inbox/personal_mail.h"

#include "core/encoding.h"
#include "core/ids.h"
#include "core/strings.h"
#include "inbox/files.h"
#include "inbox/thread.h"
#include "mail/address.h"
#include "mail/html_text.h"
#include "wire/json.h"

namespace outrider::inbox {
namespace {

constexpr std::size_t kPreviewCharactersMax = 200;

constexpr db::Query kCampaign{"inbox.mail_campaign", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
)sql"};

constexpr db::Query kSender{"inbox.mail_sender", R"sql(
  SELECT from_name, from_email, COALESCE(signature, '')
    FROM mailbox
   WHERE workspace_id = $1
     AND id = $2
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kInsertMessage{"inbox.insert_mail", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id,
                       direction, kind, answers_id, header_id, from_email, from_name, to_email, cc, bcc,
                       subject, preview, attachments, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
  RETURNING id
)sql"};
static_assert(static_cast<int>(Direction::Outbound) == 0);

constexpr db::Query kInsertBody{"inbox.insert_mail_body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html, text)
  VALUES ($1, $2, $3, $4)
)sql"};

std::string json_of(const std::vector<std::string>& addresses) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto& address : addresses) writer.value(address);
  writer.end_list();
  return json;
}

}  // namespace

Result<> check_campaign(db::Tx& tx, const Scope& scope, std::int64_t campaign_id) {
  TRY_AS(const auto campaign, tx.row(kCampaign, scope.workspace_id, campaign_id, scope.client_id));
  if (!campaign) return fail(Code::NotFound, "Campaign not found");
  return {};
}

Result<Sender> load_sender(db::Tx& tx, std::int64_t workspace_id, std::int64_t mailbox_id) {
  TRY_AS(const auto row, tx.row(kSender, workspace_id, mailbox_id));
  if (!row) return fail(Code::Conflict, "The email account of this conversation was deleted");
  return Sender{.name = row->string(0), .email = row->string(1), .signature = row->string(2)};
}

Result<std::vector<std::string>> read_addresses(std::string_view field,
                                                const std::vector<std::string>& given) {
  std::vector<std::string> addresses;
  for (const auto& element : given) {
    for (const auto part : split(element, ',')) {
      if (trim(part).empty()) continue;
      const auto address = mail::parse_address(part);
      if (!address || !mail::is_valid_email(address->email) || addresses.size() == mail::kRecipientsMax)
        return fail_field(std::string(field),
                          '"' + std::string(field) + "\" must be at most " +
                              std::to_string(mail::kRecipientsMax) + " email addresses");
      addresses.push_back(address->email);
    }
  }
  return addresses;
}

bool looks_like_html(std::string_view body) {
  const auto open = body.find('<');
  return open != std::string_view::npos && body.find('>', open) != std::string_view::npos;
}

std::string html_of(std::string_view body) {
  if (looks_like_html(body)) return std::string(body);
  return "<div>" + replace_all(html_escape(body), "\n", "<br>\n") + "</div>";
}

std::string text_of(std::string_view body) {
  return looks_like_html(body) ? mail::html_to_text(body) : std::string(body);
}

Result<QueuedMail> queue_mail(db::Tx& tx, const WrittenMail& mail, TimeMs now_ms) {
  TRY_AS(const auto sender, load_sender(tx, mail.workspace_id, mail.mailbox_id));
  const std::string unique = ulid(now_ms) + '.' + std::to_string(mail.thread_id);
  QueuedMail queued{.message_id = mail::make_message_id(unique, sender.email),
                    .stats_id = uuid_v7(now_ms),
                    .scheduled_ms = mail.scheduled_ms};
  const auto kind = mail.kind == OutgoingKind::Forward ? MessageKind::Forward : MessageKind::Reply;
  const std::string to = join(mail.to, ", ");
  const std::string cc = json_of(mail.cc);
  const std::string bcc = json_of(mail.bcc);
  const std::string files = files_json(mail.files);
  TRY_AS(const auto message,
         tx.row(kInsertMessage,
                mail.workspace_id,
                queued.stats_id,
                mail.thread_id,
                mail.campaign_id,
                mail.lead_id,
                mail.mailbox_id,
                kind,
                mail.answers_id,
                queued.message_id,
                sender.email,
                sender.name,
                to,
                cc,
                bcc,
                mail.subject,
                utf8_prefix(mail.body.text, kPreviewCharactersMax),
                files,
                now_ms));
  const std::int64_t id = message->int64(0);
  TRY(tx.run(kInsertBody, mail.workspace_id, id, mail.body.html, mail.body.text));
  TRY(store_files(tx, mail.workspace_id, id, mail.files));
  TRY(enqueue_reply(tx,
                    {.workspace_id = mail.workspace_id,
                     .campaign_lead_id = mail.thread_id,
                     .mailbox_id = mail.mailbox_id,
                     .message_id = id,
                     .header_id = queued.message_id,
                     .not_before_ms = queued.scheduled_ms.value_or(now_ms),
                     .kind = mail.kind},
                    now_ms));
  return queued;
}

}  // namespace outrider::inbox
