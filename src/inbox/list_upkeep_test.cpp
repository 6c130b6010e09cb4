#include "inbox/list_upkeep.h"

#include <doctest/doctest.h>

#include "db/testing.h"
#include "inbox/search.h"
#include "inbox/thread.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kInsertLead{"inbox.upkeep_test_lead", R"sql(
  INSERT INTO lead (workspace_id, id, email, domain, created_at_ms, updated_at_ms)
  VALUES (1, 7, 'nora@acme.example', 'acme.example', 0, 0)
)sql"};

constexpr db::Query kInsertThread{"inbox.upkeep_test_thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, lead_domain, state, created_at_ms,
                             updated_at_ms)
  VALUES (1, 5, 1, 7, 'acme.example', 1, 0, 0)
)sql"};

constexpr db::Query kInsertMessage{"inbox.upkeep_test_message", R"sql(
  INSERT INTO message (workspace_id, id, stats_id, campaign_lead_id, mailbox_id, direction, kind, header_id,
                       from_email, to_email, subject, at_ms, created_at_ms)
  VALUES (1, $1, $2, 5, 1, 0, 0, 'x', 'a@a.example', 'b@b.example', $3, 5, 0)
)sql"};

TEST_CASE("sent mail is found once it was indexed, each mail that waits once") {
  db::for_each_migrated([](db::Database& database) {
    const auto send = [&](std::int64_t id, std::string_view subject) {
      return database.write([&](db::Tx& tx) -> Result<> {
        TRY(tx.run(kInsertMessage, id, std::to_string(id), subject));
        return thread_sent(tx, {.workspace_id = 1, .campaign_lead_id = 5}, id, 5);
      });
    };
    const auto found = [&](std::string_view typed) {
      const auto ids = database.read([&](db::Tx& tx) { return find_threads(tx, 1, typed); });
      return ids && *ids == std::vector<std::int64_t>{5};
    };
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      TRY(tx.run(kInsertLead));
      TRY(tx.run(kInsertThread));
      return {};
    }));
    REQUIRE(send(1, "Empty legs"));
    REQUIRE(send(2, "Any news?"));
    CHECK_FALSE(found("legs"));
    CHECK(database.write(index_due) == 2);
    CHECK(found("legs news nora"));
    CHECK(database.write(index_due) == 0);
    REQUIRE(send(3, "Last word"));
    CHECK(database.write(index_due) == 1);
    CHECK(found("last legs word"));
  });
}

}  // namespace
}  // namespace outrider::inbox
