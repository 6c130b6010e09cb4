#include "receiving/lease.h"

#include <doctest/doctest.h>

#include "db/testing.h"

namespace outrider::receiving {
namespace {

constexpr TimeMs kNowMs = 1'770'000'000'000;

constexpr db::Query kAddMailbox{"receiving_test.leased_mailbox", R"sql(
  INSERT INTO mailbox (workspace_id, id, user_id, from_name, from_email, kind, smtp_host, smtp_port,
                       smtp_security, smtp_user, imap_host, imap_port, imap_security, imap_user,
                       created_at_ms, updated_at_ms)
  VALUES (1, 5, 1, 'Ann', 'ann@us.example', 0, 'h', 1, 0, 'u', 'h', 1, 0, 'u', 0, 0)
)sql"};

std::size_t leased(db::Database& database, std::string_view node, TimeMs now_ms) {
  const auto ids = database.write([&](db::Tx& tx) { return lease_mailboxes(tx, node, now_ms); });
  REQUIRE(ids);
  return ids->size();
}

}  // namespace

TEST_CASE("a mailbox is read by one node, until that stops or is silent for the length of a lease") {
  db::for_each_migrated([](db::Database& database) {
    REQUIRE(database.write([](db::Tx& tx) { return tx.run(kAddMailbox); }));
    CHECK(leased(database, "one", kNowMs) == 1);
    CHECK(leased(database, "two", kNowMs) == 0);
    CHECK(leased(database, "one", kNowMs + kReceiveLeaseMs) == 1);
    CHECK(leased(database, "two", kNowMs + kReceiveLeaseMs + 1) == 0);
    CHECK(leased(database, "two", kNowMs + 2 * kReceiveLeaseMs) == 1);

    REQUIRE(database.write([](db::Tx& tx) { return release_mailboxes(tx, "two"); }));
    CHECK(leased(database, "one", kNowMs + 2 * kReceiveLeaseMs + 1) == 1);
  });
}

}  // namespace outrider::receiving
