#include "mail/smtp_reply.h"

#include <algorithm>
#include <utility>

#include "core/strings.h"

namespace outrider::mail {
namespace {

constexpr int kCodeMin = 200;
constexpr int kCodeMax = 599;

/// The three digits at the start; 0 when there are none.
int reply_code(std::string_view line) {
  if (line.size() < 3) return 0;
  int code = 0;
  for (const char c : line.substr(0, 3)) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + (c - '0');
  }
  return code >= kCodeMin && code <= kCodeMax ? code : 0;
}

std::string printable(std::string_view text) {
  std::string clean = to_valid_utf8(text);
  std::ranges::replace_if(clean, [](char c) { return (c >= 0 && c < ' ') || c == 127; }, ' ');
  return clean;
}

}  // namespace

std::string SmtpReply::text() const {
  return join(lines, " ");
}

std::string SmtpReply::full_text() const {
  std::string full = std::to_string(code);
  if (status.given()) full += " " + status.text();
  if (const auto words = text(); !words.empty()) full += " " + words;
  return full;
}

Result<SmtpReplyParser::State> SmtpReplyParser::feed(std::string_view line) {
  const int code = reply_code(line);
  const bool separated = line.size() == 3 || (line.size() > 3 && (line[3] == ' ' || line[3] == '-'));
  if (code == 0 || !separated)
    return fail(Code::Malformed, "\"" + printable(line.substr(0, 64)) + "\" is not an SMTP reply");
  if (!reply_.lines.empty() && code != reply_.code)
    return fail(Code::Malformed, "the lines of an SMTP reply have different codes");
  if (line.size() > kReplyLineBytesMax || reply_.lines.size() == kReplyLinesMax ||
      text_bytes_ + line.size() > kReplyTextBytesMax)
    return fail(Code::TooLarge, "an SMTP reply is too long");

  reply_.code = code;
  text_bytes_ += line.size();
  auto words = line.substr(std::min<std::size_t>(4, line.size()));
  if (const auto prefix = status_prefix(words)) {
    if (!reply_.status.given()) reply_.status = prefix->status;
    if (prefix->status == reply_.status) words = words.substr(prefix->length);
  }
  reply_.lines.push_back(printable(trim(words)));
  return line.size() > 3 && line[3] == '-' ? State::More : State::Complete;
}

SmtpReply SmtpReplyParser::take() {
  text_bytes_ = 0;
  return std::exchange(reply_, SmtpReply{});
}

}  // namespace outrider::mail
