#include "leads/domain_pause.h"

namespace outrider::leads {

constexpr db::Query kPausedColleagues{"leads.paused_colleagues", R"sql(
  SELECT waiting.id
    FROM campaign_lead AS place
    JOIN campaign_lead AS waiting
      ON waiting.workspace_id = place.workspace_id
     AND waiting.lead_domain = place.lead_domain
     AND COALESCE(waiting.client_id, 0) = COALESCE(place.client_id, 0)
   WHERE place.workspace_id = $1
     AND place.id = $2
     AND waiting.state = 3
     AND waiting.state_cause = 'DOMAIN_REPLY'
   ORDER BY waiting.id
   LIMIT $3
)sql"};
static_assert(static_cast<int>(campaigns::LeadState::Paused) == 3);

Result<std::int64_t> release_company(db::Tx& tx, const Membership& place, const Cause& cause, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kPausedColleagues, place.workspace_id, place.id, kReleasedAtOnceMax));
  std::int64_t released = 0;
  for (const auto& row : rows) {
    TRY_AS(const auto waiting, load_membership(tx, place.workspace_id, row.int64(0)));
    TRY_AS(const bool changed, apply(tx, waiting, campaigns::LeadEvent::Resume, cause, now_ms));
    if (changed) ++released;
  }
  return released;
}

}  // namespace outrider::leads
