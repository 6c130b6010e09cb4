#include "sandbox/smtp_session.h"

#include <doctest/doctest.h>

#include "core/encoding.h"

using namespace outrider;
using sandbox::SmtpSession;

namespace {

using namespace std::string_literals;

SmtpSession make_session() {
  return SmtpSession([](const std::string& address) -> std::optional<std::string> {
    if (address.starts_with("bounce")) return "550 5.1.1 User unknown";
    return std::nullopt;
  });
}

std::string plain(const std::string& user, const std::string& password) {
  return "AUTH PLAIN " + base64_encode("\0"s + user + "\0"s + password);
}

SmtpSession logged_in() {
  auto session = make_session();
  session.line("EHLO x");
  session.line(plain("ada@sandbox.example", "sandbox"));
  return session;
}

}  // namespace

TEST_CASE("a message goes through, dots taken off") {
  auto session = logged_in();

  CHECK(session.line("MAIL FROM:<ada@sandbox.example> SIZE=100 BODY=8BITMIME").starts_with("250"));
  CHECK(session.line("RCPT TO:<bounce@x.example>").starts_with("550 5.1.1"));
  CHECK(session.line("rcpt to: <keen@x.example>").starts_with("250"));
  CHECK(session.line("DATA").starts_with("354"));
  for (const char* line : {"Subject: Hi", "", "..dot", "."}) CHECK(session.line(line).empty());

  const auto mail = session.take_mail();
  REQUIRE(mail);
  CHECK(mail->user == "ada@sandbox.example");
  CHECK(mail->from == "ada@sandbox.example");
  CHECK(mail->to == std::vector<std::string>{"keen@x.example"});
  CHECK(mail->bytes == "Subject: Hi\r\n\r\n.dot\r\n");
  CHECK_FALSE(session.take_mail());
  CHECK(session.line("MAIL FROM:<>").starts_with("250"));
}

TEST_CASE("AUTH LOGIN and AUTH PLAIN in every form") {
  const std::string user = base64_encode("ada");
  const std::string password = base64_encode("sandbox");
  const std::vector<std::vector<std::string>> dialogues = {
      {"AUTH LOGIN", user, password},
      {"AUTH LOGIN " + user, password},
      {"AUTH PLAIN", base64_encode("\0ada\0sandbox"s)},
      {"auth plain " + base64_encode("\0ada\0sandbox"s)},
  };
  for (const auto& dialogue : dialogues) {
    CAPTURE(dialogue.front());
    auto session = make_session();
    std::string reply;
    for (const auto& line : dialogue) reply = session.line(line);
    CHECK(reply.starts_with("235"));
  }
}

TEST_CASE("what is out of order or wrong is refused") {
  auto session = make_session();
  CHECK(session.line("MAIL FROM:<a@b.example>").starts_with("530"));
  CHECK(session.line(plain("ada", "wrong")).starts_with("535"));
  CHECK(session.line("AUTH XOAUTH2 abc").starts_with("504"));
  CHECK(session.line("AUTH PLAIN !!!").starts_with("501"));

  session = logged_in();
  CHECK(session.line("RCPT TO:<a@b.example>").starts_with("503"));
  CHECK(session.line("MAIL FROM:a@b.example").starts_with("501"));
  CHECK(session.line("MAIL FROM:<a@b.example>").starts_with("250"));
  CHECK(session.line("DATA").starts_with("554"));
  CHECK(session.line("VRFY a").starts_with("502"));
  CHECK_FALSE(session.wants_to_close());
}

TEST_CASE("a client that only makes mistakes is sent away") {
  auto session = make_session();
  std::string reply;
  for (int i = 0; i < SmtpSession::kErrorsMax; ++i) reply = session.line("NONSENSE");
  CHECK(reply.starts_with("421"));
  CHECK(session.wants_to_close());
}

TEST_CASE("a message beyond the limit is refused at its end") {
  auto session = logged_in();
  session.line("MAIL FROM:<a@b.example>");
  session.line("RCPT TO:<c@d.example>");
  session.line("DATA");
  const std::string line(SmtpSession::kLineBytesMax, 'x');
  for (std::size_t sent = 0; sent <= SmtpSession::kMailBytesMax; sent += line.size()) session.line(line);
  CHECK(session.line(".").starts_with("552"));
  CHECK_FALSE(session.take_mail());
}
