// Letting a lead go on that was paused or stopped (BEHAVIOUR 1.10).
#pragma once

#include <cstdint>

#include "core/clock.h"
#include "db/database.h"
#include "leads/membership.h"

namespace outrider::crm {

struct Resumed {
  std::int64_t next_step_id = 0;
  TimeMs at_ms = 0;
};

/// The lead's next step becomes due `delay_ms` from now, within the campaign's window, and a campaign that
/// was complete goes on; wake the planner after the commit. Errors: Malformed when no step is left, Invalid
/// for a lead that is blocked or has unsubscribed.
Result<Resumed> resume(
    db::Tx& tx, const leads::Membership& place, TimeMs delay_ms, const leads::Cause& cause, TimeMs now_ms);

}  // namespace outrider::crm
