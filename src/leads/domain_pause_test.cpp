#include "leads/domain_pause.h"

#include "leads/testing.h"

namespace outrider::leads {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

constexpr db::Query kPlaces{"domain_pause_test.places", R"sql(
  SELECT id FROM campaign_lead WHERE workspace_id = 1 ORDER BY id
)sql"};

TEST_CASE("a person lets the company go on: those that its answer paused, and no others") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    import_into(database,
                campaign,
                rows_of({"a@acme.example", "b@acme.example", "c@acme.example", "d@other.example"}));
    std::vector<Membership> places;
    written(database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto rows, tx.rows(kPlaces));
      for (const auto& row : rows) {
        TRY_AS(const auto place, load_membership(tx, kTestWorkspace, row.int64(0)));
        places.push_back(place);
      }
      TRY(apply(tx, places[1], LeadEvent::DomainReplied, {.text = "DOMAIN_REPLY"}, kTestNow));
      TRY(apply(tx, places[2], LeadEvent::Pause, {.text = "API"}, kTestNow));
      TRY(apply(tx, places[3], LeadEvent::DomainReplied, {.text = "DOMAIN_REPLY"}, kTestNow));
      return {};
    });

    const auto released = written(database, [&](db::Tx& tx) {
      return release_company(tx, places[0], {.text = "API", .user_id = 1}, kTestNow + 1);
    });

    CHECK(released == 1);
    const auto state = [&](std::size_t i) {
      return written(database, [&](db::Tx& tx) { return load_membership(tx, kTestWorkspace, places[i].id); })
          .state;
    };
    CHECK(state(1) == LeadState::Started);
    CHECK(state(2) == LeadState::Paused);
    CHECK(state(3) == LeadState::Paused);
  });
}

}  // namespace
}  // namespace outrider::leads
