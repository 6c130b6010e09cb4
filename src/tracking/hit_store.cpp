#include "tracking/hit_store.h"

#include "analytics/event.h"
#include "campaigns/campaign.h"
#include "campaigns/lead_state.h"
#include "inbox/thread.h"
#include "leads/membership.h"
#include "wire/json.h"

namespace outrider::tracking {
namespace {

constexpr db::Query kFind{"tracking.find_message", R"sql(
  SELECT message.campaign_lead_id, message.campaign_id, message.lead_id, campaign_lead.client_id,
         message.mailbox_id, message.step_id, message.variant_id, message.at_ms, message.opened_at_ms,
         message.clicked_at_ms, message.to_email,
         (SELECT COUNT(*)
            FROM message_link
           WHERE message_link.workspace_id = $1
             AND message_link.message_id = $2)
    FROM message
    LEFT JOIN campaign_lead
      ON campaign_lead.workspace_id = message.workspace_id AND campaign_lead.id = message.campaign_lead_id
   WHERE message.workspace_id = $1
     AND message.id = $2
     AND message.campaign_lead_id IS NOT NULL
)sql"};

constexpr db::Query kDestination{"tracking.destination", R"sql(
  SELECT url
    FROM message_link
   WHERE workspace_id = $1
     AND message_id = $2
     AND link_index = $3
)sql"};

constexpr db::Query kCountOpen{"tracking.count_open", R"sql(
  UPDATE message
     SET opened_at_ms = CASE WHEN $4 = 1 THEN COALESCE(opened_at_ms, $3) ELSE opened_at_ms END,
         open_count = open_count + $4,
         raw_open_count = raw_open_count + 1
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountClick{"tracking.count_click", R"sql(
  UPDATE message
     SET clicked_at_ms = CASE WHEN $4 = 1 THEN COALESCE(clicked_at_ms, $3) ELSE clicked_at_ms END,
         click_count = click_count + $4,
         raw_click_count = raw_click_count + 1
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountLink{"tracking.count_link", R"sql(
  UPDATE message_link
     SET first_click_at_ms = CASE WHEN $5 = 1 THEN COALESCE(first_click_at_ms, $4) ELSE first_click_at_ms END,
         last_click_at_ms = CASE WHEN $5 = 1 THEN $4 ELSE last_click_at_ms END,
         click_count = click_count + $5,
         raw_click_count = raw_click_count + 1
   WHERE workspace_id = $1
     AND message_id = $2
     AND link_index = $3
)sql"};

constexpr db::Query kStopOn{"tracking.stop_on", R"sql(
  SELECT stop_on
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
)sql"};

using analytics::EventType;

EventType event_type(HitKind kind, bool counted) {
  if (kind == HitKind::Open) return counted ? EventType::Opened : EventType::MachineOpened;
  return counted ? EventType::Clicked : EventType::MachineClicked;
}

Result<> record_event(db::Tx& tx, const TrackedMessage& message, const ClassifiedHit& hit, bool is_first) {
  std::string data = "{}";
  if (hit.kind == HitKind::Click) {
    data.clear();
    wire::Writer(data).begin_object().member("link", hit.link_index).end_object();
  }
  return analytics::record(tx,
                           {.workspace_id = message.workspace_id,
                            .type = event_type(hit.kind, is_counted(hit.hit_class)),
                            .at_ms = hit.at_ms,
                            .campaign_id = message.campaign_id,
                            .campaign_lead_id = message.campaign_lead_id,
                            .lead_id = message.lead_id,
                            .client_id = message.client_id,
                            .mailbox_id = message.mailbox_id,
                            .message_id = message.id,
                            .step_id = message.step_id,
                            .variant_id = message.variant_id,
                            .is_first = is_first,
                            .data = std::move(data)});
}

/// Only the hits of people stop a lead: with raw opens Apple's prefetch would stop nearly every iPhone user.
Result<> stop_lead(db::Tx& tx, const TrackedMessage& message, const ClassifiedHit& hit) {
  TRY_AS(const auto row, tx.row(kStopOn, message.workspace_id, message.campaign_id));
  if (!row) return {};
  const auto stop_on = static_cast<campaigns::StopOn>(row->int64(0));
  const auto wanted = hit.kind == HitKind::Open ? campaigns::StopOn::Open : campaigns::StopOn::Click;
  if (stop_on != wanted) return {};
  TRY_AS(const auto membership, leads::load_membership(tx, message.workspace_id, message.campaign_lead_id));
  TRY(leads::apply(tx,
                   membership,
                   campaigns::LeadEvent::Replied,
                   {.text = hit.kind == HitKind::Open ? "OPEN" : "CLICK", .message_id = message.id},
                   hit.at_ms));
  return {};
}

Result<> update_thread(db::Tx& tx, const TrackedMessage& message, const ClassifiedHit& hit) {
  const inbox::ThreadKey key{.workspace_id = message.workspace_id,
                             .campaign_lead_id = message.campaign_lead_id};
  if (hit.kind == HitKind::Open) return inbox::thread_opened(tx, key, hit.at_ms);
  return inbox::thread_clicked(tx, key, hit.at_ms);
}

}  // namespace

Result<std::optional<TrackedMessage>> find_tracked(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::int64_t message_id) {
  TRY_AS(const auto row, tx.row(kFind, workspace_id, message_id));
  if (!row) return std::nullopt;
  return TrackedMessage{.workspace_id = workspace_id,
                        .id = message_id,
                        .campaign_lead_id = row->int64(0),
                        .campaign_id = row->int64(1),
                        .lead_id = row->int64(2),
                        .client_id = row->opt_int64(3),
                        .mailbox_id = row->int64(4),
                        .step_id = row->opt_int64(5),
                        .variant_id = row->opt_int64(6),
                        .accepted_at_ms = row->opt_int64(7).value_or(0),
                        .is_opened = !row->is_null(8),
                        .is_clicked = !row->is_null(9),
                        .links = row->int64(11),
                        .recipient = std::string(row->text(10))};
}

Result<std::optional<std::string>> find_destination(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::int64_t message_id,
                                                    std::int64_t link_index) {
  TRY_AS(const auto row, tx.row(kDestination, workspace_id, message_id, link_index));
  if (!row) return std::nullopt;
  return std::string(row->text(0));
}

Result<> store_hit(db::Tx& tx, const TrackedMessage& message, const ClassifiedHit& hit) {
  const bool counted = is_counted(hit.hit_class);
  const std::int64_t count = counted ? 1 : 0;
  const auto& query = hit.kind == HitKind::Open ? kCountOpen : kCountClick;
  TRY(tx.run(query, message.workspace_id, message.id, hit.at_ms, count));
  if (hit.kind == HitKind::Click)
    TRY(tx.run(kCountLink, message.workspace_id, message.id, hit.link_index, hit.at_ms, count));
  const bool is_first = counted && !(hit.kind == HitKind::Open ? message.is_opened : message.is_clicked);
  TRY(record_event(tx, message, hit, is_first));
  if (!counted) return {};
  TRY(update_thread(tx, message, hit));
  return stop_lead(tx, message, hit);
}

}  // namespace outrider::tracking
