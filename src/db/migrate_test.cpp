#include "db/migrate.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <thread>

#include "db/testing.h"

namespace outrider::db {
namespace {

constexpr Migration kPeople{
    1, "0001_people", "CREATE TABLE person (id /*+autoid*/, name TEXT /*+key(id)*/);"};
constexpr Migration kPets{
    2, "0002_pets", "CREATE TABLE pet (id BIGINT); INSERT INTO person (name) VALUES ('Ada; and more');"};
constexpr Migration kBroken{
    2, "0002_broken", "CREATE TABLE pet (id BIGINT); INSERT INTO nowhere VALUES (1);"};
constexpr Migration kChanged{1, "0001_people", "CREATE TABLE person (id BIGINT);"};
constexpr std::array kFirst = {kPeople};
constexpr std::array kBoth = {kPeople, kPets};
constexpr Query kCountPeople{"test.count_people", "SELECT COUNT(*) FROM person"};
constexpr Query kCountPets{"test.count_pets", "SELECT COUNT(*) FROM pet"};

TEST_CASE("missing migrations are applied in order and only once") {
  for_each_engine([](Database& database) {
    Clock clock(1000);
    CHECK(pending_migrations(database, kBoth).value() ==
          std::vector<std::string>{"0001_people", "0002_pets"});
    CHECK(migrate(database, clock, kFirst).value() == 1);
    CHECK(pending_migrations(database, kBoth).value() == std::vector<std::string>{"0002_pets"});
    CHECK(migrate(database, clock, kBoth).value() == 1);
    CHECK(migrate(database, clock, kBoth).value() == 0);
    CHECK(pending_migrations(database, kBoth).value().empty());
    CHECK(database.read([](Tx& tx) { return tx.rows(kCountPeople); })->front().int64(0) == 1);
  });
}

TEST_CASE("a migration that fails leaves nothing behind and keeps those before it") {
  constexpr std::array kWithBroken = {kPeople, kBroken};
  for_each_engine([&](Database& database) {
    Clock clock;
    const auto failed = migrate(database, clock, kWithBroken);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message.starts_with("0002_broken: "));
    CHECK(pending_migrations(database, kWithBroken).value() == std::vector<std::string>{"0002_broken"});
    CHECK_FALSE(database.read([](Tx& tx) { return tx.prepare(kCountPets); }));
  });
}

TEST_CASE("an applied migration whose text changed is refused") {
  constexpr std::array kWithChanged = {kChanged, kPets};
  for_each_engine([&](Database& database) {
    Clock clock;
    REQUIRE(migrate(database, clock, kFirst));
    const auto refused = migrate(database, clock, kWithChanged);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);
    CHECK(refused.error().message.contains("0001_people was changed"));
    CHECK_FALSE(pending_migrations(database, kWithChanged));
  });
}

TEST_CASE("a database newer than the program is refused") {
  for_each_engine([](Database& database) {
    Clock clock;
    REQUIRE(migrate(database, clock, kBoth));
    const auto refused = migrate(database, clock, kFirst);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);
    CHECK(refused.error().message.contains("0002_pets, which this program does not know"));
  });
}

TEST_CASE("several nodes that start at once apply each migration once") {
  for_each_engine([](Database& database) {
    Clock clock;
    std::atomic<int> applied = 0;
    {
      std::vector<std::jthread> nodes;
      for (int i = 0; i < 4; ++i) {
        nodes.emplace_back([&] { applied += migrate(database, clock, kBoth).value_or(-100); });
      }
    }
    CHECK(applied == 2);
  });
}

TEST_CASE("a migrated database for tests starts empty each time") {
  constexpr Query kAdd{"test.add_lead",
                       "INSERT INTO lead (workspace_id, email, domain, created_at_ms, updated_at_ms)"
                       " VALUES (1, 'ada@example.com', 'example.com', 0, 0) RETURNING id"};
  for (int round = 1; round <= 2; ++round) {
    CAPTURE(round);
    for_each_migrated([&](Database& database) {
      const auto added = database.write([&](Tx& tx) { return tx.row(kAdd); });
      REQUIRE(added);
      CHECK((*added)->int64(0) == 1);
    });
  }
}

}  // namespace
}  // namespace outrider::db
