#include "sandbox/answer.h"

#include <doctest/doctest.h>

#include "core/time_text.h"
#include "sandbox/prospects.h"

using namespace outrider;
using namespace outrider::sandbox;

namespace {

constexpr TimeMs kNowMs = 1'772'530'000'000;  // 2026-03-03

constexpr std::string_view kMail =
    "From: Ada Winter <ada@sandbox.example>\r\n"
    "To: Mira Lopez <mira@northwind.example>\r\n"
    "Subject: A question\r\n"
    "Date: Tue, 3 Mar 2026 09:00:00 +0000\r\n"
    "Message-ID: <one.token@sandbox.example>\r\n"
    "References: <zero@sandbox.example>\r\n"
    "List-Unsubscribe: <mailto:ada@sandbox.example?subject=x>, <http://127.0.0.1:8025/u/abc>\r\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "\r\n"
    "<p>Hi</p><a href=\"http://t.example/c/trap\"></a><a href=\"http://t.example/c/one\">tour</a>"
    "<a href='http://t.example/u/abc'>stop</a><img src=\"http://t.example/o/pix.gif\" alt=\"\">\r\n";

Letter letter(const mail::ParsedMessage& mail) {
  return {.mail = mail, .recipient = "mira@northwind.example"};
}

}  // namespace

TEST_CASE("an answer stands in the thread, whatever the mail program and the language") {
  const auto mail = mail::parse_message(kMail);
  for (int client = 0; client < 3; ++client)
    for (int language = 0; language < 4; ++language) {
      CAPTURE(client);
      CAPTURE(language);
      const Prospect prospect{.temper = Temper::Keen,
                              .language = static_cast<Language>(language),
                              .client = static_cast<MailClient>(client)};
      const auto writing = write_answer(prospect, letter(mail), kNowMs);
      REQUIRE(writing);
      CHECK(writing->from == "mira@northwind.example");
      CHECK(writing->to == "ada@sandbox.example");
      const auto answer = mail::parse_message(writing->bytes);
      CHECK(answer.in_reply_to == std::vector<std::string>{"one.token@sandbox.example"});
      CHECK(answer.references ==
            std::vector<std::string>{"zero@sandbox.example", "one.token@sandbox.example"});
      CHECK(answer.subject.ends_with(": A question"));
      CHECK(answer.from.front().name == "Mira Lopez");
      CHECK_FALSE(answer.html.empty());
    }
}

TEST_CASE("a colleague answers from another address of the company") {
  const auto mail = mail::parse_message(kMail);
  for (const Temper temper : {Temper::Colleague, Temper::Forwarder}) {
    const auto writing = write_answer({.temper = temper}, letter(mail), kNowMs);
    REQUIRE(writing);
    CHECK(writing->from != "mira@northwind.example");
    CHECK(writing->from.ends_with("@northwind.example"));
  }
}

TEST_CASE("an out-of-office note is automatic and comes from nobody") {
  const auto mail = mail::parse_message(kMail);
  const auto writing = write_office_note({.language = Language::German}, letter(mail), kNowMs);
  REQUIRE(writing);
  const auto note = mail::parse_message(writing->bytes);
  CHECK(writing->from.empty());
  CHECK(note.header("Auto-Submitted") == "auto-replied");
  CHECK(note.subject == "Automatische Antwort: A question");
  CHECK(note.text.find(".03.2026") != std::string::npos);
}

TEST_CASE("a delivery report names the recipient and the mail") {
  const auto mail = mail::parse_message(kMail);
  const auto writing = write_bounce(letter(mail), kNowMs);
  const auto report = mail::parse_message(writing.bytes);
  CHECK(writing.to == "ada@sandbox.example");
  CHECK(report.report_type == "delivery-status");
  CHECK(report.report.fields.find("Status: 5.1.1") != std::string::npos);
  CHECK(report.report.fields.find("mira@northwind.example") != std::string::npos);
  CHECK(mail::find_header(report.report.returned_headers, "Message-ID") == "<one.token@sandbox.example>");
}

TEST_CASE("a person finds the pixel and the links they can see") {
  const auto urls = tracked_urls(mail::parse_message(kMail));
  CHECK(urls.pixel == "http://t.example/o/pix.gif");
  CHECK(urls.click == "http://t.example/c/one");
  CHECK(urls.unsubscribe == "http://t.example/u/abc");
  CHECK(urls.one_click == "http://127.0.0.1:8025/u/abc");
}

TEST_CASE("links of a plain text are found too") {
  const auto urls = tracked_urls(mail::parse_message(
      "Subject: x\r\n\r\nSee http://t.example/c/one.\r\nNo more: http://t.example/u/abc\r\n"));
  CHECK(urls.click == "http://t.example/c/one");
  CHECK(urls.unsubscribe == "http://t.example/u/abc");
  CHECK(urls.pixel.empty());
}
