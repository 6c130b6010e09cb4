// SASL for SMTP (RFC 4954): PLAIN (RFC 4616), LOGIN and XOAUTH2, as values without I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::mail {

enum class SmtpLogin { None, Password, OAuth2 };
enum class SaslMechanism { Plain, Login, XOAuth2 };

std::string_view name_of(SaslMechanism mechanism);

/// The best of what the server offers (upper-case names) for the kind of login; nothing when none fits.
std::optional<SaslMechanism> choose_mechanism(SmtpLogin login, const std::vector<std::string>& offered);

/// One login: the command, then an answer for each 334.
class SaslExchange {
 public:
  /// `secret` is the password, or the access token for XOAUTH2.
  SaslExchange(SaslMechanism mechanism, std::string user, std::string secret);

  /// "AUTH PLAIN AGpvZQBzZXNhbWU=", without CRLF.
  std::string command() const;
  /// What to say to `334 challenge`; nothing when the server asks for more than the mechanism has.
  std::optional<std::string> answer(std::string_view challenge);
  /// XOAUTH2 tells why it refuses in a challenge (JSON); empty when it did not.
  const std::string& refusal() const { return refusal_; }

 private:
  SaslMechanism mechanism_;
  std::string user_;
  std::string secret_;
  std::string refusal_;
  int answers_ = 0;
};

}  // namespace outrider::mail
