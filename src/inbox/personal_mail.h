// A mail that a person writes in the inbox, answer or forward: stored with its body and files and put into
// the send ledger, in one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/list.h"
#include "inbox/outgoing.h"
#include "mail/compose.h"

namespace outrider::inbox {

/// Errors: NotFound for a campaign out of scope.
Result<> check_campaign(db::Tx& tx, const Scope& scope, std::int64_t campaign_id);

struct Sender {
  std::string name;
  std::string email;
  std::string signature;
};
/// Errors: Conflict when the mailbox was deleted.
Result<Sender> load_sender(db::Tx& tx, std::int64_t workspace_id, std::int64_t mailbox_id);

/// Addresses out of a list of texts, each of which may hold several, joined by commas. Errors: Invalid,
/// naming `field`, for one that is none or more than mail::kRecipientsMax.
Result<std::vector<std::string>> read_addresses(std::string_view field,
                                                const std::vector<std::string>& given);

/// The body as it goes out.
struct MailText {
  std::optional<std::string> html = {};  // absent when everything in it is plain text
  std::string text = {};
};
bool looks_like_html(std::string_view body);
std::string html_of(std::string_view body);
std::string text_of(std::string_view body);

struct WrittenMail {
  OutgoingKind kind = OutgoingKind::Reply;
  std::int64_t workspace_id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t thread_id = 0;
  std::int64_t lead_id = 0;
  std::int64_t mailbox_id = 0;
  std::int64_t answers_id = 0;  // the message it answers or forwards
  std::vector<std::string> to = {};
  std::vector<std::string> cc = {};
  std::vector<std::string> bcc = {};
  std::string subject = {};
  MailText body = {};
  std::vector<mail::Attachment> files = {};
  std::optional<TimeMs> scheduled_ms = {};  // absent: it goes now
};

struct QueuedMail {
  std::string message_id;  // without brackets
  std::string stats_id;
  std::optional<TimeMs> scheduled_ms = {};
};

/// Wake the engine after the commit. Errors: those of load_sender.
Result<QueuedMail> queue_mail(db::Tx& tx, const WrittenMail& mail, TimeMs now_ms);

}  // namespace outrider::inbox
