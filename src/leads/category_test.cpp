#include "leads/category.h"

#include "leads/testing.h"

using namespace outrider;
using namespace outrider::leads;
using campaigns::LeadState;

namespace {

constexpr db::Query kPlaceOf{"category_test.place", R"sql(
  SELECT state, COALESCE(category_id, 0), COALESCE(category_by, 9), COALESCE(category_version, '')
    FROM campaign_lead
   WHERE id = $1
)sql"};
constexpr db::Query kEvents{"category_test.events", R"sql(
  SELECT COUNT(*) FROM event WHERE type = 8
)sql"};
constexpr db::Query kOwn{"category_test.own", R"sql(
  INSERT INTO lead_category (workspace_id, id, name, created_at_ms) VALUES (1, 1000, 'Mine', 0)
)sql"};

/// A lead in two campaigns, labelled in the first.
struct World {
  explicit World(db::Database& db) : database(db) {
    const auto first = make_campaign(database);
    const auto second = make_campaign(database, 5);
    import_into(database, first, rows_of({"a@one.example"}));
    import_into(database, second, rows_of({"a@one.example"}));
    place = list_all(database, first).at(0).id;
    other = list_all(database, second).at(0).id;
  }
  Result<bool> set(const Label& label) {
    return database.write([&](db::Tx& tx) {
      return set_category(tx, kTestWorkspace, place, label, {.text = "API"}, kTestNow);
    });
  }
  db::Row row(std::int64_t id) {
    return *written(database, [&](db::Tx& tx) { return tx.row(kPlaceOf, id); });
  }
  std::int64_t category() { return row(place).int64(1); }
  LeadState state() { return row(place).as<LeadState>(0); }
  LeadState state_elsewhere() { return row(other).as<LeadState>(0); }
  std::int64_t events() {
    return written(database, [&](db::Tx& tx) { return tx.row(kEvents); })->int64(0);
  }

  db::Database& database;
  std::int64_t place = 0;
  std::int64_t other = 0;
};

constexpr Label by_person(std::optional<std::int64_t> id) {
  return {.category_id = id, .by = LabelledBy::Person};
}

}  // namespace

TEST_CASE("rules and models never change what a person chose, and a person may clear it") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    CHECK(world.set(by_rule(Category::OutOfOffice)) == true);
    CHECK(world.set({.category_id = 8, .by = LabelledBy::Model, .confidence = 0.4, .version = "m1"}) == true);
    CHECK(world.row(world.place).text(3) == "m1");
    CHECK(world.set(by_person(8)) == false);
    CHECK(world.set(by_rule(Category::OutOfOffice)) == false);
    CHECK(world.category() == 8);
    CHECK(world.set(by_person(std::nullopt)) == true);
    CHECK(world.set(by_rule(Category::OutOfOffice)) == false);
    CHECK(world.category() == 0);
  });
}

TEST_CASE("a change is told once, and only a real one") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    for (int i = 0; i < 3; ++i) REQUIRE(world.set(by_person(2)));
    CHECK(world.events() == 1);
    REQUIRE(world.set(by_person(1)));
    CHECK(world.events() == 2);
    REQUIRE(world.set(by_rule(Category::NotInterested)));
    CHECK(world.events() == 2);
  });
}

TEST_CASE("what follows from a category") {
  struct Case {
    Category category;
    LeadState here;
    LeadState elsewhere;
  };
  constexpr Case kCases[] = {
      {Category::Interested, LeadState::Stopped, LeadState::Started},
      {Category::MeetingRequest, LeadState::Stopped, LeadState::Started},
      {Category::NotInterested, LeadState::Stopped, LeadState::Started},
      {Category::DoNotContact, LeadState::Blocked, LeadState::Blocked},
      {Category::InformationRequest, LeadState::Stopped, LeadState::Started},
      {Category::OutOfOffice, LeadState::Started, LeadState::Started},
      {Category::WrongPerson, LeadState::Stopped, LeadState::Started},
      {Category::Uncategorizable, LeadState::Started, LeadState::Started},
      {Category::SenderOriginatedBounce, LeadState::Started, LeadState::Started},
  };
  for (const auto& each : kCases) {
    CAPTURE(name(each.category));
    db::for_each_migrated([&](db::Database& database) {
      World world(database);
      REQUIRE(world.set(by_rule(each.category)));
      CHECK(world.state() == each.here);
      CHECK(world.state_elsewhere() == each.elsewhere);
      const bool stopped = written(database, [&](db::Tx& tx) {
        return is_suppressed(tx, kTestWorkspace, std::nullopt, "a@one.example");
      });
      CHECK(stopped == (each.category == Category::DoNotContact));
    });
  }
}

TEST_CASE("a client's key keeps mail from the address in its own campaigns only") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    REQUIRE(world.set({.category_id = 4, .by = LabelledBy::Person, .client_id = 5}));
    CHECK(world.state() == LeadState::Started);
    CHECK(world.state_elsewhere() == LeadState::Blocked);
  });
}

TEST_CASE("own categories are known by the workspace, others are refused") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    CHECK(world.set(by_person(1'000)).error().offence.field == "category_id");
    written(database, [](db::Tx& tx) { return tx.run(kOwn); });
    CHECK(world.set(by_person(1'000)) == true);
    CHECK(world.state() == LeadState::Started);
    CHECK(world.set(by_person(77)).error().code == Code::Invalid);
    CHECK(world.category() == 1'000);
  });
}
