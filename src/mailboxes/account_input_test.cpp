#include "mailboxes/account_input.h"

#include <doctest/doctest.h>

#include "mailboxes/testing.h"

using namespace outrider;
using namespace outrider::mailboxes;

namespace {

SaveAccount sample_input() {
  SaveAccount input;
  input.from_name = "Sam";
  input.from_email = "Sam@Sender.example";
  input.user_name = "sam";
  input.password = "one";
  input.smtp_host = "SMTP.sender.example";
  input.smtp_port = 587;
  input.imap_host = "imap.sender.example";
  input.imap_port = 993;
  return input;
}

Mailbox stored_mailbox(const MasterKey& key) {
  Mailbox mailbox;
  REQUIRE(apply(mailbox, sample_input(), key, kNow));
  mailbox.id = 9;
  return mailbox;
}

}  // namespace

TEST_CASE("a new mailbox takes security from the ports and the IMAP login from SMTP") {
  const auto key = MasterKey::for_tests();
  const Mailbox mailbox = stored_mailbox(key);

  CHECK(mailbox.from_email == "sam@sender.example");
  CHECK(mailbox.smtp.host == "smtp.sender.example");
  CHECK(mailbox.smtp.security == Security::StartTls);
  CHECK(mailbox.imap.security == Security::Tls);
  CHECK(mailbox.imap.user == "sam");
  CHECK_FALSE(mailbox.has_imap_login());
  CHECK(*key.open(*mailbox.smtp.sealed_secret) == "one");
  CHECK_FALSE(mailbox.warmup.created_at_ms);
  CHECK_FALSE(mailbox.warmup.key);
}

TEST_CASE("a password is needed, at first and for every other server or user") {
  const auto key = MasterKey::for_tests();
  const struct {
    const char* what;
    void (*change)(SaveAccount&);
    bool is_fine;
  } cases[] = {
      {"nothing changes", [](SaveAccount&) {}, true},
      {"the name changes", [](SaveAccount& input) { input.from_name = "Samuel"; }, true},
      {"another SMTP host", [](SaveAccount& input) { input.smtp_host = "evil.example"; }, false},
      {"another SMTP user", [](SaveAccount& input) { input.user_name = "ann"; }, false},
      {"another IMAP port", [](SaveAccount& input) { input.imap_port = 143; }, false},
      {"another IMAP host with its own password",
       [](SaveAccount& input) {
         input.imap_host = "other.example";
         input.imap_password = {.given = true, .value = "two"};
       },
       true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    Mailbox mailbox = stored_mailbox(key);
    SaveAccount input = sample_input();
    input.password.clear();
    c.change(input);
    const auto applied = apply(mailbox, input, key, kNow);
    CHECK(applied.has_value() == c.is_fine);
    if (!applied) CHECK(applied.error().offence.field == "password");
  }

  Mailbox fresh;
  SaveAccount input = sample_input();
  input.password.clear();
  CHECK_FALSE(apply(fresh, input, key, kNow));
  input.token = {.given = true, .value = wire::Json{R"({"access_token":"t"})"}};
  CHECK(apply(fresh, input, key, kNow));
}

TEST_CASE("a chosen security stays with its port") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = stored_mailbox(key);
  SaveAccount input = sample_input();
  input.settings.smtp_port_type = Security::None;
  REQUIRE(apply(mailbox, input, key, kNow));
  CHECK(mailbox.smtp.security == Security::None);

  input.settings.smtp_port_type.reset();
  REQUIRE(apply(mailbox, input, key, kNow));
  CHECK(mailbox.smtp.security == Security::None);

  input.smtp_port = 465;
  REQUIRE(apply(mailbox, input, key, kNow));
  CHECK(mailbox.smtp.security == Security::Tls);
}

TEST_CASE("an IMAP login of its own can be given and taken back") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = stored_mailbox(key);
  SaveAccount input = sample_input();
  input.imap_user_name = {.given = true, .value = "reader"};
  input.imap_password = {.given = true, .value = "two"};
  REQUIRE(apply(mailbox, input, key, kNow));
  CHECK(mailbox.imap.user == "reader");
  CHECK(*key.open(*mailbox.imap.sealed_secret) == "two");

  REQUIRE(apply(mailbox, sample_input(), key, kNow));
  CHECK(mailbox.imap.user == "reader");

  input.imap_user_name = {.given = true, .value = std::nullopt};
  input.imap_password = {.given = true, .value = ""};
  REQUIRE(apply(mailbox, input, key, kNow));
  CHECK(mailbox.imap.user == "sam");
  CHECK_FALSE(mailbox.has_imap_login());
}

TEST_CASE("warmup gets its key once and keeps its settings while it is off") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = stored_mailbox(key);
  SaveAccount input = sample_input();
  input.warmup_enabled = true;
  input.total_warmup_per_day = 30;
  REQUIRE(apply(mailbox, input, key, kNow));
  const auto first = mailbox.warmup;
  CHECK(first.created_at_ms == kNow);
  REQUIRE(first.key);

  REQUIRE(apply(mailbox, sample_input(), key, kNow + 1));
  CHECK_FALSE(mailbox.warmup.is_enabled);
  CHECK(mailbox.warmup.key == first.key);
  CHECK(mailbox.warmup.per_day == 30);
  CHECK(mailbox.warmup.created_at_ms == kNow);
}

TEST_CASE("an update changes what it names; empty texts and null take away") {
  const auto key = MasterKey::for_tests();
  Mailbox mailbox = stored_mailbox(key);
  mailbox.bcc = "crm@sender.example";
  mailbox.signature = "S";
  mailbox.max_email_per_day = 40;
  const Mailbox before = mailbox;
  UpdateAccount input;
  input.settings.bcc = {.given = true, .value = ""};
  input.settings.max_email_per_day = {.given = true, .value = std::nullopt};
  input.settings.custom_tracking_url = {.given = true, .value = "HTTPS://Go.sender.example/"};
  apply(mailbox, input);

  CHECK_FALSE(mailbox.bcc);
  CHECK_FALSE(mailbox.max_email_per_day);
  CHECK(mailbox.custom_tracking_url == "go.sender.example");
  CHECK(mailbox.signature == "S");
  CHECK_FALSE(connects_otherwise(before, mailbox));
  CHECK_FALSE(reads_otherwise(before, mailbox));

  input.settings.imap_port_type = Security::StartTls;
  apply(mailbox, input);
  CHECK(connects_otherwise(before, mailbox));
}
