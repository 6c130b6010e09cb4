#include "crm/resume.h"

#include <algorithm>

#include "campaigns/sequence_store.h"
#include "campaigns/store.h"

namespace outrider::crm {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

/// A campaign whose leads had all come to an end has one again.
Result<> reopen_campaign(db::Tx& tx, const leads::Membership& place, TimeMs now_ms) {
  TRY_AS(const auto campaign, campaigns::load(tx, {.workspace_id = place.workspace_id}, place.campaign_id));
  if (campaign.state != campaigns::CampaignState::Completed) return {};
  return campaigns::store_state(tx, campaign, campaigns::CampaignState::Active, "LEAD_RESUMED", now_ms);
}

}  // namespace

Result<Resumed> resume(
    db::Tx& tx, const leads::Membership& place, TimeMs delay_ms, const leads::Cause& cause, TimeMs now_ms) {
  if (place.is_unsubscribed)
    return fail_field("email_lead_map_id", "This lead has unsubscribed and cannot be resumed");
  if (place.state == LeadState::Blocked)
    return fail_field("email_lead_map_id", "This lead is blocked and cannot be resumed");
  TRY_AS(const auto steps, campaigns::list_steps(tx, place.workspace_id, place.campaign_id));
  const auto next = std::ranges::find_if(
      steps, [&](const campaigns::SequenceStep& step) { return step.seq_number >= place.next_seq; });
  if (next == steps.end())
    return fail(Code::Malformed, "The lead is at the last sequence step and cannot be resumed");

  leads::Membership from = place;
  if (!from.before_pause)
    from.before_pause = place.last_sent_at_ms ? LeadState::InProgress : LeadState::Started;
  TRY(leads::apply(tx, from, LeadEvent::Reopened, cause, now_ms));
  TRY(reopen_campaign(tx, place, now_ms));
  const TimeMs at_ms = now_ms + delay_ms;
  TRY(leads::set_due(tx, place, at_ms));
  return Resumed{.next_step_id = next->id, .at_ms = at_ms};
}

}  // namespace outrider::crm
