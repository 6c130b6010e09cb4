// What only PostgreSQL does: connections that break, and writes that are worth another try.
#include <doctest/doctest.h>

#include "core/encoding.h"
#include "core/secrets.h"
#include "db/testing.h"

namespace outrider::db {
namespace {

constexpr Query kCount{"test.count", "SELECT COUNT(*) FROM item"};
constexpr Query kInsert{"test.insert", "INSERT INTO item (id) VALUES ($1)"};
constexpr Query kTry{"test.try", "SELECT fails_twice()"};
constexpr Query kEndOthers{"test.end_others",
                           "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                           " WHERE application_name = $1 AND pid <> pg_backend_pid()"};
constexpr Query kEndSelf{"test.end_self", "SELECT pg_terminate_backend(pg_backend_pid())"};

// The sequence keeps counting through rollbacks, so the function knows how often it was called.
constexpr std::string_view kSchema = R"(
  CREATE TABLE item (id BIGINT PRIMARY KEY);
  CREATE SEQUENCE calls;
  CREATE FUNCTION fails_twice() RETURNS BIGINT LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('calls') <= 2 THEN
      RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01';
    END IF;
    RETURN 1;
  END $$;
  CREATE FUNCTION end_self() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NULL;
  END $$;
)";

struct Fixture {
  std::unique_ptr<TestDatabase> place = make_test_database(Engine::Postgres);
  // One name for this test's connections, so that ending them spares those of other programs.
  std::string name = "test_" + hex_encode(random_bytes(8));
  std::unique_ptr<Database> database =
      Database::open({.url = place->url() + "&application_name=" + name}).value();

  Fixture() {
    REQUIRE(database->write([](Tx& tx) { return tx.script("test.schema", kSchema); }));
  }

  std::int64_t items() {
    return database->read([](Tx& tx) { return tx.rows(kCount); }).value().front().int64(0);
  }
};

TEST_CASE("a write is run again after a deadlock") {
  Fixture f;
  int runs = 0;
  const auto written = f.database->write([&runs](Tx& tx) -> Result<void> {
    ++runs;
    TRY(tx.run(kInsert, runs));
    TRY(tx.run(kTry));
    return {};
  });
  CHECK(written);
  CHECK(runs == 3);
  CHECK(f.items() == 1);
}

TEST_CASE("a write that meets deadlocks only is given up") {
  Fixture f;
  REQUIRE(f.database->write(
      [](Tx& tx) { return tx.script("test.rewind", "ALTER SEQUENCE calls MINVALUE -100 RESTART -100"); }));
  int runs = 0;
  const auto refused = f.database->write([&runs](Tx& tx) {
    ++runs;
    return tx.run(kTry);
  });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::Unavailable);
  CHECK(runs == kWriteAttemptsMax);
}

TEST_CASE("a connection that died unused is replaced without the caller noticing") {
  Fixture f;
  REQUIRE(f.items() == 0);
  const auto other = Database::open({.url = f.place->url()}).value();
  REQUIRE(other->write([&f](Tx& tx) { return tx.rows(kEndOthers, f.name); }).value().front().int64(0) == 1);
  CHECK(f.database->write([](Tx& tx) { return tx.run(kInsert, 1); }));
  CHECK(f.items() == 1);
}

TEST_CASE("a connection that dies in a transaction loses it") {
  Fixture f;
  const auto lost = f.database->write([](Tx& tx) -> Result<void> {
    TRY(tx.run(kInsert, 1));
    TRY(tx.run(kEndSelf));
    return {};
  });
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == Code::Unavailable);
  CHECK(f.items() == 0);
}

TEST_CASE("a commit whose answer is lost is unavailable and not tried again") {
  Fixture f;
  REQUIRE(f.database->write([](Tx& tx) {
    return tx.script("test.trigger",
                     "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED"
                     " FOR EACH ROW EXECUTE FUNCTION end_self()");
  }));
  int runs = 0;
  const auto unknown = f.database->write([&runs](Tx& tx) {
    ++runs;
    return tx.run(kInsert, 1);
  });
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::Unavailable);
  CHECK(unknown.error().message.contains("may or may not have happened"));
  CHECK(runs == 1);
}

TEST_CASE("a statement outlived by its table is prepared anew on another connection") {
  Fixture f;
  constexpr Query kAll{"test.all", "SELECT * FROM item"};
  const auto select = [&] { return f.database->read([&](Tx& tx) { return tx.rows(kAll); }); };
  REQUIRE(select());
  REQUIRE(f.database->write(
      [](Tx& tx) { return tx.script("test.alter", "ALTER TABLE item ADD COLUMN name TEXT"); }));
  const auto stale = select();
  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == Code::Unavailable);
  CHECK(select());
}

}  // namespace
}  // namespace outrider::db
