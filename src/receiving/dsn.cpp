#include "receiving/dsn.h"

#include <algorithm>

#include "core/strings.h"
#include "mail/address.h"
#include "mail/fold.h"
#include "mail/html_text.h"
#include "receiving/dsn_words.h"

namespace outrider::receiving {
namespace {

using mail::Header;
using mail::ParsedMessage;

constexpr std::size_t kLookAtBytes = 8 * 1024;  // of a free-form bounce; the rest is the returned mail
constexpr std::size_t kOpeningBytes = 1200;     // where a program introduces itself
constexpr std::size_t kRecipientGroupsMax = 100;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string short_line(std::string_view text) {
  std::string line = mail::decode_header(text);
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return std::string(mail::count_words(line) == 0 ? std::string_view()
                                                  : utf8_prefix(line, kDiagnosticBytesMax));
}

/// The number of digits at `at`, at most `most`.
std::size_t digits_at(std::string_view text, std::size_t at, std::size_t most) {
  std::size_t count = 0;
  while (count < most + 1 && at + count < text.size() && is_digit(text[at + count])) ++count;
  return count > most ? 0 : count;
}

/// The first enhanced status code (RFC 3463): class 2, 4 or 5, one to three digits twice.
std::string find_status(std::string_view text) {
  for (std::size_t i = 0; i + 4 < text.size(); ++i) {
    if ((text[i] != '2' && text[i] != '4' && text[i] != '5') || text[i + 1] != '.') continue;
    if (i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.')) continue;
    const std::size_t subject = digits_at(text, i + 2, 3);
    const std::size_t dot = i + 2 + subject;
    if (subject == 0 || dot >= text.size() || text[dot] != '.') continue;
    const std::size_t detail = digits_at(text, dot + 1, 3);
    const std::size_t end = dot + 1 + detail;
    // A fourth number makes it an IP address or a version.
    if (detail == 0 || (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]))) continue;
    return std::string(text.substr(i, end - i));
  }
  return {};
}

/// The first reply code of three digits that starts with 4 or 5 and stands alone.
int find_code(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if ((text[i] != '4' && text[i] != '5') || digits_at(text, i, 3) != 3) continue;
    const bool alone = (i == 0 || (!is_word(text[i - 1]) && text[i - 1] != '.')) &&
                       (i + 3 == text.size() || (!is_word(text[i + 3]) && text[i + 3] != '.'));
    if (!alone || text[i + 1] > '7') continue;
    return (text[i] - '0') * 100 + (text[i + 1] - '0') * 10 + (text[i + 2] - '0');
  }
  return 0;
}

/// `rfc822; ada@acme.com` -> the normalised address.
std::string typed_address(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon != std::string_view::npos) value.remove_prefix(semicolon + 1);
  const auto found = mail::parse_addresses(value);
  return found.empty() ? std::string() : mail::normalise_address(found.front().email);
}

std::string_view typed_text(std::string_view value) {
  const auto semicolon = value.find(';');
  return semicolon == std::string_view::npos || semicolon > 20 ? trim(value)
                                                               : trim(value.substr(semicolon + 1));
}

void add_ids(std::vector<std::string>& ids, std::string_view header_value) {
  for (auto& id : mail::parse_message_ids(header_value))
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
}

/// Ids of our mail: from the returned headers, from a copy in the text, from the threading of the report.
std::vector<std::string> original_ids(const ParsedMessage& message, std::string_view text) {
  std::vector<std::string> ids;
  add_ids(ids, mail::find_header(message.report.returned_headers, "Message-ID"));
  add_ids(ids, mail::find_header(message.report.returned_headers, "X-Microsoft-Original-Message-ID"));
  constexpr std::string_view kField = "message-id:";
  constexpr std::size_t kCopiesMax = 5;
  std::size_t seen = 0;
  for (auto at = find_ignoring_case(text, kField); at != std::string_view::npos && seen < kCopiesMax;
       at = find_ignoring_case(text, kField, at + 1), ++seen) {
    const auto from = at + kField.size();
    const auto value = text.substr(from, std::min<std::size_t>(1000, text.size() - from));
    const auto close = value.find('>');
    if (close != std::string_view::npos) add_ids(ids, value.substr(0, close + 1));
  }
  for (const auto& id : message.in_reply_to) add_ids(ids, '<' + id + '>');
  if (!message.references.empty()) add_ids(ids, '<' + message.references.back() + '>');
  return ids;
}

ReportKind kind_of(std::string_view action, std::string_view status) {
  if (equal_ignoring_case(action, "delivered") || equal_ignoring_case(action, "relayed") ||
      equal_ignoring_case(action, "expanded"))
    return ReportKind::Delivered;
  if (equal_ignoring_case(action, "delayed") || status.starts_with('4')) return ReportKind::Delay;
  return ReportKind::Bounce;
}

/// Higher is worse; among equals the first recipient stays.
int severity(ReportKind kind) {
  return kind == ReportKind::Bounce ? 2 : kind == ReportKind::Delay ? 1 : 0;
}

DeliveryReport read_group(const std::vector<Header>& fields) {
  DeliveryReport report{.rule = "report"};
  report.recipient = typed_address(mail::find_header(fields, "Original-Recipient"));
  if (report.recipient.empty())
    report.recipient = typed_address(mail::find_header(fields, "Final-Recipient"));
  report.diagnostic = short_line(typed_text(mail::find_header(fields, "Diagnostic-Code")));
  report.remote_mta = short_line(typed_text(mail::find_header(fields, "Remote-MTA")));
  report.status = find_status(mail::find_header(fields, "Status"));
  // A host's own words are closer to the cause than the 5.0.0 the reporting host makes of them.
  const std::string told = find_status(report.diagnostic);
  if (report.status.empty() || (report.status.ends_with(".0.0") && !told.empty())) report.status = told;
  report.code = find_code(report.diagnostic);
  report.kind = kind_of(trim(mail::find_header(fields, "Action")), report.status);
  return report;
}

/// The groups of a delivery-status part: the first is about the message, each other about one recipient.
std::optional<DeliveryReport> read_status_fields(std::string_view text) {
  std::optional<DeliveryReport> worst;
  for (std::size_t groups = 0; !text.empty() && groups < kRecipientGroupsMax; ++groups) {
    while (text.starts_with('\n') || text.starts_with("\r\n"))
      text.remove_prefix(text.starts_with('\n') ? 1 : 2);
    const auto block = mail::parse_header_block(text);
    if (block.bytes == 0) break;
    text.remove_prefix(block.bytes);
    if (!mail::has_header(block.fields, "Action") && !mail::has_header(block.fields, "Final-Recipient"))
      continue;
    auto report = read_group(block.fields);
    if (!worst || severity(report.kind) > severity(worst->kind)) worst = std::move(report);
  }
  return worst;
}

std::string body_of(const ParsedMessage& message) {
  return trim(message.text).empty() ? mail::html_to_text(message.html) : message.text;
}

/// The first address in the text that belongs neither to the reporter nor to a mail system.
std::string address_in(std::string_view text, std::string_view sender) {
  constexpr std::string_view kStops = " \t\r\n<>()[]\"',;:";
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const auto before = text.substr(0, at).find_last_of(kStops);
    const auto start = before == std::string_view::npos ? 0 : before + 1;
    const auto end = std::min(text.find_first_of(kStops, at), text.size());
    auto candidate = text.substr(start, end - start);
    while (candidate.ends_with('.')) candidate.remove_suffix(1);
    if (candidate.size() > mail::kAddressBytesMax || !mail::is_valid_email(candidate)) continue;
    const std::string address = mail::normalise_address(candidate);
    if (!is_mail_system(address) && !equal_ignoring_case(address, sender)) return address;
  }
  return {};
}

/// A bounce without a machine-readable part: what can be found in its words.
DeliveryReport read_free_text(const ParsedMessage& message, std::string_view rule, std::string_view body) {
  DeliveryReport report{.rule = rule};
  // The copy of our own mail would lend its addresses and numbers.
  std::string_view told = body.substr(0, kLookAtBytes);
  for (const std::string_view mark : {"below this line is a copy",
                                      "this is a copy of the message",
                                      "original message follows",
                                      "--- original message",
                                      "forwarded message is attached",
                                      "----- message header follows",
                                      "received: from",
                                      "received:from"})
    told = told.substr(0, find_ignoring_case(told, mark));
  report.recipient = mail::normalise_address(trim(message.header("X-Failed-Recipients")));
  if (!mail::is_valid_email(report.recipient)) report.recipient = address_in(told, message.sender());
  report.status = find_status(told);
  report.code = find_code(told);
  const std::string folded = mail::fold_text(told);
  if (report.status.empty()) {
    const auto reasons = bounce_reasons();
    const auto reason = std::ranges::find_if(
        reasons, [&](const BounceReason& each) { return folded.find(each.phrase) != std::string::npos; });
    if (reason != reasons.end()) report.status = reason->status;
  }
  const bool delayed = std::ranges::any_of(
      delay_phrases(), [&](std::string_view phrase) { return folded.find(phrase) != std::string::npos; });
  const bool temporary = report.status.starts_with('4') || (report.status.empty() && report.code / 100 == 4);
  report.kind = delayed || temporary ? ReportKind::Delay : ReportKind::Bounce;
  report.diagnostic = short_line(folded);
  return report;
}

/// The format of a free-form bounce, "" when the message is none.
std::string_view free_format(const ParsedMessage& message, std::string_view body) {
  const std::string opening = mail::fold_text(body.substr(0, kOpeningBytes));
  const std::string subject = mail::fold_text(message.subject);
  const bool from_system = is_mail_system(message.sender()) || trim(message.header("Return-Path")) == "<>" ||
                           message.has("X-Failed-Recipients");
  if (!from_system) return {};
  for (const auto& format : bounce_formats())
    if (opening.find(format.phrase) != std::string::npos) return format.name;
  // No person writes as a mailer daemon: one with an error code of its own says what it is.
  const std::string local = to_lower(mail::local_part_of(message.sender()));
  const bool is_daemon = local.starts_with("mailer-daemon") || local == "mailerdaemon";
  if (is_daemon &&
      (!find_status(body.substr(0, kLookAtBytes)).empty() || !message.report.returned_headers.empty()))
    return "daemon";
  // An out-of-office note has an empty return path too: the subject alone must come from a mail system.
  const bool by_subject = std::ranges::any_of(
      bounce_subjects(), [&](std::string_view phrase) { return subject.find(phrase) != std::string::npos; });
  if (by_subject && (is_mail_system(message.sender()) || message.has("X-Failed-Recipients")))
    return "subject";
  return {};
}

mail::BounceClass class_of(const DeliveryReport& report) {
  const auto status = mail::status_prefix(report.status);
  return mail::classify_bounce(
      report.code, status ? status->status : mail::EnhancedStatus{}, report.diagnostic);
}

std::optional<DeliveryReport> read_bounce(const ParsedMessage& message) {
  const bool report_type = message.report_type == "delivery-status";
  const bool machine_part = !message.report.fields.empty();
  std::optional<DeliveryReport> report;
  if (machine_part &&
      (report_type || message.content_type == "multipart/report" || is_mail_system(message.sender())))
    report = read_status_fields(message.report.fields);
  const std::string body = body_of(message);
  if (!report) {
    const auto format = report_type ? std::string_view("report-without-fields") : free_format(message, body);
    if (format.empty()) return std::nullopt;
    report = read_free_text(message, format, body);
  }
  const bool is_bare_delay = report->kind == ReportKind::Delay && report->status.empty() && report->code == 0;
  report->bounce_class = is_bare_delay ? mail::BounceClass::Temporary : class_of(*report);
  report->original_ids = original_ids(message, body);
  if (report->recipient.empty())
    report->recipient = typed_address(mail::find_header(message.report.returned_headers, "To"));
  return report;
}

DeliveryReport read_feedback(const ParsedMessage& message, ReportKind kind, std::string_view rule) {
  const auto fields = mail::parse_header_block(message.report.fields).fields;
  DeliveryReport report{.kind = kind, .rule = rule};
  for (const auto* name : {"Original-Rcpt-To", "Original-Recipient", "Final-Recipient"})
    if (report.recipient.empty()) report.recipient = typed_address(mail::find_header(fields, name));
  if (report.recipient.empty())
    report.recipient = typed_address(mail::find_header(message.report.returned_headers, "To"));
  report.original_ids = original_ids(message, {});
  add_ids(report.original_ids, mail::find_header(fields, "Original-Message-ID"));
  return report;
}

}  // namespace

bool is_mail_system(std::string_view address) {
  const std::string local = to_lower(mail::local_part_of(address));
  return local.empty() || local.starts_with("mailer-daemon") || local == "mailerdaemon" ||
         local == "postmaster" || local.starts_with("mail-daemon") || local == "microsoftexchange" ||
         local.starts_with("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e");
}

std::optional<DeliveryReport> read_delivery_report(const ParsedMessage& message) {
  if (message.report_type == "feedback-report") return read_feedback(message, ReportKind::Complaint, "arf");
  if (message.report_type == "disposition-notification")
    return read_feedback(message, ReportKind::ReadReceipt, "mdn");
  return read_bounce(message);
}

}  // namespace outrider::receiving
