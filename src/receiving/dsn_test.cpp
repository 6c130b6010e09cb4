#include "receiving/dsn.h"

#include <doctest/doctest.h>

using namespace outrider;
using namespace outrider::receiving;

namespace {

std::string report(const std::string& groups, const std::string& type = "delivery-status") {
  return "From: MAILER-DAEMON@mx.acme.com\nSubject: Undelivered Mail Returned to Sender\n"
         "Content-Type: multipart/report; report-type=" +
         type +
         "; boundary=b\n\n--b\n\nSorry\n--b\n"
         "Content-Type: message/" +
         type + "\n\n" + groups +
         "\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <sent@us.com>\nTo: ada@acme.com\n\n--b--\n";
}

std::optional<DeliveryReport> read(const std::string& raw) {
  return read_delivery_report(mail::parse_message(raw));
}

}  // namespace

TEST_CASE("dsn_5_1_1_blocks: a standard report gives recipient, status and our id") {
  const auto bounce = read(report(
      "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Ada@Acme.com\nAction: failed\nStatus: 5.1.1\n"
      "Remote-MTA: dns; mx.acme.com\nDiagnostic-Code: smtp; 550 5.1.1 <ada@acme.com>: user\n unknown\n"));
  REQUIRE(bounce);
  CHECK(bounce->kind == ReportKind::Bounce);
  CHECK(bounce->recipient == "ada@acme.com");
  CHECK(bounce->status == "5.1.1");
  CHECK(bounce->code == 550);
  CHECK(bounce->bounce_class == mail::BounceClass::Invalid);
  CHECK(bounce->diagnostic == "550 5.1.1 <ada@acme.com>: user unknown");
  CHECK(bounce->remote_mta == "mx.acme.com");
  CHECK(bounce->original_ids == std::vector<std::string>{"sent@us.com"});
}

TEST_CASE("delayed_dsn_ignored: delays and 4.x.x are no bounces, deliveries neither") {
  const struct {
    const char* group;
    ReportKind kind;
  } cases[] = {
      {"Action: delayed\nStatus: 4.4.1\n", ReportKind::Delay},
      {"Action: failed\nStatus: 4.2.2\n", ReportKind::Delay},
      {"Action: delayed\nStatus: 5.0.0\n", ReportKind::Delay},
      {"Action: relayed\nStatus: 2.1.5\n", ReportKind::Delivered},
      {"Action: delivered\nStatus: 2.0.0\n", ReportKind::Delivered},
      {"Action: expanded\nStatus: 2.0.0\n", ReportKind::Delivered},
      {"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 452 4.2.2 full\n", ReportKind::Delay},
      {"Action: delayed\nStatus: 4.0.0\n\nFinal-Recipient: rfc822; b@c.de\nAction: failed\nStatus: 5.2.1\n",
       ReportKind::Bounce},
  };
  for (const auto& c : cases) {
    CAPTURE(c.group);
    const auto found =
        read(report("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.co\n" + std::string(c.group)));
    REQUIRE(found);
    CHECK(found->kind == c.kind);
  }
}

TEST_CASE("bounces that follow no standard are read by their words") {
  const struct {
    const char* from;
    const char* subject;
    const char* body;
    const char* rule;
    const char* recipient;
    const char* status;
    mail::BounceClass bounce_class = mail::BounceClass::Invalid;
  } cases[] = {
      {"MAILER-DAEMON@mx.acme.com",
       "failure notice",
       "Hi. This is the qmail-send program at mx.acme.com.\nI'm afraid I wasn't able to deliver your "
       "message.\n\n"
       "<ada@acme.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of "
       "the "
       "message.\n\nMessage-ID: <sent@us.com>\n",
       "qmail",
       "ada@acme.com",
       "5.1.1"},
      {"MAILER-DAEMON@yahoo.com",
       "Failure Notice",
       "Sorry, we were unable to deliver your message to the following address.\n\n<ada@acme.com>:\n"
       "554: delivery error: dd This user doesn't have a yahoo.com account (ada@acme.com) [0]\n\n"
       "--- Original message follows.\nMessage-ID: <sent@us.com>\n",
       "yahoo",
       "ada@acme.com",
       "5.1.1"},
      {"postmaster@acme.com",
       "Undeliverable: Hello",
       "Your message did not reach some or all of the intended recipients.\n\n ada@acme.com on 3/3/2026 "
       "10:00 AM\n"
       " The e-mail account does not exist at the organization.\nMessage-ID: <sent@us.com>",
       "exchange",
       "ada@acme.com",
       "5.1.1"},
      {"mailer-daemon@mail.zoho.com",
       "Undelivered Mail Returned to Sender",
       "This message was created automatically by mail delivery software.\nA message that you sent could not "
       "be "
       "delivered:\n\n[Error Code:550 5.2.1], ada@acme.com\nMessage-ID: <sent@us.com>",
       "exim",
       "ada@acme.com",
       "5.2.1"},
      {"Mail Delivery System <Mailer-Daemon@mx.acme.com>",
       "Mail delivery failed: returning message to sender",
       "The mail could not go out.\n\n  ada@acme.com\n    host 10.1.2.3: 550 Mailbox is full\nMessage-ID: "
       "<sent@us.com>",
       "subject",
       "ada@acme.com",
       "5.2.2"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.subject);
    const auto bounce = read("From: " + std::string(c.from) + "\nSubject: " + c.subject + "\n\n" + c.body);
    REQUIRE(bounce);
    CHECK(bounce->kind == ReportKind::Bounce);
    CHECK(bounce->rule == c.rule);
    CHECK(bounce->recipient == c.recipient);
    CHECK(bounce->status == c.status);
    CHECK(bounce->original_ids == std::vector<std::string>{"sent@us.com"});
  }
}

TEST_CASE("a person who writes about bounces is no mail system") {
  CHECK_FALSE(
      read("From: ada@acme.com\nSubject: Undeliverable mail\n\nYour last mail was undeliverable: 550 5.1.1"));
  CHECK_FALSE(
      read("From: ada@acme.com\nReturn-Path: <>\nSubject: Out of office\n\nI am away until 5.1.2027"));
  CHECK_FALSE(read("From: postmaster@acme.com\nSubject: Re: hello\n\nYes, call me"));
}

TEST_CASE("a warning of a mail that is still on its way is a delay") {
  const auto found = read(
      "From: MAILER-DAEMON@mx.acme.com\nSubject: Warning: could not send message for past 4 hours\n\n"
      "The message to ada@acme.com will be retried. 451 try later");
  REQUIRE(found);
  CHECK(found->kind == ReportKind::Delay);
}

TEST_CASE("complaints and read receipts are told from bounces") {
  const auto complaint =
      read(report("Feedback-Type: abuse\nOriginal-Rcpt-To: ada@acme.com\n", "feedback-report"));
  REQUIRE(complaint);
  CHECK(complaint->kind == ReportKind::Complaint);
  CHECK(complaint->recipient == "ada@acme.com");
  CHECK(complaint->original_ids == std::vector<std::string>{"sent@us.com"});
  const auto receipt =
      read(report("Final-Recipient: rfc822; ada@acme.com\nOriginal-Message-ID: <x@us.com>\n"
                  "Disposition: manual-action/MDN-sent-manually; displayed\n",
                  "disposition-notification"));
  REQUIRE(receipt);
  CHECK(receipt->kind == ReportKind::ReadReceipt);
  CHECK(receipt->original_ids.back() == "x@us.com");
}
