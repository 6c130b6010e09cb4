#include "tracking/hit_store.h"

#include "analytics/event.h"
#include "campaigns/lead_state.h"
#include "inbox/thread.h"
#include "leads/membership.h"
#include "leads/subsequence.h"
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
             AND message_link.message_id = $2),
         campaign.stop_on,
         CASE WHEN EXISTS (SELECT 1
                             FROM campaign AS subsequence
                            WHERE subsequence.workspace_id = $1
                              AND subsequence.parent_campaign_id = message.campaign_id
                              AND subsequence.parent_campaign_id IS NOT NULL) THEN 1 ELSE 0 END
    FROM message
    LEFT JOIN campaign_lead
      ON campaign_lead.workspace_id = message.workspace_id AND campaign_lead.id = message.campaign_lead_id
    LEFT JOIN campaign
      ON campaign.workspace_id = message.workspace_id AND campaign.id = message.campaign_id
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
     SET opened_at_ms = COALESCE(opened_at_ms, $3),
         open_count = open_count + $4,
         raw_open_count = raw_open_count + $5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountClick{"tracking.count_click", R"sql(
  UPDATE message
     SET clicked_at_ms = COALESCE(clicked_at_ms, $3),
         click_count = click_count + $4,
         raw_click_count = raw_click_count + $5
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kCountLink{"tracking.count_link", R"sql(
  UPDATE message_link
     SET first_click_at_ms = COALESCE(first_click_at_ms, $4),
         last_click_at_ms = COALESCE($5, last_click_at_ms),
         click_count = click_count + $6,
         raw_click_count = raw_click_count + $7
   WHERE workspace_id = $1
     AND message_id = $2
     AND link_index = $3
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
Result<> stop_lead(db::Tx& tx, const TrackedMessage& message, HitKind kind, TimeMs at_ms) {
  const auto wanted = kind == HitKind::Open ? campaigns::StopOn::Open : campaigns::StopOn::Click;
  if (message.stop_on != wanted) return {};
  TRY_AS(const auto membership, leads::load_membership(tx, message.workspace_id, message.campaign_lead_id));
  TRY(leads::apply(tx,
                   membership,
                   campaigns::LeadEvent::Replied,
                   {.text = kind == HitKind::Open ? "OPEN" : "CLICK", .message_id = message.id},
                   at_ms));
  return {};
}

/// Nearly no campaign has subsequences, so only those that do cost anything here.
Result<> enter_subsequences(db::Tx& tx,
                            const TrackedMessage& message,
                            const leads::Happening& happening,
                            TimeMs at_ms) {
  if (!message.has_subsequences) return {};
  TRY_AS(const auto membership, leads::load_membership(tx, message.workspace_id, message.campaign_lead_id));
  return leads::trigger_subsequences(tx, membership, happening, at_ms);
}

inbox::ThreadKey thread_of(const TrackedMessage& message) {
  return {.workspace_id = message.workspace_id, .campaign_lead_id = message.campaign_lead_id};
}

}  // namespace

Result<std::optional<TrackedMessage>> find_tracked(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::int64_t message_id) {
  TRY_AS(const auto row, tx.row(kFind, workspace_id, message_id));
  if (!row) return std::nullopt;
  return TrackedMessage{
      .workspace_id = workspace_id,
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
      .has_subsequences = row->flag(13),
      .stop_on = row->is_null(12) ? std::nullopt : std::optional(row->as<campaigns::StopOn>(12)),
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

void HitBatch::Totals::add(TimeMs at_ms, bool is_counted) {
  ++raw;
  if (!is_counted) return;
  ++counted;
  if (!first_ms) first_ms = at_ms;
  last_ms = at_ms;
}

Result<const TrackedMessage*> HitBatch::find(std::int64_t workspace_id, std::int64_t message_id) {
  const auto [place, is_new] = by_message_.try_emplace({workspace_id, message_id});
  auto& message = place->second.message;
  if (is_new) {
    TRY_AS(message, find_tracked(tx_, workspace_id, message_id));
  }
  return message ? &*message : nullptr;
}

Result<> HitBatch::add(std::int64_t workspace_id, std::int64_t message_id, const ClassifiedHit& hit) {
  auto& of_message = by_message_.at({workspace_id, message_id});
  auto& message = *of_message.message;
  const bool counted = is_counted(hit.hit_class);
  auto& was_seen = hit.kind == HitKind::Open ? message.is_opened : message.is_clicked;
  TRY(record_event(tx_, message, hit, counted && !was_seen));
  was_seen = was_seen || counted;
  if (hit.kind == HitKind::Open) {
    of_message.opens.add(hit.at_ms, counted);
  } else {
    of_message.clicks.add(hit.at_ms, counted);
    of_message.clicks_by_link[hit.link_index].add(hit.at_ms, counted);
  }
  return {};
}

Result<> HitBatch::store() {
  for (const auto& [key, hits] : by_message_) {
    if (hits.opens.raw > 0) TRY(store_opens(hits));
    if (hits.clicks.raw > 0) TRY(store_clicks(hits));
  }
  return {};
}

Result<> HitBatch::store_opens(const OfMessage& hits) {
  const auto& message = *hits.message;
  const auto& opens = hits.opens;
  TRY(tx_.post(kCountOpen, message.workspace_id, message.id, opens.first_ms, opens.counted, opens.raw));
  if (opens.counted == 0) return {};
  TRY(inbox::thread_opened(tx_, thread_of(message), *opens.last_ms, opens.counted));
  TRY(stop_lead(tx_, message, HitKind::Open, *opens.first_ms));
  return enter_subsequences(
      tx_, message, {.trigger = campaigns::Trigger::Opened, .message_id = message.id}, *opens.first_ms);
}

Result<> HitBatch::store_clicks(const OfMessage& hits) {
  const auto& message = *hits.message;
  const auto& clicks = hits.clicks;
  TRY(tx_.post(kCountClick, message.workspace_id, message.id, clicks.first_ms, clicks.counted, clicks.raw));
  for (const auto& [link, of_link] : hits.clicks_by_link)
    TRY(tx_.post(kCountLink,
                 message.workspace_id,
                 message.id,
                 link,
                 of_link.first_ms,
                 of_link.last_ms,
                 of_link.counted,
                 of_link.raw));
  if (clicks.counted == 0) return {};
  TRY(inbox::thread_clicked(tx_, thread_of(message), *clicks.last_ms, clicks.counted));
  TRY(stop_lead(tx_, message, HitKind::Click, *clicks.first_ms));
  if (!message.has_subsequences) return {};
  for (const auto& [link, of_link] : hits.clicks_by_link) {
    if (of_link.counted == 0) continue;
    TRY_AS(const auto found, find_destination(tx_, message.workspace_id, message.id, link));
    const std::string url = found.value_or("");
    TRY(enter_subsequences(tx_,
                           message,
                           {.trigger = campaigns::Trigger::Clicked, .url = url, .message_id = message.id},
                           *of_link.first_ms));
  }
  return {};
}

}  // namespace outrider::tracking
