#include "analytics/rollup.h"

#include "analytics/event.h"

namespace outrider::analytics {
namespace {

constexpr db::Query kClear{"analytics.clear_rollup", R"sql(
  DELETE FROM rollup
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND bucket > COALESCE((SELECT before_ms / 900000
                              FROM event_floor
                             WHERE workspace_id = $1), -1)
)sql"};

constexpr db::Query kSum{"analytics.sum_events", R"sql(
  INSERT INTO rollup (workspace_id, campaign_id, bucket, step_id, variant_id, mailbox_id, type, total, firsts)
  SELECT workspace_id, campaign_id, at_ms / 900000, COALESCE(step_id, 0), COALESCE(variant_id, 0),
         COALESCE(mailbox_id, 0), type, COUNT(*), SUM(first)
    FROM event
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND at_ms / 900000 > COALESCE((SELECT before_ms / 900000
                                      FROM event_floor
                                     WHERE workspace_id = $1), -1)
   GROUP BY workspace_id, campaign_id, at_ms / 900000, COALESCE(step_id, 0), COALESCE(variant_id, 0),
            COALESCE(mailbox_id, 0), type
)sql"};
static_assert(kBucketMs == 900'000);

}  // namespace

Result<> rebuild_rollup(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id) {
  TRY(tx.run(kClear, workspace_id, campaign_id));
  TRY(tx.run(kSum, workspace_id, campaign_id));
  return {};
}

}  // namespace outrider::analytics
