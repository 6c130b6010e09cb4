// What only SQLite does: many writes in one commit.
#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "db/group_writer.h"
#include "db/testing.h"

namespace outrider::db {
namespace {

constexpr Query kInsert{"test.insert", "INSERT INTO item (id) VALUES ($1)"};
constexpr Query kInsertChild{"test.insert_child", "INSERT INTO child (item_id) VALUES ($1)"};
constexpr Query kCount{"test.count", "SELECT COUNT(*) FROM item"};

class CommitCounter final : public Observer {
 public:
  void query_ran(std::string_view name, std::chrono::microseconds, bool) override {
    if (name == "db.commit") ++commits;
  }
  std::atomic<int> commits = 0;
};

/// A writer on an empty database, and a way to make several writes share one batch.
struct Fixture {
  std::unique_ptr<TestDatabase> place = make_test_database(Engine::Sqlite);
  std::string path = place->url().substr(sizeof("sqlite:") - 1);
  CommitCounter counter;
  GroupWriter writer{connect_sqlite(path, Access::Write).value(),
                     {.url = place->url(), .observer = &counter}};

  Fixture() {
    const auto made = writer.run([](Tx& tx) {
      return tx
          .script("test.schema",
                  "CREATE TABLE item (id BIGINT PRIMARY KEY);"
                  "CREATE TABLE child (item_id BIGINT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);")
          .has_value();
    });
    REQUIRE(made);
    counter.commits = 0;
  }

  /// Runs the bodies in one batch: a write before them holds the writer until all of them are queued.
  std::vector<Result<void>> run_together(const std::vector<GroupWriter::Body>& bodies) {
    std::vector<Result<void>> outcomes(bodies.size());
    std::atomic<bool> holding = false;
    std::jthread holder([&] {
      CHECK(writer.run([&](Tx&) {
        holding = true;
        while (writer.waiting() < bodies.size()) std::this_thread::yield();
        return true;
      }));
    });
    while (!holding) std::this_thread::yield();
    {
      std::vector<std::jthread> callers;
      for (std::size_t i = 0; i < bodies.size(); ++i) {
        callers.emplace_back([&, i] { outcomes[i] = writer.run(bodies[i]); });
      }
    }
    return outcomes;
  }

  std::int64_t items() {
    std::int64_t count = -1;
    CHECK(writer.run([&count](Tx& tx) {
      count = tx.rows(kCount).value().front().int64(0);
      return true;
    }));
    return count;
  }
};

GroupWriter::Body insert(int id) {
  return [id](Tx& tx) { return tx.run(kInsert, id).has_value(); };
}

TEST_CASE("writes that wait together share one commit") {
  Fixture f;
  const auto outcomes = f.run_together({insert(1), insert(2), insert(3), insert(4)});
  for (const auto& outcome : outcomes) CHECK(outcome);
  CHECK(f.counter.commits == 2);  // the holder's and theirs
  CHECK(f.items() == 4);
}

TEST_CASE("a write that fails in a batch undoes itself alone") {
  Fixture f;
  const auto outcomes = f.run_together({
      insert(1),
      [](Tx& tx) { return tx.run(kInsert, 2).has_value() && false; },
      [](Tx& tx) {
        static_cast<void>(tx.run(kInsert, 3));
        static_cast<void>(tx.run(kInsert, 3));
        return true;
      },
      insert(4),
  });
  CHECK(outcomes[0]);
  CHECK(outcomes[1]);  // its error stays with its caller
  REQUIRE_FALSE(outcomes[2]);
  CHECK(outcomes[2].error().code == Code::Conflict);
  CHECK(outcomes[3]);
  CHECK(f.items() == 2);
}

TEST_CASE("a batch whose commit fails fails all its writes") {
  Fixture f;
  const auto outcomes = f.run_together({
      insert(1),
      [](Tx& tx) { return tx.run(kInsertChild, 99).has_value(); },
      insert(2),
  });
  for (const auto& outcome : outcomes) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Code::Unavailable);
  }
  CHECK(f.items() == 0);
  CHECK(f.writer.run(insert(5)));
  CHECK(f.items() == 1);
}

TEST_CASE("an exception in a batch reaches its own caller only") {
  Fixture f;
  std::atomic<int> thrown = 0;
  const auto outcomes = f.run_together({
      insert(1),
      insert(2),
  });
  try {
    static_cast<void>(f.writer.run([](Tx& tx) -> bool {
      static_cast<void>(tx.run(kInsert, 3));
      throw std::runtime_error("a bug");
    }));
  } catch (const std::runtime_error&) {
    ++thrown;
  }
  CHECK(outcomes[0]);
  CHECK(outcomes[1]);
  CHECK(thrown == 1);
  CHECK(f.items() == 2);
}

}  // namespace
}  // namespace outrider::db
