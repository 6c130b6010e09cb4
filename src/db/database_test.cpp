#include "db/database.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "db/testing.h"

namespace outrider::db {
namespace {

constexpr std::string_view kSchema = R"(
  CREATE TABLE item (
    id    /*+autoid*/,
    name  TEXT UNIQUE,
    count BIGINT,
    share DOUBLE PRECISION,
    body  /*+blob*/
    /*+key(id)*/
  );
)";
constexpr Query kInsert{"test.insert", "INSERT INTO item (name, count, share, body) VALUES ($1, $2, $3, $4)"};
constexpr Query kInsertName{"test.insert_name",
                            "INSERT INTO item (count, name) VALUES ($2, $1) RETURNING id"};
constexpr Query kList{"test.list", "SELECT name, count, share, body FROM item ORDER BY id"};
constexpr Query kCount{"test.count", "SELECT COUNT(*), SUM(count) FROM item"};
constexpr Query kAddTo{"test.add_to", "UPDATE item SET count = count + $2 WHERE id = $1"};
constexpr Query kRaiseTo{"test.raise_to", "UPDATE item SET share = $2 WHERE id = $1"};
constexpr Query kInsertId{"test.insert_id", "INSERT INTO item (id, count) VALUES ($1, $2)"};
constexpr Query kAddOne{"test.add_one", "UPDATE item SET count = count + $2 WHERE name = $1"};

enum class Mood : std::uint8_t { Calm = 1, Glad = 2 };

void for_each_with_items(const std::function<void(Database&)>& test) {
  for_each_engine([&test](Database& database) {
    REQUIRE(database.write([](Tx& tx) { return tx.script("test.schema", kSchema); }));
    test(database);
  });
}

Result<std::int64_t> insert_name(Database& database, std::string_view name, std::int64_t count = 0) {
  return database.write([&](Tx& tx) { return tx.run(kInsertName, name, count); });
}

std::int64_t count_items(Database& database) {
  const auto rows = database.read([](Tx& tx) { return tx.rows(kCount); });
  REQUIRE(rows);
  return rows->front().int64(0);
}

/// Whether `act` ends the process by an assertion; it runs in a child.
bool aborts(const std::function<void()>& act) {
  std::fflush(nullptr);  // else the child writes the buffered text again
  const auto child = fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    std::fclose(stderr);
    act();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST_CASE("values of every type come back as they were stored") {
  for_each_with_items([](Database& database) {
    const std::string_view bytes("\0\xFF'", 3);
    REQUIRE(
        database.write([&](Tx& tx) { return tx.run(kInsert, "Zoë", -9007199254740993, 0.1, Blob{bytes}); }));
    REQUIRE(database.write(
        [&](Tx& tx) { return tx.run(kInsert, "", std::numeric_limits<std::int64_t>::min(), 5.0, Blob{}); }));

    const auto rows = database.read([](Tx& tx) { return tx.rows(kList); });
    REQUIRE(rows);
    REQUIRE(rows->size() == 2);
    const auto first = rows->front();
    CHECK(first.text(0) == "Zoë");
    CHECK(first.int64(1) == -9007199254740993);
    CHECK(first.number(2) == 0.1);
    CHECK(first.blob(3) == bytes);
    const auto second = (*rows)[1];
    CHECK(second.text(0).empty());
    CHECK(second.int64(1) == std::numeric_limits<std::int64_t>::min());
    CHECK(second.number(2) == 5.0);
    CHECK(second.blob(3).empty());
  });
}

TEST_CASE("NULL is stored from nullptr or an empty optional and told apart from empty") {
  for_each_with_items([](Database& database) {
    const std::optional<std::string> no_name;
    const std::optional<std::int64_t> seven = 7;
    REQUIRE(database.write([&](Tx& tx) { return tx.run(kInsert, no_name, seven, nullptr, nullptr); }));

    const auto row = database.read([](Tx& tx) { return tx.row(kList); });
    REQUIRE(row);
    REQUIRE(*row);
    CHECK((*row)->is_null(0));
    CHECK((*row)->opt_text(0) == std::nullopt);
    CHECK((*row)->opt_int64(1) == 7);
    CHECK((*row)->opt_number(2) == std::nullopt);
    CHECK((*row)->opt_blob(3) == std::nullopt);
  });
}

TEST_CASE("booleans and enums are stored as integers") {
  for_each_with_items([](Database& database) {
    REQUIRE(database.write([](Tx& tx) { return tx.run(kInsertName, "flag", true); }));
    REQUIRE(database.write([](Tx& tx) { return tx.run(kInsertName, "mood", Mood::Glad); }));
    const auto rows = database.read([](Tx& tx) { return tx.rows(kList); });
    REQUIRE(rows);
    CHECK(rows->front().flag(1));
    CHECK((*rows)[1].as<Mood>(1) == Mood::Glad);
  });
}

TEST_CASE("rows outlive their transaction and are walked in order") {
  for_each_with_items([](Database& database) {
    for (const auto* name : {"a", "b", "c"}) REQUIRE(insert_name(database, name));
    const auto rows = database.read([](Tx& tx) { return tx.rows(kList); });
    REQUIRE(rows);
    std::string names;
    for (const auto& row : *rows) names += row.text(0);
    CHECK(names == "abc");
    constexpr Query kNone{"test.none", "SELECT id FROM item WHERE name = $1"};
    const auto none = database.read([&](Tx& tx) { return tx.row(kNone, "d"); });
    REQUIRE(none);
    CHECK_FALSE(*none);
  });
}

TEST_CASE("reading a column as what it is not throws and names the query") {
  for_each_with_items([](Database& database) {
    REQUIRE(database.write([](Tx& tx) { return tx.run(kInsert, "text", nullptr, 1.5, nullptr); }));
    const auto row = database.read([](Tx& tx) { return tx.row(kList); }).value().value();
    CHECK_THROWS_WITH_AS(
        static_cast<void>(row.int64(0)), "column 0 of test.list is not an integer", std::logic_error);
    CHECK_THROWS_WITH_AS(static_cast<void>(row.int64(1)), "column 1 of test.list is NULL", std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(row.text(2)), std::logic_error);
    CHECK_THROWS_WITH_AS(
        static_cast<void>(row.text(4)), "column 4 of test.list does not exist", std::logic_error);
  });
}

TEST_CASE("a write that returns an error or throws leaves nothing") {
  for_each_with_items([](Database& database) {
    const auto refused = database.write([](Tx& tx) -> Result<int> {
      TRY(tx.run(kInsertName, "a", 1));
      return fail(Code::NotFound, "no such campaign");
    });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::NotFound);
    CHECK(refused.error().message == "no such campaign");
    const auto thrower = [&] {
      static_cast<void>(database.write([](Tx& tx) -> Result<int> {
        TRY(tx.run(kInsertName, "b", 1));
        throw std::out_of_range("a bug");
      }));
    };
    CHECK_THROWS_WITH_AS(thrower(), "a bug", std::out_of_range);
    CHECK_THROWS_AS(
        static_cast<void>(database.read([](Tx&) -> Result<int> { throw std::out_of_range("x"); })),
        std::out_of_range);
    CHECK(count_items(database) == 0);
  });
}

TEST_CASE("a duplicate is a conflict whose message names the query and not the value") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "secret@example.com"));
    const auto again = insert_name(database, "secret@example.com");
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::Conflict);
    CHECK(again.error().message.starts_with("test.insert_name: exists already"));
    CHECK_FALSE(again.error().message.contains("secret"));
  });
}

TEST_CASE("after a failed query the transaction is lost even when the function goes on") {
  for_each_with_items([](Database& database) {
    const auto lost = database.write([](Tx& tx) -> Result<int> {
      TRY(tx.run(kInsertName, "a", 1));
      static_cast<void>(tx.run(kInsertName, "a", 2));
      const auto later = tx.run(kInsertName, "b", 3);
      CHECK_FALSE(later);
      return 1;
    });
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == Code::Conflict);
    CHECK(count_items(database) == 0);
  });
}

TEST_CASE("text that a database refuses is invalid on both engines") {
  for_each_with_items([](Database& database) {
    for (const auto& bad : {std::string("a\0b", 3), std::string("\xC3("), std::string("\xED\xA0\x80")}) {
      const auto refused = insert_name(database, bad);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Code::Invalid);
      CHECK(refused.error().message == "test.insert_name: $1 must be UTF-8 text without NUL");
    }
  });
}

TEST_CASE("a read cannot write") {
  for_each_with_items([](Database& database) {
    const auto refused = database.read([](Tx& tx) { return tx.run(kInsertName, "a", 1); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Internal);
    CHECK(count_items(database) == 0);
  });
}

TEST_CASE("a read sees one moment however often it looks") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "a"));
    const auto seen = database.read([&](Tx& tx) -> Result<std::pair<std::int64_t, std::int64_t>> {
      TRY_AS(const auto before, tx.rows(kCount));
      std::jthread([&] { CHECK(insert_name(database, "b")); }).join();
      TRY_AS(const auto after, tx.rows(kCount));
      return std::pair(before.front().int64(0), after.front().int64(0));
    });
    REQUIRE(seen);
    CHECK(seen->first == 1);
    CHECK(seen->second == 1);
    CHECK(count_items(database) == 2);
  });
}

TEST_CASE("many executions of one query count what they changed, and fail as one") {
  for_each_with_items([](Database& database) {
    std::vector<std::string> names;
    for (int i = 0; i < 1201; ++i) names.push_back("name " + std::to_string(i));
    std::vector<Args> executions;
    for (const auto& name : names) executions.push_back({name, 2});
    CHECK(database.write([&](Tx& tx) { return tx.run_many(kInsertName, executions); }).value() == 1201);
    CHECK(database.write([&](Tx& tx) { return tx.run_many(kAddOne, executions); }).value() == 1201);
    CHECK(database.write([&](Tx& tx) { return tx.run_many(kAddOne, {}); }).value() == 0);

    const std::vector<Args> clashing = {{"new", 1}, {"name 7", 1}, {"newer", 1}};
    const auto refused = database.write([&](Tx& tx) { return tx.run_many(kInsertName, clashing); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);
    const auto totals = database.read([](Tx& tx) { return tx.rows(kCount); });
    REQUIRE(totals);
    CHECK(totals->front().int64(0) == 1201);
    CHECK(totals->front().int64(1) == 4 * 1201);
  });
}

TEST_CASE("sums are gathered and written once at the end of the transaction") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "a"));
    REQUIRE(insert_name(database, "b"));
    const auto written = database.write([](Tx& tx) -> Result<std::int64_t> {
      for (int i = 0; i < 3; ++i) {
        tx.add(kAddTo, {2}, {10});
        tx.add(kAddTo, {1}, {1});
        tx.raise(kRaiseTo, {1}, i == 1 ? 7 : 3);
      }
      TRY_AS(const auto rows, tx.rows(kCount));
      return rows.front().int64(1);
    });
    CHECK(written == 0);  // not seen before the end
    const auto rows = database.read([](Tx& tx) { return tx.rows(kList); });
    REQUIRE(rows);
    CHECK((*rows)[0].int64(1) == 3);
    CHECK((*rows)[0].number(2) == 7);
    CHECK((*rows)[1].int64(1) == 30);
  });
}

TEST_CASE("a sum that cannot be written undoes its transaction, and a failed one writes none") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "a"));
    const auto twice = database.write([](Tx& tx) -> Result<std::int64_t> {
      tx.add(kAddTo, {1}, {1});
      tx.add(kInsertId, {1}, {1});
      return 0;
    });
    REQUIRE(!twice);
    CHECK(twice.error().code == Code::Conflict);
    const auto refused = database.write([](Tx& tx) -> Result<std::int64_t> {
      tx.add(kAddTo, {1}, {1});
      return fail(Code::Invalid, "no");
    });
    CHECK(!refused);
    const auto rows = database.read([](Tx& tx) { return tx.rows(kCount); });
    CHECK(rows->front().int64(1) == 0);
  });
}

TEST_CASE("transactions that add to the same rows in different orders do not lock each other out") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "a"));
    REQUIRE(insert_name(database, "b"));
    constexpr int kRounds = 50;
    const auto add_both = [&database](std::int64_t first, std::int64_t second) {
      for (int i = 0; i < kRounds; ++i) {
        CHECK(database.write([&](Tx& tx) -> Result<std::int64_t> {
          tx.add(kAddTo, {first}, {1});
          tx.add(kAddTo, {second}, {1});
          return 0;
        }));
      }
    };
    std::jthread other([&] { add_both(2, 1); });
    add_both(1, 2);
    other.join();
    const auto rows = database.read([](Tx& tx) { return tx.rows(kCount); });
    CHECK(rows->front().int64(1) == 4 * kRounds);
  });
}

TEST_CASE("writes of eight threads all arrive, with reads between them") {
  for_each_with_items([](Database& database) {
    REQUIRE(insert_name(database, "shared"));
    std::atomic<int> failures = 0;
    {
      std::vector<std::jthread> threads;
      for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&database, &failures, thread] {
          for (int i = 0; i < 10; ++i) {
            const auto own = std::to_string(thread) + "-" + std::to_string(i);
            const auto written = database.write([&own](Tx& tx) -> Result<void> {
              TRY(tx.run(kInsertName, own, 0));
              TRY(tx.run(kAddOne, "shared", 1));
              return {};
            });
            const auto read = database.read([](Tx& tx) { return tx.rows(kCount); });
            if (!written || !read) ++failures;
          }
        });
      }
    }
    CHECK(failures == 0);
    const auto totals = database.read([](Tx& tx) { return tx.rows(kCount); });
    REQUIRE(totals);
    CHECK(totals->front().int64(0) == 81);
    CHECK(totals->front().int64(1) == 80);
  });
}

TEST_CASE("a claim takes rows once") {
  constexpr Query kClaim{"test.claim", R"(
    UPDATE item
       SET count = $1
     WHERE id IN (SELECT id FROM item WHERE count < $1 ORDER BY id LIMIT $2 /*+skip_locked*/)
    RETURNING name
  )"};
  for_each_with_items([&](Database& database) {
    for (const auto* name : {"a", "b", "c"}) REQUIRE(insert_name(database, name));
    const auto claim = [&] {
      return database.write([&](Tx& tx) { return tx.rows(kClaim, 1, 2); }).value().size();
    };
    CHECK(claim() == 2);
    CHECK(claim() == 1);
    CHECK(claim() == 0);
  });
}

TEST_CASE("a transaction inside another one on the same thread is a bug that ends the program") {
  const auto nested = [](const std::string& url, bool outer_writes) {
    return aborts([&] {
      const auto database = Database::open({.url = url}).value();
      const auto inner = [&](Tx&) { return database->read([](Tx&) -> Result<int> { return 1; }); };
      static_cast<void>(outer_writes ? database->write(inner) : database->read(inner));
    });
  };
  for (const auto engine : {Engine::Sqlite, Engine::Postgres}) {
    const auto place = make_test_database(engine);
    CHECK(nested(place->url(), true));
    CHECK(nested(place->url(), false));
  }
}

TEST_CASE("a caller waits a bounded time for a connection") {
  for (const auto engine : {Engine::Sqlite, Engine::Postgres}) {
    const auto place = make_test_database(engine);
    const auto database = Database::open(
        {.url = place->url(), .readers_max = 1, .pool_max = 1, .wait_max = std::chrono::milliseconds(1)});
    REQUIRE(database);
    const auto outcome = (*database)->read([&](Tx&) -> Result<Code> {
      Code code = Code::Internal;
      std::jthread([&] {
        const auto refused = (*database)->read([](Tx&) -> Result<int> { return 1; });
        if (!refused) code = refused.error().code;
      }).join();
      return code;
    });
    CHECK(outcome.value() == Code::Unavailable);
  }
}

class Recorder final : public Observer {
 public:
  void query_ran(std::string_view name, std::chrono::microseconds, bool failed) override {
    const std::lock_guard lock(mutex_);
    ++(failed ? failed_ : ran_)[std::string(name)];
  }
  int ran(const std::string& name) { return ran_[name]; }
  int failed(const std::string& name) { return failed_[name]; }

 private:
  std::mutex mutex_;
  std::map<std::string, int> ran_;
  std::map<std::string, int> failed_;
};

TEST_CASE("the observer is told of every query, whether it failed, and of commits") {
  for (const auto engine : {Engine::Sqlite, Engine::Postgres}) {
    const auto place = make_test_database(engine);
    Recorder recorder;
    {
      const auto database = Database::open({.url = place->url(), .observer = &recorder}).value();
      REQUIRE(database->write([](Tx& tx) { return tx.script("test.schema", kSchema); }));
      REQUIRE(insert_name(*database, "a"));
      CHECK_FALSE(insert_name(*database, "a"));
    }
    CHECK(recorder.ran("test.insert_name") == 1);
    CHECK(recorder.failed("test.insert_name") == 1);
    CHECK(recorder.ran("db.commit") >= 2);
  }
}

TEST_CASE("a URL of no known kind, or one that leads nowhere, is refused") {
  CHECK(Database::open({.url = "mysql://localhost"}).error().code == Code::Invalid);
  CHECK(Database::open({.url = "sqlite:"}).error().code == Code::Invalid);
  CHECK(Database::open({.url = "sqlite:/nonexistent/folder/x.db"}).error().code == Code::Unavailable);
  CHECK(Database::open({.url = "postgresql://postgres@127.0.0.1:1/none"}).error().code == Code::Unavailable);
}

}  // namespace
}  // namespace outrider::db
