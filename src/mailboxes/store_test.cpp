#include "mailboxes/store.h"

#include <doctest/doctest.h>

#include "db/testing.h"
#include "mailboxes/state_store.h"
#include "mailboxes/testing.h"

using namespace outrider;
using namespace outrider::mailboxes;

namespace {

Mailbox loaded(db::Database& database, const Scope& scope, std::int64_t id) {
  const auto mailbox = database.read([&](db::Tx& tx) { return load(tx, scope, id); });
  REQUIRE(mailbox);
  return *mailbox;
}

std::vector<std::string> listed(db::Database& database, const Scope& scope, const Filter& filter) {
  const auto found =
      database.read([&](db::Tx& tx) { return list(tx, scope, filter, {.offset = 0, .limit = 100}); });
  REQUIRE(found);
  std::vector<std::string> addresses;
  for (const auto& mailbox : *found) addresses.push_back(mailbox.from_email);
  return addresses;
}

constexpr db::Query kCountDay{"mailboxes_test.count_day", R"sql(
  INSERT INTO mailbox_day (workspace_id, mailbox_id, local_date, sent, replies) VALUES ($1, $2, $3, $4, 7)
)sql"};

}  // namespace

TEST_CASE("a mailbox comes back as it was stored") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    Mailbox given = sample_mailbox(workspace, "sam@sender.example");
    given.client_id = 7;
    given.kind = Kind::Zoho;
    given.smtp.sealed_secret = std::string("\0smtp\xff", 6);
    given.imap = {.host = "imap.other.example",
                  .port = 143,
                  .security = Security::None,
                  .user = "reader",
                  .sealed_secret = "imap"};
    given.sealed_oauth_token = "token";
    given.reply_to = "answers@sender.example";
    given.bcc = "crm@sender.example";
    given.signature = "<p>Sam \u00e9</p>";
    given.custom_tracking_url = "go.sender.example";
    given.timezone = "Europe/Berlin";
    given.max_email_per_day = 0;
    given.min_gap_minutes = 8;
    given.is_suspended = true;
    given.warmup = {.is_enabled = true,
                    .per_day = 30,
                    .rampup = 5,
                    .reply_rate = 35,
                    .key = "maple-river",
                    .created_at_ms = kNow};
    const auto id = add_mailbox(database, given);

    const Mailbox stored = loaded(database, {.workspace_id = workspace}, id);
    CHECK(stored.user_id == given.user_id);
    CHECK(stored.client_id == given.client_id);
    CHECK(stored.from_name == given.from_name);
    CHECK(stored.from_email == given.from_email);
    CHECK(stored.kind == given.kind);
    CHECK(stored.smtp.host == given.smtp.host);
    CHECK(stored.smtp.port == given.smtp.port);
    CHECK(stored.smtp.security == given.smtp.security);
    CHECK(stored.smtp.user == given.smtp.user);
    CHECK(stored.smtp.sealed_secret == given.smtp.sealed_secret);
    CHECK(stored.imap.host == given.imap.host);
    CHECK(stored.imap.port == given.imap.port);
    CHECK(stored.imap.security == given.imap.security);
    CHECK(stored.imap.user == given.imap.user);
    CHECK(stored.imap.sealed_secret == given.imap.sealed_secret);
    CHECK(stored.sealed_oauth_token == given.sealed_oauth_token);
    CHECK(stored.reply_to == given.reply_to);
    CHECK(stored.bcc == given.bcc);
    CHECK(stored.signature == given.signature);
    CHECK(stored.custom_tracking_url == given.custom_tracking_url);
    CHECK(stored.timezone == given.timezone);
    CHECK(stored.max_email_per_day == given.max_email_per_day);
    CHECK(stored.min_gap_minutes == given.min_gap_minutes);
    CHECK(stored.is_suspended == given.is_suspended);
    CHECK(stored.warmup.is_enabled);
    CHECK(stored.warmup.per_day == 30);
    CHECK(stored.warmup.rampup == 5);
    CHECK(stored.warmup.reply_rate == 35);
    CHECK(stored.warmup.key == "maple-river");
    CHECK(stored.warmup.created_at_ms == kNow);
    CHECK(stored.smtp_connection == Connection());
    CHECK(stored.imap_connection == Connection());
    CHECK(stored.created_at_ms == kNow);
    CHECK(stored.updated_at_ms == kNow);
  });
}

TEST_CASE("connections, clock and watermark are kept apart from the settings") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    const auto id = add_mailbox(database, sample_mailbox(workspace, "sam@sender.example"));
    const Connection smtp{.state = ConnectionState::Failing,
                          .auth_failures = 2,
                          .network_failures = 3,
                          .failing_since_ms = kNow - 5,
                          .retry_at_ms = kNow + 60'000,
                          .error = "535 no"};
    const Connection imap{.state = ConnectionState::Disconnected, .auth_failures = 3, .error = "NO"};
    REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
      TRY(store_connection(tx, workspace, id, Channel::Smtp, smtp));
      TRY(store_connection(tx, workspace, id, Channel::Imap, imap));
      TRY(store_provider_limit(tx, workspace, id, kNow + 1, kNow + 2));
      TRY(store_send_clock(tx, workspace, id, kNow + 3, kNow + 4));
      TRY(store_send_clock(tx, workspace, id, kNow - 3, kNow + 5));
      TRY(store_inbound_watermark(tx, workspace, id, kNow + 6));
      return store_inbound_watermark(tx, workspace, id, kNow - 6);
    }));

    Mailbox stored = loaded(database, {.workspace_id = workspace}, id);
    CHECK(stored.smtp_connection == smtp);
    CHECK(stored.imap_connection == imap);
    CHECK(stored.provider_limit_until_ms == kNow + 1);
    CHECK(stored.cap_halved_until_ms == kNow + 2);
    CHECK(stored.last_send_at_ms == kNow + 3);
    CHECK(stored.next_slot_at_ms == kNow + 5);
    CHECK(stored.inbound_watermark_ms == kNow + 6);

    stored.from_name = "Samuel";
    REQUIRE(database.write([&](db::Tx& tx) { return store_settings(tx, stored, kNow + 7); }));
    stored = loaded(database, {.workspace_id = workspace}, id);
    CHECK(stored.from_name == "Samuel");
    CHECK(stored.smtp_connection == smtp);
    CHECK(stored.updated_at_ms == kNow + 7);

    REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
      TRY(reset_connections(tx, workspace, id));
      return forget_folders(tx, workspace, id);
    }));
    stored = loaded(database, {.workspace_id = workspace}, id);
    CHECK(stored.smtp_connection == Connection());
    CHECK(stored.imap_connection == Connection());
    CHECK(stored.inbound_watermark_ms == 0);
    CHECK(stored.last_send_at_ms == kNow + 3);
  });
}

TEST_CASE("an address is taken by one live mailbox of a workspace") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    const auto other = add_workspace(database);
    const auto id = add_mailbox(database, sample_mailbox(workspace, "sam@sender.example"));
    add_mailbox(database, sample_mailbox(other, "sam@sender.example"));

    const auto again = database.write(
        [&](db::Tx& tx) { return create(tx, sample_mailbox(workspace, "sam@sender.example"), kNow); });
    REQUIRE(again);
    CHECK_FALSE(again->has_value());
    const auto holder =
        database.read([&](db::Tx& tx) { return find_address(tx, workspace, "sam@sender.example"); });
    REQUIRE(holder);
    REQUIRE(holder->has_value());
    CHECK((*holder)->id == id);

    const Mailbox mailbox = loaded(database, {.workspace_id = workspace}, id);
    REQUIRE(database.write([&](db::Tx& tx) { return remove(tx, mailbox, kNow + 1); }));
    const auto gone = database.read([&](db::Tx& tx) { return load(tx, {.workspace_id = workspace}, id); });
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Code::NotFound);
    CHECK(add_mailbox(database, sample_mailbox(workspace, "sam@sender.example")) != id);
  });
}

TEST_CASE("a mailbox is seen by its workspace and by its client only") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    const auto other = add_workspace(database);
    Mailbox mailbox = sample_mailbox(workspace, "sam@sender.example");
    mailbox.client_id = 7;
    const auto id = add_mailbox(database, mailbox);
    add_mailbox(database, sample_mailbox(workspace, "ann@sender.example"));

    const struct {
      Scope scope;
      std::vector<std::string> sees;
    } cases[] = {
        {{.workspace_id = workspace}, {"sam@sender.example", "ann@sender.example"}},
        {{.workspace_id = workspace, .client_id = 7}, {"sam@sender.example"}},
        {{.workspace_id = workspace, .client_id = 8}, {}},
        {{.workspace_id = other}, {}},
    };
    for (const auto& c : cases) {
      CHECK(listed(database, c.scope, {}) == c.sees);
      const auto found = database.read([&](db::Tx& tx) { return load(tx, c.scope, id); });
      CHECK(found.has_value() == !c.sees.empty());
    }
  });
}

TEST_CASE("every filter of the list narrows it") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    Mailbox a = sample_mailbox(workspace, "a@x.example");
    a.client_id = 3;
    a.warmup.is_enabled = true;
    Mailbox b = sample_mailbox(workspace, "b@x.example");
    b.kind = Kind::Gmail;
    b.smtp.user = "Percent%B";
    Mailbox c = sample_mailbox(workspace, "c@x.example");
    c.kind = Kind::Zoho;
    const auto a_id = add_mailbox(database, a);
    const auto b_id = add_mailbox(database, b);
    add_mailbox(database, c);
    const auto campaign = add_campaign(database, workspace);
    REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
      TRY(attach(tx, campaign, std::vector{a_id}, kNow));
      return store_connection(
          tx, workspace, b_id, Channel::Smtp, {.state = ConnectionState::Failing, .error = "no"});
    }));

    using Addresses = std::vector<std::string>;
    const struct {
      const char* what;
      Filter filter;
      Addresses expected;
    } cases[] = {
        {"nothing", {}, {"a@x.example", "b@x.example", "c@x.example"}},
        {"client", {.client_id = 3}, {"a@x.example"}},
        {"campaign", {.campaign_id = campaign.id}, {"a@x.example"}},
        {"in use", {.is_in_use = true}, {"a@x.example"}},
        {"not in use", {.is_in_use = false}, {"b@x.example", "c@x.example"}},
        {"warming", {.is_warming = true}, {"a@x.example"}},
        {"not warming", {.is_warming = false}, {"b@x.example", "c@x.example"}},
        {"connected", {.is_smtp_connected = true}, {"a@x.example", "c@x.example"}},
        {"failing", {.is_smtp_connected = false}, {"b@x.example"}},
        {"gmail", {.kind = Kind::Gmail}, {"b@x.example"}},
        {"neither google nor microsoft", {.kind = Kind::Smtp}, {"a@x.example", "c@x.example"}},
        {"part of the login", {.username = "PERCENT"}, {"b@x.example"}},
        {"a sign that LIKE knows", {.username = "t%b"}, {"b@x.example"}},
        {"and it means itself", {.username = "%@"}, {}},
    };
    for (const auto& test : cases) {
      CAPTURE(test.what);
      CHECK(listed(database, {.workspace_id = workspace}, test.filter) == test.expected);
    }

    const auto page = database.read(
        [&](db::Tx& tx) { return list(tx, {.workspace_id = workspace}, {}, {.offset = 1, .limit = 1}); });
    REQUIRE(page);
    REQUIRE(page->size() == 1);
    CHECK(page->front().id == b_id);
  });
}

TEST_CASE("sent today is the count of the mailbox's own date") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    Mailbox here = sample_mailbox(workspace, "utc@x.example");
    Mailbox ahead = sample_mailbox(workspace, "kiritimati@x.example");
    ahead.timezone = "Pacific/Kiritimati";  // UTC+14
    here.id = add_mailbox(database, here);
    ahead.id = add_mailbox(database, ahead);
    const TimeMs noon = 20'000 * kDayMs + 12 * kHourMs;
    REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
      for (const auto id : {here.id, ahead.id})
        for (const auto day : {19'999, 20'000, 20'001})
          TRY(tx.run(kCountDay, workspace, id, day, day - 19'998));
      return {};
    }));

    const auto sent =
        database.read([&](db::Tx& tx) { return sent_today(tx, workspace, std::vector{here, ahead}, noon); });
    REQUIRE(sent);
    CHECK(sent->at(here.id) == 2);
    CHECK(sent->at(ahead.id) == 3);
  });
}

TEST_CASE("all live mailboxes of all workspaces are listed for the engine") {
  db::for_each_migrated([](db::Database& database) {
    const auto workspace = add_workspace(database);
    const auto other = add_workspace(database);
    const auto first = add_mailbox(database, sample_mailbox(workspace, "a@x.example"));
    const auto second = add_mailbox(database, sample_mailbox(other, "b@x.example"));
    const auto third = add_mailbox(database, sample_mailbox(other, "c@x.example"));
    const auto mailbox = loaded(database, {.workspace_id = other}, second);
    REQUIRE(database.write([&](db::Tx& tx) { return remove(tx, mailbox, kNow); }));

    const auto live = database.read([](db::Tx& tx) { return list_live(tx); });
    REQUIRE(live);
    REQUIRE(live->size() == 2);
    CHECK((*live)[0].id == first);
    CHECK((*live)[1].id == third);
  });
}
