// Campaigns in the database.
#pragma once

#include <vector>

#include "campaigns/campaign.h"
#include "db/database.h"

namespace outrider::campaigns {

/// What a caller may see: a client's key sees that client's campaigns only.
struct Scope {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};
};

struct NewCampaign {
  std::int64_t workspace_id = 0;
  std::int64_t user_id = 0;
  std::optional<std::int64_t> client_id;
  std::string name;
};

/// In state Drafted.
Result<Campaign> create(db::Tx& tx, const NewCampaign& campaign, TimeMs now_ms);

/// Errors: NotFound, also for a campaign out of scope.
Result<Campaign> load(db::Tx& tx, const Scope& scope, std::int64_t id);

/// For whoever changes the state: until the transaction ends nobody else does, and no mail of the campaign
/// begins to leave. Errors: NotFound, also for a campaign out of scope.
Result<Campaign> load_to_change(db::Tx& tx, const Scope& scope, std::int64_t id);

/// Newest first. `client_id` narrows further.
Result<std::vector<Campaign>> list(db::Tx& tx, const Scope& scope, std::optional<std::int64_t> client_id);

/// Those in state Active, of all workspaces, longest unserved first: what the planner looks at.
Result<std::vector<Campaign>> list_active(db::Tx& tx);

/// Tags of one campaign, or of all of the workspace when `campaign_id` is empty; by campaign.
Result<std::vector<Tag>> list_tags(db::Tx& tx,
                                   std::int64_t workspace_id,
                                   std::optional<std::int64_t> campaign_id);

Result<> store_schedule(db::Tx& tx, const Campaign& campaign, const SavedSchedule& schedule, TimeMs now_ms);

/// What a person sets beyond the contract.
struct SendingRules {
  std::vector<LocalDay> blackout_days;  // its own
  bool repeats_first_mail = false;
};
Result<SendingRules> load_rules(db::Tx& tx, const Campaign& campaign);
Result<> store_rules(db::Tx& tx, const Campaign& campaign, const SendingRules& rules, TimeMs now_ms);

/// Name, client and settings.
Result<> store_settings(db::Tx& tx, const Campaign& campaign, TimeMs now_ms);

/// Also records the change as an event. `cause` says who or what: API, BOUNCE_GUARD, LEADS_ADDED,
/// LEAD_RESUMED, ALL_LEADS_DONE.
Result<> store_state(
    db::Tx& tx, const Campaign& campaign, CampaignState to, std::string_view cause, TimeMs now_ms);

/// Removes the campaign with its steps, lead maps, sums and planned mail. Sent messages and their links stay:
/// a link in a mail works on for years (BEHAVIOUR 4.1).
Result<> remove(db::Tx& tx, const Campaign& campaign);

/// What must be there before a start.
struct Readiness {
  std::int64_t mailboxes = 0;
  std::int64_t steps = 0;
};
Result<Readiness> load_readiness(db::Tx& tx, const Campaign& campaign);

Result<bool> client_exists(db::Tx& tx, std::int64_t workspace_id, std::int64_t client_id);

}  // namespace outrider::campaigns
