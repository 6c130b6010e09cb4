// The sums once more from the events they were written with: to repair them, and to prove that they are
// right.
#pragma once

#include "db/database.h"

namespace outrider::analytics {

/// Replaces a campaign's sums by what its events add up to, as far back as events are kept. On a campaign of
/// any size this is two statements.
Result<> rebuild_rollup(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id);

}  // namespace outrider::analytics
