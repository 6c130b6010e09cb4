#include "leads/subsequence.h"

#include "campaigns/subsequence_store.h"
#include "leads/category.h"
#include "leads/testing.h"

using namespace outrider;
using namespace outrider::leads;
using campaigns::Condition;
using campaigns::LeadState;
using campaigns::Subsequence;
using campaigns::Trigger;

namespace {

constexpr db::Query kWriteTo{"subsequence_test.write_to", R"sql(
  UPDATE campaign_lead
     SET mailbox_id = 7, state = 1, sent_count = 1, last_sent_at_ms = $2
   WHERE id = $1
)sql"};
constexpr db::Query kSetState{"subsequence_test.set_state", R"sql(
  UPDATE campaign SET state = $2 WHERE id = $1
)sql"};
constexpr db::Query kPlace{"subsequence_test.place", R"sql(
  SELECT id, state, mailbox_id, due_at_ms, state_cause
    FROM campaign_lead
   WHERE campaign_id = $1
)sql"};
constexpr db::Query kPlaceById{"subsequence_test.place_by_id", R"sql(
  SELECT state, state_cause, COALESCE(sub_sequence_id, 0)
    FROM campaign_lead
   WHERE id = $1
)sql"};
constexpr db::Query kAddCategory{"subsequence_test.add_category", R"sql(
  INSERT INTO lead_category (workspace_id, id, name, created_at_ms) VALUES (1, 2, 'Meeting Request', 0)
)sql"};
constexpr db::Query kAnswer{"subsequence_test.answer", R"sql(
  INSERT INTO message_body (workspace_id, message_id, new_text) VALUES (1, $1, $2)
)sql"};

Condition condition(Trigger trigger,
                    std::optional<std::string> text = {},
                    std::optional<std::int64_t> category_id = {}) {
  return {.trigger = trigger, .category_id = category_id, .text = std::move(text), .days = {}};
}

/// A campaign that wrote to one lead, and subsequences of it.
struct World {
  explicit World(db::Database& db) : database(db), parent(make_campaign(database)) {
    import_into(database, parent, rows_of({"a@one.example"}));
    place = list_all(database, parent).at(0).id;
    written(database, [&](db::Tx& tx) { return tx.run(kWriteTo, place, kTestNow); });
  }
  Subsequence add(std::vector<Condition> conditions, std::int64_t delay_days = 0, std::int64_t state = 1) {
    return written(database, [&](db::Tx& tx) -> Result<Subsequence> {
      TRY_AS(const auto made,
             campaigns::create_subsequence(tx,
                                           parent,
                                           {.user_id = 1,
                                            .client_id = {},
                                            .name = "S",
                                            .enter_delay_days = delay_days,
                                            .conditions = std::move(conditions)},
                                           kTestNow));
      TRY(tx.run(kSetState, made.id, state));
      return campaigns::load_subsequence(tx, {.workspace_id = kTestWorkspace}, made.id);
    });
  }
  void happens(const Happening& happening) {
    written(database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto membership, load_membership(tx, kTestWorkspace, place));
      return trigger_subsequences(tx, membership, happening, kTestNow);
    });
  }
  Result<std::optional<Entry>> push(const Subsequence& subsequence, TimeMs delay_ms = 0) {
    return database.write([&](db::Tx& tx) -> Result<std::optional<Entry>> {
      TRY_AS(const auto membership, load_membership(tx, kTestWorkspace, place));
      return enter_subsequence(tx, membership, subsequence, {.delay_ms = delay_ms}, kTestNow);
    });
  }
  std::optional<db::Row> place_in(const Subsequence& subsequence) {
    return written(database, [&](db::Tx& tx) { return tx.row(kPlace, subsequence.campaign.id); });
  }
  bool is_live_in(const Subsequence& subsequence) {
    const auto row = place_in(subsequence);
    return row && row->as<LeadState>(1) == LeadState::InProgress;
  }
  db::Row parent_row() {
    return *written(database, [&](db::Tx& tx) { return tx.row(kPlaceById, place); });
  }

  db::Database& database;
  campaigns::Campaign parent;
  std::int64_t place = 0;
};

}  // namespace

TEST_CASE("which condition wants what") {
  constexpr std::int64_t kInterested = 1;
  const Happening reply{.trigger = Trigger::Replied, .has_replied = true, .text = "send me your prices"};
  const Happening labelled{
      .trigger = Trigger::CategorySet, .category_id = kInterested, .has_replied = true, .text = "prices"};
  const Happening labelled_unasked{.trigger = Trigger::CategorySet, .category_id = kInterested};
  const Happening cleared{.trigger = Trigger::CategorySet, .has_replied = true};
  const Happening click{.trigger = Trigger::Clicked, .url = "https://shop.example/Pricing?x=1"};
  struct {
    const char* what;
    Condition condition;
    Happening happening;
    bool expected;
  } cases[] = {
      {"any answer", condition(Trigger::Replied), reply, true},
      {"an answer with the word", condition(Trigger::Replied, "PRICES"), reply, true},
      {"an answer without it", condition(Trigger::Replied, "demo"), reply, false},
      {"an answer without its category yet", condition(Trigger::Replied, {}, kInterested), reply, false},
      {"an answer with its category", condition(Trigger::Replied, {}, kInterested), labelled, true},
      {"an answer with another category", condition(Trigger::Replied, {}, 2), labelled, false},
      {"a category without an answer", condition(Trigger::Replied, {}, kInterested), labelled_unasked, false},
      {"words", condition(Trigger::ReplyContains, "Your Prices"), reply, true},
      {"other words", condition(Trigger::ReplyContains, "your price list"), reply, false},
      {"the category", condition(Trigger::CategorySet, {}, kInterested), labelled_unasked, true},
      {"any category", condition(Trigger::CategorySet), labelled, true},
      {"no category any more", condition(Trigger::CategorySet), cleared, false},
      {"another category", condition(Trigger::CategorySet, {}, 3), labelled, false},
      {"a click", condition(Trigger::Clicked), click, true},
      {"a click on the link", condition(Trigger::Clicked, "/pricing"), click, true},
      {"a click elsewhere", condition(Trigger::Clicked, "/demo"), click, false},
      {"a click is no open", condition(Trigger::Opened), click, false},
      {"an open", condition(Trigger::Opened), {.trigger = Trigger::Opened}, true},
      {"the end", condition(Trigger::SequenceCompleted), {.trigger = Trigger::SequenceCompleted}, true},
      {"silence is looked for", condition(Trigger::NoReply), {.trigger = Trigger::NoReply}, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(matches(c.condition, c.happening) == c.expected);
  }
}

TEST_CASE("whoever enters keeps the mailbox, and the place left is stopped") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto subsequence = world.add({condition(Trigger::Replied)}, 2);
    world.happens({.trigger = Trigger::Replied, .has_replied = true, .message_id = 5});

    const auto row = world.place_in(subsequence);
    REQUIRE(row);
    CHECK(row->as<LeadState>(1) == LeadState::InProgress);
    CHECK(row->int64(2) == 7);
    CHECK(row->int64(3) == kTestNow + 2 * kDayMs);
    CHECK(world.parent_row().as<LeadState>(0) == LeadState::Stopped);
    CHECK(world.parent_row().text(1) == "SUBSEQUENCE");
    CHECK(world.parent_row().int64(2) == subsequence.campaign.id);
    CHECK(reload(database, subsequence.campaign).lead_count == 1);
  });
}

TEST_CASE("the same message brings a lead in once") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto subsequence = world.add({condition(Trigger::Replied)});
    const Happening reply{.trigger = Trigger::Replied, .has_replied = true, .message_id = 5};
    world.happens(reply);
    world.happens(reply);
    CHECK(reload(database, subsequence.campaign).lead_count == 1);
    CHECK(world.push(subsequence)->has_value() == false);
  });
}

TEST_CASE("a lead is in one live subsequence: a stronger trigger replaces, a weaker one does not") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto opened = world.add({condition(Trigger::Opened)});
    const auto replied = world.add({condition(Trigger::Replied)});
    const auto clicked = world.add({condition(Trigger::Clicked)});
    world.happens({.trigger = Trigger::Opened, .message_id = 1});
    CHECK(world.is_live_in(opened));
    world.happens({.trigger = Trigger::Replied, .has_replied = true, .message_id = 2});
    CHECK_FALSE(world.is_live_in(opened));
    CHECK(world.place_in(opened)->text(4) == "SUBSEQUENCE_REPLACED");
    CHECK(world.is_live_in(replied));
    world.happens({.trigger = Trigger::Clicked, .url = "x", .message_id = 1});
    CHECK_FALSE(world.place_in(clicked));
    CHECK(world.is_live_in(replied));
    CHECK(world.parent_row().int64(2) == replied.campaign.id);
  });
}

TEST_CASE("words are looked for in the answer, without regard to case") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto subsequence = world.add({condition(Trigger::ReplyContains, "GRÖSSE")});
    written(database, [](db::Tx& tx) { return tx.run(kAnswer, 5, "Welche grösse hat es?"); });
    world.happens({.trigger = Trigger::Replied, .has_replied = true, .message_id = 4});
    CHECK_FALSE(world.place_in(subsequence));
    world.happens({.trigger = Trigger::Replied, .has_replied = true, .message_id = 5});
    CHECK(world.is_live_in(subsequence));
  });
}

TEST_CASE("nobody enters who must not be written to, or a subsequence that does not run") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto draft = world.add({condition(Trigger::Replied)}, 0, 0);
    const auto running = world.add({condition(Trigger::Opened)});
    world.happens({.trigger = Trigger::Replied, .has_replied = true, .message_id = 5});
    CHECK_FALSE(world.place_in(draft));
    written(database, [&](db::Tx& tx) {
      return set_category(
          tx, kTestWorkspace, world.place, by_rule(Category::DoNotContact), {.text = "X"}, kTestNow);
    });
    world.happens({.trigger = Trigger::Opened, .message_id = 6});
    CHECK_FALSE(world.place_in(running));
    CHECK(world.push(running).error().code == Code::Conflict);
  });
}

TEST_CASE("a category takes the lead along") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    written(database, [](db::Tx& tx) { return tx.run(kAddCategory); });
    const auto meeting = world.add({condition(Trigger::CategorySet, {}, 2)});
    const auto label = [&](std::int64_t id) {
      written(database, [&](db::Tx& tx) {
        return set_category(tx,
                            kTestWorkspace,
                            world.place,
                            {.category_id = id, .by = LabelledBy::Person},
                            {.text = "API"},
                            kTestNow);
      });
    };
    label(1);
    CHECK_FALSE(world.place_in(meeting));
    label(2);
    CHECK(world.is_live_in(meeting));
  });
}

TEST_CASE("who does not answer for long enough enters by silence") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    Condition silence{.trigger = Trigger::NoReply, .category_id = {}, .text = {}, .days = 3};
    const auto subsequence = world.add({silence});
    const auto look = [&](TimeMs now_ms) {
      return written(database, [&](db::Tx& tx) { return enter_silent_leads(tx, now_ms); });
    };
    CHECK(look(kTestNow + 3 * kDayMs - 1) == 0);
    CHECK(look(kTestNow + 3 * kDayMs) == 1);
    CHECK(world.is_live_in(subsequence));
    CHECK(look(kTestNow + 9 * kDayMs) == 0);
  });
}

TEST_CASE("a place in a subsequence knows where it came from") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto subsequence = world.add({});
    const auto entry = world.push(subsequence, kDayMs);
    REQUIRE(entry);
    REQUIRE(entry->has_value());
    CHECK((*entry)->starts_at_ms == kTestNow + kDayMs);
    const auto child_id = (*entry)->child_lead_id;
    const auto parent =
        written(database, [&](db::Tx& tx) { return parent_place(tx, kTestWorkspace, child_id); });
    CHECK(parent == world.place);
    const auto unmoved = written(
        database, [&](db::Tx& tx) { return places_unmoved_by_reply(tx, kTestWorkspace, world.place); });
    CHECK(unmoved == std::vector<std::int64_t>{child_id});
  });
}
