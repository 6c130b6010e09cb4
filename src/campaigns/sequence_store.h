// The steps of a campaign in the database.
#pragma once

#include <vector>

#include "campaigns/sequence.h"
#include "db/database.h"

namespace outrider::campaigns {

/// By seq_number, with their variants; deleted steps and variants are left out.
Result<std::vector<SequenceStep>> list_steps(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id);

/// Makes `steps` the campaign's whole sequence: a step or variant with an id is updated, one without is
/// created, those not mentioned are removed. What mail was sent of stays, hidden, for the statistics. A
/// changed text gets a new version. Returns the steps with their ids. Errors: NotFound for an id that is not
/// of this campaign.
Result<std::vector<SequenceStep>> replace_steps(db::Tx& tx,
                                                const Campaign& campaign,
                                                std::vector<SequenceStep> steps,
                                                TimeMs now_ms);

}  // namespace outrider::campaigns
