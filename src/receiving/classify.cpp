#include "receiving/classify.h"

#include "core/strings.h"
#include "receiving/reply_text.h"
#include "receiving/return_date.h"
#include "receiving/unsubscribe_request.h"

namespace outrider::receiving {
namespace {

using mail::ParsedMessage;

std::optional<Classification> own_copy(const InboundFacts& facts) {
  if (facts.folder == FolderKind::Sent) return Classification{MessageClass::Outbound, "own.sent_folder"};
  if (facts.folder == FolderKind::Drafts) return Classification{MessageClass::Outbound, "own.drafts_folder"};
  if (facts.id_is_ours) return Classification{MessageClass::Outbound, "own.message_id"};
  if (facts.from_own_mailbox) return Classification{MessageClass::Outbound, "own.sender"};
  return std::nullopt;
}

Classification report_class(const DeliveryReport& report, const InboundFacts& facts) {
  const bool has_effect = report.kind == ReportKind::Bounce || report.kind == ReportKind::Complaint;
  // A forged report must not be able to stop a lead.
  if (has_effect && !facts.report_is_ours) return {MessageClass::Untracked, "report.backscatter"};
  switch (report.kind) {
    case ReportKind::Bounce:
      return {MessageClass::Bounce, "report.bounce"};
    case ReportKind::Delay:
      return {MessageClass::Delay, "report.delay"};
    case ReportKind::Complaint:
      return {MessageClass::Complaint, "report.complaint"};
    case ReportKind::ReadReceipt:
      return {MessageClass::ReadReceipt, "report.read_receipt"};
    case ReportKind::Delivered:
      break;
  }
  return {MessageClass::Ignored, "report.delivered"};
}

std::optional<Classification> automatic(const ParsedMessage& message,
                                        const Reading& reading,
                                        const InboundFacts& facts) {
  const auto found = detect_auto_reply(message, reading.new_text, facts.since_send_ms);
  if (!found) return std::nullopt;
  Classification result{MessageClass::AutoOther, found->rule, found->kind};
  const bool may_be_away = found->kind == AutoReplyKind::OutOfOffice || found->kind == AutoReplyKind::Other;
  if (!may_be_away) return result;
  const auto domain = mail::domain_of(message.sender());
  // A Date field of the wrong year must not make every date of the note look past.
  const TimeMs date_ms = message.date_ms.value_or(facts.received_ms);
  const bool plausible = date_ms <= facts.received_ms + kDayMs && date_ms >= facts.received_ms - 7 * kDayMs;
  const std::string text = message.subject + "\n" + reading.new_text;
  const ReturnDateInput input{.text = text,
                              .mail_at_ms = plausible || facts.received_ms == 0 ? date_ms : facts.received_ms,
                              .sender_domain = domain};
  // "Thanks for your mail. Back on the 15th."
  if (found->kind == AutoReplyKind::Other && !(facts.is_matched && names_return(input))) return result;
  result.message_class = MessageClass::OutOfOffice;
  result.auto_reply = AutoReplyKind::OutOfOffice;
  result.return_day = find_return_day(input);
  return result;
}

bool is_newsletter(const ParsedMessage& message) {
  const auto precedence = message.header("Precedence");
  return message.has("List-Id") || message.has("List-Unsubscribe") ||
         equal_ignoring_case(precedence, "bulk") || equal_ignoring_case(precedence, "list");
}

}  // namespace

std::string_view class_name(MessageClass message_class) {
  switch (message_class) {
    case MessageClass::Outbound:
      return "OUTBOUND";
    case MessageClass::Warmup:
      return "WARMUP";
    case MessageClass::Bounce:
      return "BOUNCE";
    case MessageClass::Delay:
      return "DELAY";
    case MessageClass::Complaint:
      return "COMPLAINT";
    case MessageClass::ReadReceipt:
      return "READ_RECEIPT";
    case MessageClass::OutOfOffice:
      return "OOO";
    case MessageClass::AutoOther:
      return "AUTO_OTHER";
    case MessageClass::Unsubscribe:
      return "UNSUBSCRIBE";
    case MessageClass::Reply:
      return "REPLY";
    case MessageClass::Untracked:
      return "UNTRACKED";
    case MessageClass::Ignored:
      break;
  }
  return "IGNORED";
}

Reading read_message(const ParsedMessage& message) {
  return {.new_text = new_text(message), .report = read_delivery_report(message)};
}

Classification classify(const ParsedMessage& message, const Reading& reading, const InboundFacts& facts) {
  if (const auto own = own_copy(facts)) return *own;
  if (facts.is_warmup) return {MessageClass::Warmup, "warmup"};
  if (reading.report) return report_class(*reading.report, facts);
  // Certain whoever sent it: many mail clients mark this answer as automatic.
  if (facts.unsubscribe_token_is_ours) return {MessageClass::Unsubscribe, "unsubscribe.token"};
  if (const auto found = automatic(message, reading, facts)) return *found;
  if (facts.is_matched && is_unsubscribe_request(reading.new_text))
    return {MessageClass::Unsubscribe, "unsubscribe.text"};
  if (facts.is_matched) return {MessageClass::Reply, "reply"};
  if (is_newsletter(message)) return {MessageClass::Ignored, "newsletter"};
  return {MessageClass::Untracked, "untracked"};
}

}  // namespace outrider::receiving
