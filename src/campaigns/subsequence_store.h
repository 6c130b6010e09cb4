// Subsequences in the database.
#pragma once

#include <string>
#include <vector>

#include "campaigns/store.h"
#include "campaigns/subsequence.h"

namespace outrider::campaigns {

struct NewSubsequence {
  std::int64_t user_id = 0;
  std::optional<std::int64_t> client_id;  // absent: the parent's
  std::string name;
  std::int64_t enter_delay_days = 0;
  bool stops_on_parent_reply = false;
  std::vector<Condition> conditions;
};

/// In state Drafted, with the schedule, the settings and the mailboxes of its parent. Errors: Invalid when a
/// condition names a category that the workspace has not.
Result<Campaign> create_subsequence(db::Tx& tx,
                                    const Campaign& parent,
                                    const NewSubsequence& input,
                                    TimeMs now_ms);

/// Those of a campaign, oldest first, with their conditions. Nearly every campaign has none: one look at an
/// index.
Result<std::vector<Subsequence>> list_subsequences(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::int64_t parent_id);

/// Errors: NotFound, also for a campaign that is no subsequence.
Result<Subsequence> load_subsequence(db::Tx& tx, const Scope& scope, std::int64_t id);

/// Subsequences of every workspace that wait for leads who do not answer, and run.
Result<std::vector<Subsequence>> list_awaiting_silence(db::Tx& tx);

}  // namespace outrider::campaigns
