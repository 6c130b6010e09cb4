#include "sandbox/smtp_session.h"

#include <utility>

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::sandbox {
namespace {

/// The address of `FROM:<a@b> SIZE=1`; nothing when there is none.
std::optional<std::string> path_of(std::string_view argument, std::string_view word) {
  if (!starts_with_ignoring_case(argument, word)) return std::nullopt;
  argument = trim(argument.substr(word.size()));
  const auto end = argument.find('>');
  if (!argument.starts_with('<') || end == std::string_view::npos) return std::nullopt;
  return std::string(argument.substr(1, end - 1));
}

}  // namespace

std::string SmtpSession::line(std::string_view text) {
  switch (std::exchange(state_, State::Command)) {
    case State::Data:
      return data_line(text);
    case State::AuthPlain:
      return log_in_plain(text);
    case State::AuthName:
      auth_name_ = base64_decode(text).value_or("");
      state_ = State::AuthPassword;
      return "334 UGFzc3dvcmQ6\r\n";
    case State::AuthPassword:
      return log_in(auth_name_, base64_decode(text).value_or(""));
    case State::Command:
      break;
  }
  return command(text);
}

std::string SmtpSession::command(std::string_view text) {
  const auto blank = text.find(' ');
  const std::string verb = to_lower(text.substr(0, blank));
  const std::string_view argument =
      blank == std::string_view::npos ? std::string_view() : trim(text.substr(blank + 1));
  if (verb == "ehlo" || verb == "helo") return hello(verb);
  if (verb == "auth") return authenticate(argument);
  if (verb == "mail") return mail_from(argument);
  if (verb == "rcpt") return rcpt_to(argument);
  if (verb == "data") return begin_data();
  if (verb == "noop") return "250 2.0.0 Ok\r\n";
  if (verb == "rset") {
    from_.reset();
    to_.clear();
    return "250 2.0.0 Ok\r\n";
  }
  if (verb == "quit") {
    closing_ = true;
    return "221 2.0.0 Bye\r\n";
  }
  return wrong("502 5.5.2 Command not recognised\r\n");
}

std::string SmtpSession::hello(std::string_view verb) {
  from_.reset();
  to_.clear();
  if (verb == "helo") return "250 sandbox.example\r\n";
  return "250-sandbox.example\r\n250-PIPELINING\r\n250-SIZE " + std::to_string(kMailBytesMax) +
         "\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN LOGIN\r\n";
}

std::string SmtpSession::authenticate(std::string_view argument) {
  const auto blank = argument.find(' ');
  const std::string mechanism = to_lower(argument.substr(0, blank));
  const std::string_view initial =
      blank == std::string_view::npos ? std::string_view() : trim(argument.substr(blank + 1));
  if (mechanism == "plain") {
    if (!initial.empty()) return log_in_plain(initial);
    state_ = State::AuthPlain;
    return "334 \r\n";
  }
  if (mechanism != "login") return wrong("504 5.5.4 Use AUTH PLAIN or LOGIN\r\n");
  state_ = State::AuthName;
  if (initial.empty()) return "334 VXNlcm5hbWU6\r\n";
  return line(initial);
}

std::string SmtpSession::log_in_plain(std::string_view base64) {
  const std::string decoded = base64_decode(base64).value_or("");
  const auto parts = split(decoded, '\0');
  if (parts.size() != 3) return wrong("501 5.5.2 Cannot decode that\r\n");
  return log_in(parts[1], parts[2]);
}

std::string SmtpSession::log_in(std::string_view user, std::string_view password) {
  if (user.empty() || password != kPassword) return wrong("535 5.7.8 The password is not \"sandbox\"\r\n");
  user_ = user;
  return "235 2.7.0 Authentication successful\r\n";
}

std::string SmtpSession::mail_from(std::string_view argument) {
  if (user_.empty()) return wrong("530 5.7.0 Authentication required\r\n");
  if (from_) return wrong("503 5.5.1 There is a sender already\r\n");
  from_ = path_of(argument, "FROM:");
  if (!from_) return wrong("501 5.5.4 Use MAIL FROM:<address>\r\n");
  return "250 2.1.0 Ok\r\n";
}

std::string SmtpSession::rcpt_to(std::string_view argument) {
  if (!from_) return wrong("503 5.5.1 MAIL comes first\r\n");
  auto address = path_of(argument, "TO:");
  if (!address || address->find('@') == std::string::npos)
    return wrong("501 5.1.3 Use RCPT TO:<address>\r\n");
  if (to_.size() >= kRecipientsMax) return "452 4.5.3 Too many recipients\r\n";
  if (const auto refusal = refuse_(*address)) return *refusal + "\r\n";
  to_.push_back(std::move(*address));
  return "250 2.1.5 Ok\r\n";
}

std::string SmtpSession::begin_data() {
  if (!from_) return wrong("503 5.5.1 MAIL comes first\r\n");
  // No mistake: a client that pipelines cannot know yet.
  if (to_.empty()) return "554 5.5.1 No valid recipients\r\n";
  state_ = State::Data;
  data_.clear();
  data_too_large_ = false;
  return "354 End data with <CR><LF>.<CR><LF>\r\n";
}

std::string SmtpSession::data_line(std::string_view text) {
  if (text != ".") {
    state_ = State::Data;
    if (text.starts_with('.')) text.remove_prefix(1);
    data_too_large_ = data_too_large_ || data_.size() + text.size() + 2 > kMailBytesMax;
    if (!data_too_large_) data_.append(text).append("\r\n");
    return {};
  }
  TakenMail mail{.user = user_, .from = *std::exchange(from_, std::nullopt), .to = std::exchange(to_, {})};
  if (data_too_large_) return "552 5.3.4 Message too large\r\n";
  mail.bytes = std::exchange(data_, {});
  mail_ = std::move(mail);
  return {};
}

std::optional<TakenMail> SmtpSession::take_mail() {
  return std::exchange(mail_, std::nullopt);
}

std::string SmtpSession::wrong(std::string reply) {
  if (++errors_ < kErrorsMax) return reply;
  closing_ = true;
  return "421 4.7.0 Too many errors\r\n";
}

}  // namespace outrider::sandbox
