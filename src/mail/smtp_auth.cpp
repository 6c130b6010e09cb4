#include "mail/smtp_auth.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kRefusalBytesMax = 1024;

}  // namespace

std::string_view name_of(SaslMechanism mechanism) {
  switch (mechanism) {
    case SaslMechanism::Plain:
      return "PLAIN";
    case SaslMechanism::Login:
      return "LOGIN";
    case SaslMechanism::XOAuth2:
      return "XOAUTH2";
  }
  return {};
}

std::optional<SaslMechanism> choose_mechanism(SmtpLogin login, const std::vector<std::string>& offered) {
  const auto offers = [&](SaslMechanism mechanism) {
    return std::ranges::find(offered, name_of(mechanism)) != offered.end();
  };
  if (login == SmtpLogin::OAuth2 && offers(SaslMechanism::XOAuth2)) return SaslMechanism::XOAuth2;
  if (login != SmtpLogin::Password) return std::nullopt;
  if (offers(SaslMechanism::Plain)) return SaslMechanism::Plain;
  if (offers(SaslMechanism::Login)) return SaslMechanism::Login;
  return std::nullopt;
}

SaslExchange::SaslExchange(SaslMechanism mechanism, std::string user, std::string secret)
    : mechanism_(mechanism), user_(std::move(user)), secret_(std::move(secret)) {}

std::string SaslExchange::command() const {
  std::string line = "AUTH " + std::string(name_of(mechanism_));
  if (mechanism_ == SaslMechanism::Plain) {
    line += " " + base64_encode(std::string(1, '\0') + user_ + std::string(1, '\0') + secret_);
  } else if (mechanism_ == SaslMechanism::XOAuth2) {
    line += " " + base64_encode("user=" + user_ + "\x01" + "auth=Bearer " + secret_ + "\x01\x01");
  }
  return line;
}

std::optional<std::string> SaslExchange::answer(std::string_view challenge) {
  ++answers_;
  if (mechanism_ == SaslMechanism::Login && answers_ == 1) return base64_encode(user_);
  if (mechanism_ == SaslMechanism::Login && answers_ == 2) return base64_encode(secret_);
  if (mechanism_ == SaslMechanism::XOAuth2 && answers_ == 1) {
    // An empty answer makes the server send its real refusal.
    const auto words = base64_decode(challenge).value_or(std::string());
    refusal_ = to_valid_utf8(std::string_view(words).substr(0, kRefusalBytesMax));
    return std::string();
  }
  return std::nullopt;
}

}  // namespace outrider::mail
