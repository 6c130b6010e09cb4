#include "mailboxes/client_settings.h"

#include "mail/address.h"
#include "mail/domain.h"
#include "wire/json.h"

namespace outrider::mailboxes {
namespace {

constexpr mail::SmtpSecurity smtp_security(Security security) {
  switch (security) {
    case Security::Tls:
      return mail::SmtpSecurity::Tls;
    case Security::None:
      return mail::SmtpSecurity::None;
    case Security::StartTls:
      break;
  }
  return mail::SmtpSecurity::StartTls;
}

constexpr mail::ImapSecurity imap_security(Security security) {
  switch (security) {
    case Security::Tls:
      return mail::ImapSecurity::Tls;
    case Security::None:
      return mail::ImapSecurity::None;
    case Security::StartTls:
      break;
  }
  return mail::ImapSecurity::StartTls;
}

net::Endpoint endpoint_of(const Server& server) {
  return {.host = server.host, .port = static_cast<std::uint16_t>(server.port)};
}

Result<std::string> access_token(const Mailbox& mailbox, const MasterKey& key) {
  TRY_AS(const auto json, key.open(*mailbox.sealed_oauth_token));
  TRY_AS(const auto document, wire::Document::parse(json));
  const auto token = document.root().get("access_token").text();
  if (token.empty()) return fail(Code::Invalid, "the OAuth token of " + mailbox.from_email + " is missing");
  return std::string(token);
}

Result<std::string> password(const Mailbox& mailbox, const Server& server, const MasterKey& key) {
  const auto& sealed = server.sealed_secret ? server.sealed_secret : mailbox.smtp.sealed_secret;
  if (!sealed) return fail(Code::Invalid, "the password of " + mailbox.from_email + " is missing");
  return key.open(*sealed);
}

/// The greeting of a submission stands in the mail's first Received line, so it is the sender's domain.
std::string hello_name(const Mailbox& mailbox) {
  return mail::domain_to_ascii(mail::domain_of(mailbox.from_email)).value_or("[127.0.0.1]");
}

}  // namespace

Result<mail::SmtpSettings> smtp_settings(const Mailbox& mailbox, const MasterKey& key) {
  const bool is_oauth = mailbox.sealed_oauth_token.has_value();
  mail::SmtpSettings settings{.endpoint = endpoint_of(mailbox.smtp),
                              .security = smtp_security(mailbox.smtp.security),
                              .login = is_oauth ? mail::SmtpLogin::OAuth2 : mail::SmtpLogin::Password,
                              .user = mailbox.smtp.user,
                              .hello_name = hello_name(mailbox)};
  TRY_AS(settings.secret, is_oauth ? access_token(mailbox, key) : password(mailbox, mailbox.smtp, key));
  return settings;
}

Result<mail::ImapSettings> imap_settings(const Mailbox& mailbox, const MasterKey& key) {
  const bool is_oauth = mailbox.sealed_oauth_token.has_value() && !mailbox.imap.sealed_secret;
  mail::ImapSettings settings{.endpoint = endpoint_of(mailbox.imap),
                              .security = imap_security(mailbox.imap.security),
                              .login = is_oauth ? mail::ImapLogin::OAuth2 : mail::ImapLogin::Password,
                              .user = mailbox.imap.user};
  TRY_AS(settings.secret, is_oauth ? access_token(mailbox, key) : password(mailbox, mailbox.imap, key));
  return settings;
}

}  // namespace outrider::mailboxes
