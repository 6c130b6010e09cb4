#include "sending/mail_store.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"
#include "inbox/files.h"
#include "inbox/thread.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "sending/claim.h"
#include "sending/thread_store.h"
#include "tracking/links.h"
#include "wire/json.h"

namespace outrider::sending {
namespace {

constexpr db::Query kMail{"sending.mail_to_send", R"sql(
  SELECT outgoing.kind, outgoing.header_id, outgoing.campaign_lead_id, outgoing.message_id,
         message.from_email, message.from_name, message.to_email, message.cc, message.bcc, message.subject,
         message_body.html, message_body.text, mailbox.reply_to, mailbox.bcc, mailbox.custom_tracking_url,
         campaign.add_unsubscribe_header, campaign.unsubscribe_text, lead.first_name, lead.last_name,
         lead.email,
         (SELECT answered.header_id
            FROM message AS answered
           WHERE answered.workspace_id = message.workspace_id
             AND answered.id = message.answers_id),
         outgoing.state, outgoing.not_before_ms, outgoing.attempt
    FROM outgoing
    JOIN message
      ON message.workspace_id = outgoing.workspace_id AND message.id = outgoing.message_id
    JOIN message_body
      ON message_body.workspace_id = outgoing.workspace_id AND message_body.message_id = outgoing.message_id
    JOIN mailbox
      ON mailbox.workspace_id = outgoing.workspace_id AND mailbox.id = outgoing.mailbox_id
    JOIN campaign
      ON campaign.workspace_id = outgoing.workspace_id AND campaign.id = outgoing.campaign_id
    JOIN campaign_lead
      ON campaign_lead.workspace_id = outgoing.workspace_id AND campaign_lead.id = outgoing.campaign_lead_id
    JOIN lead
      ON lead.workspace_id = campaign_lead.workspace_id AND lead.id = campaign_lead.lead_id
   WHERE outgoing.workspace_id = $1
     AND outgoing.id = $2
)sql"};

/// A JSON list of addresses: texts, or objects with an `email`.
std::vector<mail::Address> addresses_of(std::string_view json) {
  std::vector<mail::Address> addresses;
  const auto document = wire::Document::parse(json);
  if (!document) return addresses;
  const auto root = document->root();
  for (std::size_t i = 0; i < root.size(); ++i) {
    const auto item = root.at(i);
    if (item.is_object())
      addresses.push_back(
          {.name = std::string(item.get("name").text()), .email = std::string(item.get("email").text())});
    else
      std::ranges::move(mail::parse_addresses(item.text()), std::back_inserter(addresses));
  }
  return addresses;
}

std::string display_name(const db::Row& row) {
  const auto first = row.opt_string(17).value_or("");
  const auto last = row.opt_string(18).value_or("");
  return std::string(trim(first + " " + last));
}

mail::Address recipient_of(const db::Row& row) {
  const auto to = row.string(6);
  return {.name = to == row.text(19) ? display_name(row) : "", .email = to};
}

/// A forward has as many recipients as a person gave it.
std::vector<mail::Address> recipients_of(const db::Row& row) {
  if (row.as<OutgoingKind>(0) != OutgoingKind::Forward) return {recipient_of(row)};
  return mail::parse_addresses(row.text(6));
}

std::optional<mail::Unsubscribe> unsubscribe_of(const db::Row& row,
                                                const OutgoingRef& ref,
                                                const ComposeSettings& settings) {
  if (row.as<OutgoingKind>(0) != OutgoingKind::Step || !row.flag(15)) return std::nullopt;
  MailboxRecord mailbox;
  mailbox.custom_tracking_url = row.opt_string(14);
  const tracking::MessageLinks links(
      settings.signer, tracking_base_url(mailbox, settings.public_url), ref.workspace_id, row.int64(3));
  return mail::Unsubscribe{.https_url = links.unsubscribe(), .mailto = links.unsubscribe_mailto(row.text(4))};
}

Result<> add_threading(db::Tx& tx, const OutgoingRef& ref, const db::Row& row, mail::Draft& draft) {
  if (row.as<OutgoingKind>(0) == OutgoingKind::Forward) return {};
  TRY_AS(const auto thread, load_thread(tx, ref.workspace_id, row.int64(2)));
  if (thread.empty()) return {};
  const bool is_personal = row.as<OutgoingKind>(0) != OutgoingKind::Step;
  // A person answers from wherever the conversation is.
  auto headers = is_personal ? next_headers(thread, {})
                             : next_headers(thread, draft.subject, sender_domain_of(draft.from.email));
  draft.in_reply_to = std::move(headers.in_reply_to);
  draft.references = std::move(headers.references);
  if (!is_personal) return {};
  // A person answers what the lead wrote, not our own last mail.
  draft.in_reply_to = row.opt_string(20).value_or(thread.back().message_id);
  if (std::ranges::find(draft.references, draft.in_reply_to) == draft.references.end())
    draft.references.push_back(draft.in_reply_to);
  return {};
}

mail::Draft draft_of(const db::Row& row,
                     const OutgoingRef& ref,
                     const ComposeSettings& settings,
                     TimeMs now_ms) {
  mail::Draft draft{.from = {.name = row.opt_string(5).value_or(""), .email = row.string(4)},
                    .to = recipients_of(row),
                    .cc = addresses_of(row.text(7)),
                    .subject = row.string(9),
                    .date_ms = now_ms,
                    .message_id = row.string(1),
                    .unsubscribe = unsubscribe_of(row, ref, settings),
                    .text = row.opt_string(11).value_or(""),
                    .html = row.opt_string(10).value_or("")};
  if (const auto reply_to = row.opt_string(12); reply_to && !reply_to->empty())
    draft.reply_to = mail::Address{.name = "", .email = *reply_to};
  if (draft.html.empty()) draft.body_mode = mail::BodyMode::TextOnly;
  return draft;
}

mail::SmtpEnvelope envelope_of(const mail::Draft& draft, const db::Row& row) {
  mail::SmtpEnvelope envelope{.from = draft.from.email, .to = {}};
  const auto add = [&](const std::string& email) {
    if (!email.empty() && std::ranges::find(envelope.to, email) == envelope.to.end() &&
        envelope.to.size() < mail::kSmtpRecipientsMax)
      envelope.to.push_back(email);
  };
  for (const auto& address : draft.to) add(address.email);
  for (const auto& address : draft.cc) add(address.email);
  for (const auto& address : addresses_of(row.text(8))) add(address.email);
  for (const auto& address : mail::parse_addresses(row.opt_text(13).value_or(""))) add(address.email);
  return envelope;
}

}  // namespace

Result<std::optional<ReadyMail>> load_ready_mail(db::Tx& tx,
                                                 const OutgoingRef& ref,
                                                 const ComposeSettings& settings,
                                                 TimeMs now_ms) {
  TRY_AS(const auto row, tx.row(kMail, ref.workspace_id, ref.id));
  // Asked here, not in the query: there it would lead PostgreSQL through the index of everything claimed.
  if (!row || row->as<OutgoingState>(21) != OutgoingState::Claimed) return std::nullopt;
  if (row->int64(22) > ref.not_before_ms) return std::nullopt;
  auto draft = draft_of(*row, ref, settings, now_ms);
  TRY(add_threading(tx, ref, *row, draft));
  if (row->as<OutgoingKind>(0) != OutgoingKind::Step) {
    TRY_AS(draft.attachments, inbox::load_files(tx, ref.workspace_id, row->int64(3)));
  }
  TRY_AS(auto composed, mail::compose(draft));
  auto digest = hex_encode(sha256(composed.bytes));
  return ReadyMail{.envelope = envelope_of(draft, *row),
                   .bytes = std::move(composed.bytes),
                   .sha256 = std::move(digest),
                   .is_retry = row->int64(23) > 0};
}

}  // namespace outrider::sending
