#include "mail/bounce_class.h"

#include <doctest/doctest.h>

#include "mail/smtp_reply.h"

using namespace outrider::mail;
using enum BounceClass;

namespace {

struct Case {
  std::string_view said;  // the whole reply
  BounceClass expected;
};

BounceClass classify(std::string_view said) {
  SmtpReplyParser parser;
  REQUIRE(parser.feed(said));
  const auto reply = parser.take();
  return classify_bounce(reply.code, reply.status, reply.text());
}

}  // namespace

TEST_CASE("refusals of real servers are told apart") {
  constexpr Case kCases[] = {
      // Gmail
      {"550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the "
       "recipient's email address for typos or unnecessary spaces. NoSuchUser - gsmtp",
       Invalid},
      {"550 5.2.1 The email account that you tried to reach is disabled. DisabledUser - gsmtp", Invalid},
      {"450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend later. "
       "ReceivingRate - gsmtp",
       Temporary},
      {"550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional "
       "messages "
       "from being delivered. - gsmtp",
       Temporary},
      {"452 4.2.2 The recipient's inbox is out of storage space. OverQuotaTemp - gsmtp", MailboxFull},
      {"552 5.2.2 The email account that you tried to reach is over quota. OverQuotaPerm - gsmtp",
       MailboxFull},
      {"550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to ... "
       "- gsmtp",
       ProviderLimit},
      {"550 5.7.26 This mail has been blocked because the sender is unauthenticated. - gsmtp",
       Authentication},
      {"421 4.7.26 Your email has been rate limited because this mail is unauthenticated. - gsmtp",
       Authentication},
      {"550 5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy. - "
       "gsmtp",
       Authentication},
      {"421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP Netblock. "
       "- gsmtp",
       ProviderLimit},
      {"550 5.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP. - "
       "gsmtp",
       Reputation},
      {"550 5.7.1 Our system has detected that this message is likely unsolicited mail. - gsmtp", Reputation},
      {"550 5.7.25 The IP address sending this message does not have a PTR record setup. - gsmtp",
       Authentication},
      {"552 5.3.4 Your message exceeded Google's message size limits. - gsmtp", Content},
      {"552 5.7.0 This message was blocked because its content presents a potential security issue. - gsmtp",
       Reputation},
      {"421 4.7.0 Try again later, closing connection. (EHLO) - gsmtp", Temporary},
      {"454 4.7.0 Too many login attempts, please try again later. - gsmtp", ProviderLimit},

      // Outlook and Exchange Online
      {"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient jane@example.com not found by SMTP address "
       "lookup",
       Invalid},
      {"550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", Content},
      {"550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [x.prod.protection.outlook.com]",
       Invalid},
      {"550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet "
       "service "
       "provider since part of their network is on our block list (S3140).",
       Reputation},
      {"550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. To request removal "
       "... (S3150)",
       Reputation},
      {"550 5.7.515 Access denied, sending domain EXAMPLE.COM does not meet the required authentication "
       "level.",
       Authentication},
      {"550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification",
       Authentication},
      {"550 5.7.606 Access denied, banned sending IP [192.0.2.1]", Reputation},
      {"550 5.7.705 Access denied, tenant has exceeded threshold.", ProviderLimit},
      {"550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
       ProviderLimit},
      {"550 5.1.8 Access denied, bad outbound sender. For more information please go to ...", ProviderLimit},
      {"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
       ProviderLimit},
      {"451 4.7.0 Temporary server error. Please try again later. PRX2", Temporary},
      {"451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.",
       Reputation},
      {"554 5.2.2 mailbox full; "
       "STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
       MailboxFull},
      {"550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient", Content},
      {"550 5.7.23 The message was rejected because of Sender Policy Framework violation", Authentication},

      // Yahoo
      {"554 delivery error: dd This user doesn't have a yahoo.com account (jane@yahoo.com) [0]", Invalid},
      {"552 1 Requested mail action aborted, mailbox not found", Invalid},
      {"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints - 4.16.55.1",
       Reputation},
      {"553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT "
       "succeed.",
       Reputation},
      {"554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
       Reputation},

      // Zoho
      {"550 5.1.1 User does not exist - <jane@example.com>", Invalid},
      {"550 5.4.6 Unusual sending activity detected. Please try after sometime.", ProviderLimit},
      {"541 5.4.1 Mail rejected by destination domain", Invalid},

      // Postfix
      {"550 5.1.1 <jane@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
       Invalid},
      {"450 4.2.0 <jane@example.com>: Recipient address rejected: Greylisted, see "
       "http://postgrey.schweikert.ch/",
       Temporary},
      {"450 4.1.1 <jane@example.com>: Recipient address rejected: unverified address: Address lookup failed",
       Temporary},
      {"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", Reputation},
      {"450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", Authentication},
      {"452 4.3.1 Insufficient system storage", Temporary},
      {"552 5.3.4 Message size exceeds fixed limit", Content},
      {"451 4.3.0 Error: queue file write error", Temporary},

      // Exim, cPanel and others
      {"550 No Such User Here", Invalid},
      {"550 Unrouteable address", Invalid},
      {"451 Greylisting in action, please come back later", Temporary},
      {"550 Domain example.com has exceeded the max emails per hour (51/50 (102%)) allowed. Message "
       "discarded.",
       ProviderLimit},
      {"550 Message rejected because 192.0.2.1 is in a blacklist at bl.spamcop.net", Reputation},
      {"552 Message size exceeds maximum permitted", Content},
      {"550 mailbox is full", MailboxFull},
      {"550 5.7.1 User unknown", Invalid},
      {"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Reputation},
      {"554 Transaction failed", Reputation},
      {"556 5.1.10 Domain does not accept mail (nullMX)", Invalid},
  };
  for (const auto& c : kCases) {
    CAPTURE(c.said);
    CHECK(name_of(classify(c.said)) == name_of(c.expected));
  }
}

TEST_CASE("a transient refusal never condemns an address or a message") {
  for (int subject = 0; subject <= 7; ++subject) {
    for (int detail = 0; detail <= 40; ++detail) {
      const auto bounce = classify_bounce(450, {4, subject, detail}, "user unknown, message too large");
      CHECK(bounce != Invalid);
      CHECK(bounce != Content);
    }
  }
}

TEST_CASE("a status notification without an SMTP code is judged by its status and its words") {
  CHECK(classify_bounce(0, {5, 1, 1}, "") == Invalid);
  CHECK(classify_bounce(0, {4, 4, 7}, "delivery time expired") == Temporary);
  CHECK(classify_bounce(0, {}, "smtp; 550 5.1.1 something") == Invalid);
  CHECK(classify_bounce(0, {}, "Sorry, no mailbox here by that name. (#5.1.1)") == Invalid);
  CHECK(classify_bounce(0, {5, 0, 0}, "User unknown") == Invalid);
  CHECK(classify_bounce(0, {}, "") == Reputation);
}

TEST_CASE("an address in the text is not taken for a status") {
  CHECK(classify_bounce(554, {}, "refused 5.1.1.1 today") == Reputation);
}
