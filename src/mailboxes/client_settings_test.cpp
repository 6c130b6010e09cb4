#include "mailboxes/client_settings.h"

#include <doctest/doctest.h>

#include "mailboxes/testing.h"

using namespace outrider;
using namespace outrider::mailboxes;

TEST_CASE("IMAP logs in with the secret of SMTP unless it has its own") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = sample_mailbox(1, "sam@sender.example");
  mailbox.smtp.sealed_secret = key.seal("one");

  CHECK(smtp_settings(mailbox, key)->secret == "one");
  CHECK(imap_settings(mailbox, key)->secret == "one");
  CHECK_FALSE(mailbox.has_imap_login());

  mailbox.imap.sealed_secret = key.seal("two");
  CHECK(imap_settings(mailbox, key)->secret == "two");
  CHECK(mailbox.has_imap_login());
}

TEST_CASE("a token logs in with OAuth2, and a secret of another key is an error") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = sample_mailbox(1, "sam@sender.example");
  mailbox.sealed_oauth_token = key.seal(R"({"access_token":"ya29","refresh_token":"r"})");
  const auto smtp = smtp_settings(mailbox, key);
  REQUIRE(smtp);
  CHECK(smtp->login == mail::SmtpLogin::OAuth2);
  CHECK(smtp->secret == "ya29");
  CHECK(imap_settings(mailbox, key)->login == mail::ImapLogin::OAuth2);

  mailbox.sealed_oauth_token = key.seal("{}");
  CHECK(smtp_settings(mailbox, key).error().code == Code::Invalid);

  mailbox.sealed_oauth_token.reset();
  mailbox.smtp.sealed_secret = "not sealed";
  CHECK(smtp_settings(mailbox, key).error().code == Code::Internal);
  mailbox.smtp.sealed_secret.reset();
  CHECK(smtp_settings(mailbox, key).error().code == Code::Invalid);
}

TEST_CASE("host, port and security reach the clients; the greeting names the sender's domain") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = sample_mailbox(1, "sam@b\u00fccher.example");
  mailbox.smtp.sealed_secret = key.seal("x");
  mailbox.imap = {
      .host = "imap.sender.example", .port = 143, .security = Security::StartTls, .user = "reader"};

  const auto smtp = smtp_settings(mailbox, key);
  const auto imap = imap_settings(mailbox, key);
  REQUIRE(smtp);
  REQUIRE(imap);
  CHECK(smtp->endpoint.text() == "smtp.sender.example:465");
  CHECK(smtp->security == mail::SmtpSecurity::Tls);
  CHECK(smtp->hello_name == "xn--bcher-kva.example");
  CHECK(imap->endpoint.text() == "imap.sender.example:143");
  CHECK(imap->security == mail::ImapSecurity::StartTls);
  CHECK(imap->user == "reader");
}

TEST_CASE("the port says how a connection is secured, the host who the provider is") {
  const struct {
    int port;
    Security expected;
  } ports[] = {{465, Security::Tls},
               {993, Security::Tls},
               {587, Security::StartTls},
               {143, Security::StartTls},
               {25, Security::StartTls}};
  for (const auto& c : ports) CHECK(security_of_port(c.port) == c.expected);

  const struct {
    const char* host;
    Kind expected;
  } hosts[] = {{"smtp.gmail.com", Kind::Gmail},
               {"SMTP.Office365.com", Kind::Outlook},
               {"smtp-mail.outlook.com", Kind::Outlook},
               {"smtp.zoho.eu", Kind::Zoho},
               {"smtp.notgmail.com", Kind::Smtp},
               {"smtp.sender.example", Kind::Smtp}};
  for (const auto& c : hosts) CHECK(kind_of_host(c.host) == c.expected);
}

TEST_CASE("a warmup key is two words, the same for the same seed") {
  CHECK(make_warmup_key(1) == make_warmup_key(1));
  CHECK(make_warmup_key(1).find('-') != std::string::npos);
}
