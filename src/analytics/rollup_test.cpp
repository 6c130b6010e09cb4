#include "analytics/rollup.h"

#include <doctest/doctest.h>

#include <map>
#include <tuple>

#include "analytics/event.h"
#include "core/random.h"
#include "db/testing.h"

using namespace outrider;
using namespace outrider::analytics;

namespace {

constexpr TimeMs kNow = 1'770'000'000'000;
constexpr std::int64_t kWorkspace = 1;
constexpr std::int64_t kCampaigns = 2;

constexpr db::Query kRollup{"analytics_test.rollup", R"sql(
  SELECT bucket, step_id, variant_id, mailbox_id, type, total, firsts
    FROM rollup
   WHERE workspace_id = $1
     AND campaign_id = $2
)sql"};

using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
using Sums = std::map<Key, std::pair<std::int64_t, std::int64_t>>;

Result<Sums> load(db::Tx& tx, std::int64_t campaign_id) {
  TRY_AS(const auto rows, tx.rows(kRollup, kWorkspace, campaign_id));
  Sums sums;
  for (const auto& row : rows)
    sums[{row.int64(0), row.int64(1), row.int64(2), row.int64(3), row.int64(4)}] = {row.int64(5),
                                                                                    row.int64(6)};
  return sums;
}

std::optional<std::int64_t> maybe(Random& random, std::uint64_t ids) {
  const std::uint64_t id = random.below(ids + 1);
  return id == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(id));
}

Event random_event(Random& random) {
  return {.workspace_id = kWorkspace,
          .type = static_cast<EventType>(1 + random.below(18)),
          .at_ms = kNow + static_cast<TimeMs>(random.below(4 * kBucketMs)),
          .campaign_id = maybe(random, kCampaigns),
          .mailbox_id = maybe(random, 2),
          .step_id = maybe(random, 3),
          .variant_id = maybe(random, 2),
          .is_first = random.below(2) == 0};
}

void add_to(std::map<std::int64_t, Sums>& expected, const Event& event) {
  if (!event.campaign_id) return;
  auto& [total, firsts] = expected[*event.campaign_id][{event.at_ms / kBucketMs,
                                                        event.step_id.value_or(0),
                                                        event.variant_id.value_or(0),
                                                        event.mailbox_id.value_or(0),
                                                        static_cast<std::int64_t>(event.type)}];
  ++total;
  firsts += event.is_first ? 1 : 0;
}

}  // namespace

TEST_CASE("after any history the sums are what the events add up to, and a rebuild changes nothing") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    db::for_each_migrated([seed](db::Database& database) {
      Random random(seed);
      std::map<std::int64_t, Sums> expected;
      const auto recorded = database.write([&](db::Tx& tx) -> Result<> {
        for (int i = 0; i < 200; ++i) {
          const Event event = random_event(random);
          TRY(record(tx, event));
          add_to(expected, event);
        }
        return {};
      });
      REQUIRE(recorded);

      for (std::int64_t campaign = 1; campaign <= kCampaigns; ++campaign) {
        const auto sums = database.read([&](db::Tx& tx) { return load(tx, campaign); });
        REQUIRE(sums);
        CHECK(*sums == expected[campaign]);
        const auto rebuilt = database.write([&](db::Tx& tx) -> Result<Sums> {
          TRY(rebuild_rollup(tx, kWorkspace, campaign));
          return load(tx, campaign);
        });
        REQUIRE(rebuilt);
        CHECK(*rebuilt == *sums);
      }
    });
  }
}
