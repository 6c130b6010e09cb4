#include "db/database.h"

#include <doctest/doctest.h>

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
constexpr Query kInsert{"test.insert",
                        "INSERT INTO item (name, count, share, body) VALUES ($1, $2, $3, $4) RETURNING id"};
constexpr Query kList{"test.list", "SELECT name, count, share, body FROM item ORDER BY id"};

void make_items(Database& database) {
  REQUIRE(database.write([](Tx& tx) { return tx.script("test.schema", kSchema); }));
}

TEST_CASE("values of every type come back as they were stored") {
  for_each_engine([](Database& database) {
    make_items(database);
    const auto stored = database.write([](Tx& tx) {
      return tx.run(
          kInsert, "Zoë", std::int64_t{-9007199254740993}, 0.1, Blob{std::string_view("\0\xFF'", 3)});
    });
    REQUIRE(stored);
    CHECK(*stored == 1);
    const auto rows = database.read([](Tx& tx) { return tx.rows(kList); });
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    const auto row = rows->front();
    CHECK(row.text(0) == "Zoë");
    CHECK(row.int64(1) == -9007199254740993);
    CHECK(row.number(2) == 0.1);
    CHECK(row.blob(3) == std::string_view("\0\xFF'", 3));
  });
}

}  // namespace
}  // namespace outrider::db
