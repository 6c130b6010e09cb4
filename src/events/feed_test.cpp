#include "events/feed.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <latch>
#include <set>
#include <thread>

#include "core/random.h"
#include "db/testing.h"

using namespace outrider;
using namespace outrider::events;
using analytics::Event;
using analytics::EventType;

namespace {

constexpr TimeMs kNow = 1'770'000'000'000;

Result<> add(db::Tx& tx, Event event) {
  if (event.workspace_id == 0) event.workspace_id = 1;
  if (event.at_ms == 0) event.at_ms = kNow;
  return analytics::record(tx, event);
}

/// Has its id and its transaction's number when this returns: a read waits for what was posted.
Result<> add_now(db::Tx& tx, const Event& event) {
  TRY(add(tx, event));
  TRY(newest(tx, 1));
  return {};
}

constexpr db::Query kUndecided{"events_test.undecided", R"sql(
  SELECT COUNT(*)
    FROM event
   WHERE tx_id >= /*+tx_horizon*/
)sql"};

/// Transactions of any database of the cluster hold the feed back, those of tests that run beside this one
/// too.
void wait_for_older_transactions(db::Database& database) {
  for (int i = 0; i < 100'000; ++i) {
    const auto row = database.read([](db::Tx& tx) { return tx.row(kUndecided); });
    REQUIRE(row);
    if ((*row)->int64(0) == 0) return;
    std::this_thread::yield();
  }
  FAIL("a transaction of the cluster does not end");
}

void write_beside(db::Database& database, const std::vector<Event>& events) {
  const auto written = database.write([&](db::Tx& tx) -> Result<> {
    for (const auto& event : events) TRY(add(tx, event));
    return {};
  });
  REQUIRE(written);
}

void write(db::Database& database, const std::vector<Event>& events) {
  write_beside(database, events);
  wait_for_older_transactions(database);
}

Page read(db::Database& database, const Filter& filter, Position after = {}, std::int64_t limit = 100) {
  auto page = database.read([&](db::Tx& tx) { return read_page(tx, filter, after, limit); });
  REQUIRE(page);
  return *std::move(page);
}

Position newest_of(db::Database& database) {
  const auto position = database.read([](db::Tx& tx) { return newest(tx, 1); });
  REQUIRE(position);
  return *position;
}

std::int64_t prune_before(db::Database& database, TimeMs before_ms) {
  const auto passed = database.write([&](db::Tx& tx) { return prune(tx, 1, before_ms); });
  REQUIRE(passed);
  return *passed;
}

std::vector<std::string> data_of(const Page& page) {
  std::vector<std::string> data;
  for (const auto& entry : page.entries) data.push_back(entry.data);
  return data;
}

Event numbered(int number) {
  return {.type = EventType::Sent, .data = std::to_string(number)};
}

TEST_CASE("a cursor reads back as the position it came from, and nothing else is one") {
  CHECK(parse_cursor(cursor_text({.tx_id = 77, .id = 5})) == Position{.tx_id = 77, .id = 5});
  for (const char* text : {"", "5", "-5", "5-", "a-b", "1-2-3", "-1-2", "1--2", "99999999999999999999-1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_cursor(text));
  }
}

TEST_CASE("pages follow each other without a gap and without a repetition") {
  db::for_each_migrated([](db::Database& database) {
    for (int i = 0; i < 7; ++i) write(database, {numbered(i)});

    std::vector<std::string> seen;
    Page page;
    do {
      page = read(database, {.workspace_id = 1}, page.next, 3);
      for (const auto& entry : page.entries) seen.push_back(entry.data);
    } while (page.has_more);

    CHECK(seen == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6"});
    CHECK(read(database, {.workspace_id = 1}, page.next).entries.empty());
    write(database, {numbered(7)});
    CHECK(data_of(read(database, {.workspace_id = 1}, page.next)) == std::vector<std::string>{"7"});
  });
}

TEST_CASE("a reader gets its own workspace, its own client and the types it asked for") {
  db::for_each_migrated([](db::Database& database) {
    write(database,
          {{.type = EventType::Sent, .client_id = 4, .data = "0"},
           {.type = EventType::Replied, .client_id = 4, .data = "1"},
           {.type = EventType::Sent, .data = "2"},
           {.workspace_id = 2, .type = EventType::Sent, .client_id = 4, .data = "3"}});

    CHECK(data_of(read(database, {.workspace_id = 1})) == std::vector<std::string>{"0", "1", "2"});
    CHECK(data_of(read(database, {.workspace_id = 1, .client_id = 4})) == std::vector<std::string>{"0", "1"});
    CHECK(data_of(read(database, {.workspace_id = 1, .types = {EventType::Replied}})) ==
          std::vector<std::string>{"1"});
    const auto nothing = read(database, {.workspace_id = 1, .types = {EventType::Bounced}});
    CHECK(nothing.entries.empty());
    CHECK_FALSE(nothing.has_more);
    CHECK(nothing.next == newest_of(database));
  });
}

TEST_CASE("an event whose transaction is slow holds back those with higher ids until it is decided") {
  const auto test_database = db::make_test_database(db::Engine::Postgres, db::Content::Migrated);
  const auto database = *db::Database::open({.url = test_database->url()});
  std::latch has_id{1};
  std::latch may_commit{1};
  std::thread slow([&] {
    const auto written = database->write([&](db::Tx& tx) -> Result<> {
      TRY(add_now(tx, numbered(0)));
      has_id.count_down();
      may_commit.wait();
      return {};
    });
    CHECK(written);
  });
  has_id.wait();
  write_beside(*database, {numbered(1)});

  const auto before = read(*database, {.workspace_id = 1});
  may_commit.count_down();
  slow.join();
  wait_for_older_transactions(*database);
  const auto after = read(*database, {.workspace_id = 1}, before.next);

  CHECK(before.entries.empty());
  CHECK(data_of(after) == std::vector<std::string>{"0", "1"});
}

/// Writers commit in any order; between the id and the commit each gives way to the others.
class Writers {
 public:
  static constexpr int kThreads = 4;
  static constexpr int kWritesEach = 12;

  explicit Writers(db::Database& database) : database_(database) {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  ~Writers() {
    for (auto& thread : threads_) thread.join();
  }
  bool are_done() const { return done_ == kThreads; }

 private:
  void run(int number) {
    Random random(static_cast<std::uint64_t>(number));
    for (int i = 0; i < kWritesEach; ++i) {
      const auto turns = random.below(200);
      const auto written = database_.write([&](db::Tx& tx) -> Result<> {
        TRY(add_now(tx, numbered(number * kWritesEach + i)));
        for (std::uint64_t turn = 0; turn < turns; ++turn) std::this_thread::yield();
        return {};
      });
      if (!written) failures_.fetch_add(1);
    }
    done_.fetch_add(1);
  }

  db::Database& database_;
  std::atomic<int> done_ = 0;
  std::atomic<int> failures_ = 0;
  std::vector<std::thread> threads_;
};

TEST_CASE("a reader beside many writers misses nothing and gets nothing twice") {
  db::for_each_migrated([](db::Database& database) {
    std::vector<std::string> seen;
    std::vector<Position> positions;
    {
      const Writers writers(database);
      Position at;
      for (bool is_last = false;;) {
        const auto page = read(database, {.workspace_id = 1}, at, 5);
        at = page.next;
        for (const auto& entry : page.entries) {
          seen.push_back(entry.data);
          positions.push_back(entry.position);
        }
        if (is_last && page.entries.empty()) break;
        is_last = writers.are_done();
        if (is_last) wait_for_older_transactions(database);
      }
    }
    CHECK(seen.size() == Writers::kThreads * Writers::kWritesEach);
    CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == seen.size());
    CHECK(std::ranges::is_sorted(positions));
  });
}

TEST_CASE("old events go, complaints stay, and a reader that was away too long is told") {
  db::for_each_migrated([](db::Database& database) {
    write(database,
          {{.type = EventType::Sent, .at_ms = kNow - 3 * kDayMs, .data = "0"},
           {.type = EventType::Complaint, .at_ms = kNow - 3 * kDayMs, .data = "1"},
           {.type = EventType::Sent, .at_ms = kNow - kDayMs, .data = "2"},
           {.type = EventType::Sent, .at_ms = kNow - 3 * kDayMs, .data = "3"}});
    const auto first = read(database, {.workspace_id = 1}, {}, 1);
    CHECK_FALSE(first.has_gap);

    CHECK(prune_before(database, kNow - 2 * kDayMs) == 2);

    const auto away = read(database, {.workspace_id = 1}, first.next);
    CHECK(away.has_gap);
    CHECK(data_of(away) == std::vector<std::string>{"1", "2", "3"});
    CHECK_FALSE(read(database, {.workspace_id = 1}, away.entries.front().position).has_gap);
    CHECK(prune_before(database, kNow - 2 * kDayMs) == 0);
  });
}

TEST_CASE("an emptied feed still knows its newest position") {
  db::for_each_migrated([](db::Database& database) {
    write(database, {{.type = EventType::Sent, .at_ms = kNow - kDayMs, .data = "0"}});
    const auto before = newest_of(database);
    CHECK(prune_before(database, kNow) == 1);
    CHECK(newest_of(database) == before);
  });
}

constexpr db::Query kMoveFarAhead{"events_test.move_far_ahead", R"sql(
  UPDATE event
     SET tx_id = tx_id + 1000000000
)sql"};

TEST_CASE("a restored database, whose transactions count anew, goes on where its clients were") {
  db::for_each_migrated([](db::Database& database) {
    if (database.engine() == db::Engine::Sqlite) return;
    write(database, {numbered(0)});
    write(database, {numbered(1)});
    const auto first = read(database, {.workspace_id = 1}, {}, 1);
    REQUIRE(database.write([](db::Tx& tx) { return tx.run(kMoveFarAhead); }));
    const Position cursor{.tx_id = first.next.tx_id + 1'000'000'000, .id = first.next.id};

    REQUIRE(database.write([](db::Tx& tx) { return rebase_restored(tx, 1); }));
    write(database, {numbered(2)});

    CHECK(data_of(read(database, {.workspace_id = 1}, cursor)) == std::vector<std::string>{"1", "2"});
  });
}

}  // namespace
