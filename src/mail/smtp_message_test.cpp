#include "mail/smtp_message.h"

#include <doctest/doctest.h>

#include "mail/smtp_auth.h"

using namespace outrider;
using namespace outrider::mail;

namespace {

std::string on_the_wire(std::string_view message) {
  std::string text;
  for (const auto part : dot_stuffed(message)) text += part;
  return text;
}

}  // namespace

TEST_CASE("dots at the start of a line are doubled and the end is marked once") {
  struct {
    std::string_view message;
    std::string_view expected;
  } cases[] = {
      {"", ".\r\n"},
      {"a\r\n", "a\r\n.\r\n"},
      {"a", "a\r\n.\r\n"},
      {".", "..\r\n.\r\n"},
      {".a\r\n", "..a\r\n.\r\n"},
      {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r\n..\r\n.b.\r\n", "a\r\n...\r\n..b.\r\n.\r\n"},
      {"a.\r\n b.c\r\n", "a.\r\n b.c\r\n.\r\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.message);
    CHECK(on_the_wire(c.message) == c.expected);
  }
}

TEST_CASE("only CRLF ends a line") {
  for (const std::string_view good : {"", "a", "a\r\n", "a\r\n\r\nb\r\n"}) {
    CAPTURE(good);
    CHECK(has_clean_line_ends(good));
  }
  for (const std::string_view bad :
       {"\n", "\r", "a\nb\r\n", "a\rb\r\n", "a\r\r\n", "\n\r", "a\r\n.\n", "a\r"}) {
    CAPTURE(bad);
    CHECK_FALSE(has_clean_line_ends(bad));
  }
}

TEST_CASE("an address that could end its command is refused") {
  using namespace std::string_view_literals;
  for (const auto bad : {""sv,
                         "a b@c.example"sv,
                         "a@b>\r\nDATA"sv,
                         "a@b\n"sv,
                         "a\0@b"sv,
                         "<a@b>"sv,
                         "a@b\x7f"sv,
                         "\xff@b"sv}) {
    CAPTURE(bad);
    CHECK(check_smtp_address(bad).error().code == Code::Invalid);
  }
  CHECK_FALSE(check_smtp_address(std::string(kSmtpAddressBytesMax, 'a') + "@b"));
  CHECK(check_smtp_address("jane.doe+tag@example.com"));
  CHECK(check_smtp_address("jürgen@example.com"));
}

TEST_CASE("the login fits what the server offers") {
  struct {
    SmtpLogin login;
    std::vector<std::string> offered;
    std::optional<SaslMechanism> expected;
  } cases[] = {
      {SmtpLogin::Password, {"LOGIN", "PLAIN", "XOAUTH2"}, SaslMechanism::Plain},
      {SmtpLogin::Password, {"NTLM", "LOGIN"}, SaslMechanism::Login},
      {SmtpLogin::Password, {"XOAUTH2"}, std::nullopt},
      {SmtpLogin::Password, {}, std::nullopt},
      {SmtpLogin::OAuth2, {"LOGIN", "XOAUTH2"}, SaslMechanism::XOAuth2},
      {SmtpLogin::OAuth2, {"PLAIN"}, std::nullopt},
      {SmtpLogin::None, {"PLAIN"}, std::nullopt},
  };
  for (const auto& c : cases) CHECK(choose_mechanism(c.login, c.offered) == c.expected);
}

TEST_CASE("each mechanism says what its definition wants") {
  SaslExchange plain(SaslMechanism::Plain, "joe", "sesame");
  CHECK(plain.command() == "AUTH PLAIN AGpvZQBzZXNhbWU=");
  CHECK_FALSE(plain.answer(""));

  SaslExchange login(SaslMechanism::Login, "joe", "sesame");
  CHECK(login.command() == "AUTH LOGIN");
  CHECK(login.answer("VXNlcm5hbWU6") == "am9l");
  CHECK(login.answer("UGFzc3dvcmQ6") == "c2VzYW1l");
  CHECK_FALSE(login.answer("VXNlcm5hbWU6"));

  SaslExchange token(SaslMechanism::XOAuth2, "joe", "t");
  CHECK(token.command() == "AUTH XOAUTH2 dXNlcj1qb2UBYXV0aD1CZWFyZXIgdAEB");
  CHECK(token.answer("eyJzdGF0dXMiOiI0MDAifQ==") == "");
  CHECK(token.refusal() == "{\"status\":\"400\"}");
  CHECK_FALSE(token.answer(""));
}
