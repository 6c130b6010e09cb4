// One SMTP dialogue of the sandbox's server (RFC 5321, 4954), without the socket: lines go in, replies come
// out. Whoever logs in with the sandbox's password may send; nobody is relayed anywhere.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::sandbox {

/// Of every account, SMTP and IMAP.
inline constexpr std::string_view kPassword = "sandbox";
/// Addresses under it are mailboxes of the sandbox; all others are prospects.
inline constexpr std::string_view kMailboxDomain = "sandbox.example";

struct TakenMail {
  std::string user;  // who logged in
  std::string from;  // envelope
  std::vector<std::string> to;
  std::string bytes = {};  // CRLF line ends, dots taken off
};

class SmtpSession {
 public:
  static constexpr std::size_t kLineBytesMax = std::size_t{8} * 1024;
  static constexpr std::size_t kMailBytesMax = std::size_t{32} * 1024 * 1024;
  static constexpr std::size_t kRecipientsMax = 100;
  static constexpr int kErrorsMax = 20;

  /// The reply that refuses a recipient, or nothing.
  using Refuse = std::function<std::optional<std::string>(const std::string& address)>;

  explicit SmtpSession(Refuse refuse) : refuse_(std::move(refuse)) {}

  static std::string greeting() { return "220 sandbox.example ESMTP Outrider sandbox\r\n"; }

  /// Takes one line without its CRLF and returns what to say, line ends included; nothing while a message
  /// comes in, and nothing at its end: then `mail` is set, and the caller answers.
  std::string line(std::string_view text);

  /// The message that has come in whole; empties it.
  std::optional<TakenMail> take_mail();
  bool wants_to_close() const { return closing_; }

 private:
  enum class State { Command, AuthPlain, AuthName, AuthPassword, Data };

  std::string command(std::string_view text);
  std::string hello(std::string_view argument);
  std::string authenticate(std::string_view argument);
  std::string log_in(std::string_view user, std::string_view password);
  std::string log_in_plain(std::string_view base64);
  std::string mail_from(std::string_view argument);
  std::string rcpt_to(std::string_view argument);
  std::string begin_data();
  std::string data_line(std::string_view text);
  std::string wrong(std::string reply);

  Refuse refuse_;
  State state_ = State::Command;
  std::string user_;
  std::string auth_name_;
  std::optional<std::string> from_;
  std::vector<std::string> to_;
  std::string data_;
  bool data_too_large_ = false;
  std::optional<TakenMail> mail_;
  int errors_ = 0;
  bool closing_ = false;
};

}  // namespace outrider::sandbox
