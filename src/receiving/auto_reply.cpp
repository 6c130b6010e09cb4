#include "receiving/auto_reply.h"

#include <algorithm>
#include <string>

#include "core/strings.h"
#include "mail/fold.h"
#include "mail/subject.h"
#include "receiving/auto_reply_words.h"

namespace outrider::receiving {
namespace {

using mail::ParsedMessage;

constexpr std::size_t kLookAtBytes = 8 * 1024;

/// A question to us: a mark that ends a word, not one inside a URL.
bool asks(std::string_view text) {
  if (text.find("？") != std::string_view::npos || text.find("؟") != std::string_view::npos) return true;
  for (auto at = text.find('?'); at != std::string_view::npos; at = text.find('?', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (next == ' ' || next == '\n' || next == '\r' || next == '\t' || next == '?' || next == '!' ||
        next == ')')
      return true;
  }
  return false;
}

std::optional<AutoReplyKind> kind_in_body(std::string_view folded) {
  for (const auto& each : auto_bodies())
    if (mail::contains_phrase(folded, each.phrase)) return each.kind;
  return std::nullopt;
}

std::optional<AutoReplyKind> kind_in_subject(std::string_view folded) {
  for (const auto& each : auto_subjects())
    if (folded.starts_with(each.phrase)) return each.kind;
  return std::nullopt;
}

}  // namespace

std::string_view strong_auto_header(const ParsedMessage& message) {
  const auto submitted = trim(message.header("Auto-Submitted"));
  if (!submitted.empty() && !equal_ignoring_case(submitted.substr(0, submitted.find_first_of("; ")), "no"))
    return "Auto-Submitted";
  for (const auto& field : message.headers) {
    for (const std::string_view name : {"X-Autoreply",
                                        "X-Autorespond",
                                        "X-AutoReply-From",
                                        "X-Mail-Autoreply",
                                        "X-MS-Exchange-Inbox-Rules-Loop",
                                        "X-FC-MachineGenerated"})
      if (equal_ignoring_case(field.name, name)) return name;
    if (starts_with_ignoring_case(field.name, "X-Auto-Reply")) return "X-Auto-Reply";
  }
  if (starts_with_ignoring_case(message.header("Precedence"), "auto_reply")) return "Precedence";
  if (starts_with_ignoring_case(message.header("X-Apple-Action"), "VACATION")) return "X-Apple-Action";
  if (trim(message.header("Return-Path")) == "<>") return "Return-Path";
  return {};
}

std::optional<AutoReply> detect_auto_reply(const ParsedMessage& message,
                                           std::string_view new_text,
                                           std::optional<TimeMs> since_send_ms) {
  const bool is_marked = !strong_auto_header(message).empty();
  // Before the phrases of all languages are looked for: most mail ends here.
  if (!is_marked && (asks(new_text) || mail::count_words(new_text) > kHumanWords)) return std::nullopt;
  const std::string subject = mail::fold_text(message.subject);
  const std::string stripped = mail::normalised_subject(message.subject);
  const std::string body = mail::fold_text(new_text.substr(0, kLookAtBytes));
  auto by_subject = kind_in_subject(subject);
  if (!by_subject) by_subject = kind_in_subject(stripped);
  const auto by_body = kind_in_body(body);

  if (is_marked) {
    // The text says more exactly what it is; a bare subject prefix is the client's own.
    const auto kind = by_body ? *by_body : by_subject.value_or(AutoReplyKind::Other);
    return AutoReply{.kind = kind, .rule = "auto.header"};
  }
  // "Re: Out of office" on our own mail of that name is not the start of the sender's subject.
  if (const auto own = kind_in_subject(subject))
    return AutoReply{.kind = by_body && *by_body != AutoReplyKind::Other ? *by_body : *own,
                     .rule = "auto.subject"};
  const bool fast = since_send_ms && *since_send_ms >= 0 && *since_send_ms < kMachineAnswerMs;
  // "We have received your offer" is what people write too.
  const bool names_absence =
      by_body && (*by_body == AutoReplyKind::OutOfOffice || *by_body == AutoReplyKind::LeftCompany);
  if (names_absence || (by_body && fast)) return AutoReply{.kind = *by_body, .rule = "auto.body"};
  return std::nullopt;
}

}  // namespace outrider::receiving
