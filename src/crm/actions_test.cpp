#include "crm/actions.h"

#include "crm/resume.h"
#include "leads/testing.h"

using namespace outrider;
using namespace outrider::crm;
using campaigns::LeadState;

namespace {

constexpr db::Query kStep{"crm_test.step", R"sql(
  INSERT INTO sequence_step (workspace_id, campaign_id, seq_number, created_at_ms, updated_at_ms)
  VALUES (1, $1, $2, 0, 0)
)sql"};
constexpr db::Query kSetState{"crm_test.set_state", R"sql(
  UPDATE campaign_lead SET state = $1, next_seq = $2, last_sent_at_ms = $3
)sql"};
constexpr db::Query kPlace{"crm_test.place", R"sql(
  SELECT state, due_at_ms FROM campaign_lead
)sql"};
constexpr db::Query kTag{"crm_test.tag", R"sql(
  INSERT INTO tag (workspace_id, name, color, created_at_ms) VALUES (1, $1, '#fff', 0) RETURNING id
)sql"};

constexpr TimeMs kNow = leads::kTestNow;

/// One lead in a campaign of two steps.
struct World {
  explicit World(db::Database& db) : database(db) {
    const auto campaign = leads::make_campaign(database);
    leads::import_into(database, campaign, leads::rows_of({"a@one.example"}));
    for (int number = 1; number <= 2; ++number)
      leads::written(database, [&](db::Tx& tx) { return tx.run(kStep, campaign.id, number); });
    const auto id = leads::list_all(database, campaign).at(0).id;
    place = leads::written(database, [&](db::Tx& tx) { return leads::load_membership(tx, 1, id); });
  }
  Result<Resumed> resume_from(LeadState state, int next_seq, std::optional<TimeMs> sent_ms) {
    return database.write([&](db::Tx& tx) -> Result<Resumed> {
      TRY(tx.run(kSetState, state, next_seq, sent_ms));
      TRY_AS(const auto now, leads::load_membership(tx, 1, place.id));
      return resume(tx, now, 2 * kDayMs, {.text = "API"}, kNow);
    });
  }
  db::Row row() {
    return *leads::written(database, [](db::Tx& tx) { return tx.row(kPlace); });
  }

  db::Database& database;
  leads::Membership place;
};

}  // namespace

TEST_CASE("a lead goes on where it stood") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const struct {
      LeadState from;
      std::optional<TimeMs> sent_ms;
      LeadState to;
    } cases[] = {{LeadState::Stopped, kNow - 5, LeadState::InProgress},
                 {LeadState::Stopped, std::nullopt, LeadState::Started},
                 {LeadState::Paused, kNow - 5, LeadState::InProgress},
                 {LeadState::Completed, kNow - 5, LeadState::InProgress},
                 {LeadState::InProgress, kNow - 5, LeadState::InProgress}};
    for (const auto& each : cases) {
      const auto resumed = world.resume_from(each.from, 2, each.sent_ms);
      REQUIRE(resumed);
      CHECK(resumed->at_ms == kNow + 2 * kDayMs);
      CHECK(world.row().as<LeadState>(0) == each.to);
      CHECK(world.row().int64(1) == resumed->at_ms);
    }
    CHECK(world.resume_from(LeadState::Stopped, 3, kNow).error().code == Code::Malformed);
    CHECK(world.resume_from(LeadState::Blocked, 2, kNow).error().code == Code::Invalid);
  });
}

TEST_CASE("a conversation is found by its lead map or by campaign and lead, within the caller's scope") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto find = [&](const http::Principal& caller, const Named& named) -> std::int64_t {
      const auto found = database.write([&](db::Tx& tx) { return find_conversation(tx, caller, named); });
      return found ? found->id : -static_cast<std::int64_t>(found.error().code);
    };
    constexpr auto kUnknown = -static_cast<std::int64_t>(Code::NotFound);
    constexpr auto kUnnamed = -static_cast<std::int64_t>(Code::Invalid);
    const http::Principal owner{.workspace_id = 1};
    const auto id = world.place.id;
    const auto campaign = world.place.campaign_id;
    const auto lead = world.place.lead_id;
    CHECK(find(owner, {id, {}, {}}) == id);
    CHECK(find(owner, {id, campaign, {}}) == id);
    CHECK(find(owner, {{}, campaign, lead}) == id);
    CHECK(find(owner, {id, campaign + 1, {}}) == kUnknown);
    CHECK(find(owner, {id + 1, {}, {}}) == kUnknown);
    CHECK(find(owner, {{}, campaign, {}}) == kUnnamed);
    CHECK(find({.workspace_id = 2}, {id, {}, {}}) == kUnknown);
    CHECK(find({.workspace_id = 1, .client_id = 3}, {id, {}, {}}) == kUnknown);
  });
}

TEST_CASE("a lead has a tag once") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto lead = world.place.lead_id;
    const auto tag = leads::written(database, [](db::Tx& tx) { return tx.row(kTag, "vip"); })->int64(0);
    const auto add = [&](std::vector<std::int64_t> ids) {
      return database.write([&](db::Tx& tx) { return add_tags(tx, 1, lead, ids, kNow); });
    };
    CHECK(add({tag, tag}) == 1);
    CHECK(add({tag}) == 0);
    CHECK(add({tag + 1}).error().code == Code::NotFound);
    const auto tags = leads::written(database, [&](db::Tx& tx) { return list_tags(tx, 1, lead); });
    REQUIRE(tags.size() == 1);
    REQUIRE(tags[0].tag_mapping_id);
    leads::written(database, [&](db::Tx& tx) { return remove_tag_mapping(tx, 1, *tags[0].tag_mapping_id); });
    CHECK(leads::written(database, [&](db::Tx& tx) { return list_tags(tx, 1, lead); }).empty());
    CHECK(leads::written(database, [&](db::Tx& tx) { return list_tags(tx, 1, {}); }).size() == 1);
  });
}

TEST_CASE("domains as people write them") {
  CHECK(domain_of_input(" @WWW.Portside.Example ") == "portside.example");
  for (const char* bad : {"", "a@portside.example", "localhost", "two words.example"}) {
    CAPTURE(bad);
    CHECK_FALSE(domain_of_input(bad));
  }
}
