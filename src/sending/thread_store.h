// The mail of one conversation as threading needs it.
#pragma once

#include <cstdint>
#include <vector>

#include "db/database.h"
#include "sending/thread_headers.h"

namespace outrider::sending {

/// What was sent and answered in a lead map and, when it is in a subsequence, in the place it came from,
/// oldest first; without reports and automatic replies.
Result<std::vector<ThreadMessage>> load_thread(db::Tx& tx,
                                               std::int64_t workspace_id,
                                               std::int64_t campaign_lead_id);

}  // namespace outrider::sending
