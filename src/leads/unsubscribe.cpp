#include "leads/unsubscribe.h"

#include "analytics/event.h"
#include "inbox/thread.h"
#include "leads/store.h"
#include "leads/suppression.h"
#include "mail/address.h"
#include "wire/json.h"

namespace outrider::leads {
namespace {

using campaigns::LeadEvent;

constexpr db::Query kMarkLead{"leads.mark_unsubscribed", R"sql(
  UPDATE lead
     SET is_unsubscribed = 1,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

Result<> record_event(db::Tx& tx, const Membership& membership, const Cause& cause, TimeMs now_ms) {
  std::string data;
  wire::Writer(data).begin_object().member("source", cause.text).end_object();
  return analytics::record(tx,
                           {.workspace_id = membership.workspace_id,
                            .type = analytics::EventType::Unsubscribed,
                            .at_ms = now_ms,
                            .campaign_id = membership.campaign_id,
                            .campaign_lead_id = membership.id,
                            .lead_id = membership.lead_id,
                            .client_id = membership.client_id,
                            .mailbox_id = membership.mailbox_id,
                            .message_id = cause.message_id,
                            .is_first = true,
                            .data = std::move(data)});
}

/// One place of the lead. The fact is recorded once, the state may still have to change from stopped to
/// blocked.
Result<bool> mark(db::Tx& tx, const Membership& place, LeadEvent event, const Cause& cause, TimeMs now_ms) {
  TRY_AS(const bool changed, apply(tx, place, event, cause, now_ms));
  if (place.is_unsubscribed) return changed;
  TRY(inbox::thread_unsubscribed(
      tx, {.workspace_id = place.workspace_id, .campaign_lead_id = place.id}, now_ms));
  TRY(record_event(tx, place, cause, now_ms));
  return true;
}

}  // namespace

Result<bool> unsubscribe_from_campaign(db::Tx& tx,
                                       const Membership& membership,
                                       const Cause& cause,
                                       TimeMs now_ms) {
  return mark(tx, membership, LeadEvent::Unsubscribed, cause, now_ms);
}

Result<bool> unsubscribe_everywhere(
    db::Tx& tx, const Lead& lead, std::optional<std::int64_t> client_id, const Cause& cause, TimeMs now_ms) {
  TRY_AS(const auto added,
         add_suppressions(tx,
                          {.workspace_id = lead.workspace_id,
                           .client_id = client_id,
                           .source = SuppressionSource::Unsubscribe},
                          {lead.email},
                          now_ms));
  bool changed = added > 0;
  if (!client_id && !lead.is_unsubscribed) {
    TRY(tx.run(kMarkLead, lead.workspace_id, lead.id, now_ms));
    changed = true;
  }
  TRY_AS(const auto places, memberships_of_lead(tx, lead.workspace_id, lead.id));
  const auto event = client_id ? LeadEvent::Unsubscribed : LeadEvent::UnsubscribedEverywhere;
  for (const Membership& place : places) {
    if (client_id && place.client_id != client_id) continue;
    TRY_AS(const bool marked, mark(tx, place, event, cause, now_ms));
    changed = changed || marked;
  }
  return changed;
}

Result<> unsubscribe_recipient(db::Tx& tx,
                               std::int64_t workspace_id,
                               std::int64_t lead_id,
                               std::string_view address,
                               const Cause& cause,
                               TimeMs now_ms) {
  TRY(add_suppressions(tx,
                       {.workspace_id = workspace_id, .source = SuppressionSource::Unsubscribe},
                       {mail::normalise_address(address)},
                       now_ms));
  const auto lead = leads::load(tx, {.workspace_id = workspace_id}, lead_id);
  if (!lead && lead.error().code == Code::NotFound) return {};
  TRY(lead);
  TRY(unsubscribe_everywhere(tx, *lead, std::nullopt, cause, now_ms));
  return {};
}

}  // namespace outrider::leads
