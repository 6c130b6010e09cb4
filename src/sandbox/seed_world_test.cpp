#include "sandbox/seed_world.h"

#include <doctest/doctest.h>

#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "db/testing.h"
#include "mailboxes/store.h"
#include "workspaces/store.h"

using namespace outrider;
using namespace outrider::sandbox;

namespace {
constexpr TimeMs kNowMs = 1'772'530'000'000;
}

TEST_CASE("the first start makes a campaign that runs, a second one nothing more") {
  db::for_each_migrated([](db::Database& database) {
    const auto key = MasterKey::for_tests();
    REQUIRE(seed_world(database, key, {.smtp_port = 8125, .imap_port = 8143}, kNowMs));
    REQUIRE(seed_world(database, key, {.smtp_port = 8125, .imap_port = 8143}, kNowMs + 1));

    const auto owner = database.read([](db::Tx& tx) { return workspaces::load_user(tx, kOwner); });
    REQUIRE(owner);
    const campaigns::Scope scope{.workspace_id = owner->workspace_id};
    const auto all = database.read([&](db::Tx& tx) { return campaigns::list(tx, scope, std::nullopt); });
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    CHECK(all->front().state == campaigns::CampaignState::Active);
    CHECK(all->front().lead_count == 40);
    const auto steps = database.read(
        [&](db::Tx& tx) { return campaigns::list_steps(tx, owner->workspace_id, all->front().id); });
    REQUIRE(steps);
    REQUIRE(steps->size() == 3);
    CHECK(steps->front().variants.size() == 2);
  });
}

TEST_CASE("mailboxes of the sandbox follow the servers to new ports") {
  db::for_each_migrated([](db::Database& database) {
    const auto key = MasterKey::for_tests();
    REQUIRE(seed_world(database, key, {.smtp_port = 8125, .imap_port = 8143}, kNowMs));
    REQUIRE(seed_world(database, key, {.smtp_port = 9125, .imap_port = 9143}, kNowMs));

    const auto mailboxes = database.read([](db::Tx& tx) { return mailboxes::list_live(tx); });
    REQUIRE(mailboxes);
    REQUIRE(mailboxes->size() == 3);
    for (const auto& mailbox : *mailboxes) {
      CHECK(mailbox.smtp.host == "127.0.0.1");
      CHECK(mailbox.smtp.port == 9125);
      CHECK(mailbox.imap.port == 9143);
      CHECK(mailbox.smtp.security == mailboxes::Security::None);
    }
  });
}

TEST_CASE("each start gives a key that works") {
  db::for_each_migrated([](db::Database& database) {
    REQUIRE(seed_world(database, MasterKey::for_tests(), {.smtp_port = 1, .imap_port = 2}, kNowMs));
    for (int start = 0; start < 2; ++start) {
      const auto key = make_key(database, kNowMs);
      REQUIRE(key);
      CHECK(database.read([&](db::Tx& tx) { return workspaces::find_principal(tx, *key); }));
    }
  });
}
