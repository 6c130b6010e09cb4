#include "analytics/event.h"

#include "core/ids.h"

namespace outrider::analytics {
namespace {

constexpr db::Query kAppend{"analytics.append_event", R"sql(
  INSERT INTO event (workspace_id, event_id, type, at_ms, campaign_id, campaign_lead_id, lead_id, client_id,
                     mailbox_id, message_id, step_id, variant_id, first, data, tx_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, /*+tx_id*/)
)sql"};

constexpr db::Query kAddToRollup{"analytics.add_to_rollup", R"sql(
  INSERT INTO rollup (workspace_id, campaign_id, bucket, step_id, variant_id, mailbox_id, type, total, firsts)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (workspace_id, campaign_id, bucket, step_id, variant_id, mailbox_id, type)
      DO UPDATE SET total = rollup.total + excluded.total, firsts = rollup.firsts + excluded.firsts
)sql"};

}  // namespace

Result<> record(db::Tx& tx, const Event& event) {
  const auto type = static_cast<std::int64_t>(event.type);
  TRY(tx.post(kAppend,
              event.workspace_id,
              uuid_v7(event.at_ms),
              type,
              event.at_ms,
              event.campaign_id,
              event.campaign_lead_id,
              event.lead_id,
              event.client_id,
              event.mailbox_id,
              event.message_id,
              event.step_id,
              event.variant_id,
              event.is_first,
              event.data));
  if (!event.campaign_id) return {};
  tx.add(kAddToRollup,
         {event.workspace_id,
          *event.campaign_id,
          event.at_ms / kBucketMs,
          event.step_id.value_or(0),
          event.variant_id.value_or(0),
          event.mailbox_id.value_or(0),
          type},
         {1, event.is_first ? 1 : 0});
  return {};
}

}  // namespace outrider::analytics
