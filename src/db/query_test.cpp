// Prepares every query of the program, so that a misspelled column fails here and not in front of a user.
#include <doctest/doctest.h>

#include <map>
#include <string>

#include "db/dialect.h"
#include "db/query_list.h"
#include "db/testing.h"

namespace outrider::db {
namespace {

constexpr std::size_t kNameBytesMax = 60;

std::string message_of(const Result<void>& result) {
  return result ? "" : result.error().message;
}

TEST_CASE("every query can be prepared on both engines") {
  const auto queries = all_queries();
  for_each_migrated([&queries](Database& database) {
    for (const auto& [place, query] : queries) {
      CAPTURE(place);
      const auto prepared = database.read([&query](Tx& tx) { return tx.prepare(query); });
      CHECK(message_of(prepared) == "");
    }
  });
}

TEST_CASE("every query has a name of its own, of bounded length") {
  std::map<std::string_view, std::string_view> places;
  for (const auto& [place, query] : all_queries()) {
    CAPTURE(place);
    CAPTURE(query.name);
    CHECK(query.name.size() <= kNameBytesMax);
    const auto [other, fresh] = places.emplace(query.name, place);
    CAPTURE(other->second);
    CHECK(fresh);
  }
}

TEST_CASE("every query takes the same number of values on both engines") {
  for (const auto& [place, query] : all_queries()) {
    CAPTURE(place);
    const auto sqlite = translate(query.sql, Engine::Sqlite);
    const auto postgres = translate(query.sql, Engine::Postgres);
    REQUIRE(sqlite);
    REQUIRE(postgres);
    CHECK(sqlite->parameters == postgres->parameters);
  }
}

}  // namespace
}  // namespace outrider::db
