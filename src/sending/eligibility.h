// The earliest instant at which a mailbox may do a piece of work, all limits ANDed (BEHAVIOUR 1.5), and the
// first of them that stands in the way.
#pragma once

#include "sending/plan_state.h"

namespace outrider::sending {

/// kNever with a reason: not before something changes.
struct Verdict {
  TimeMs at_ms = kNever;
  std::optional<Reason> reason = {};
};

/// When the work itself is ready, before any limit: the head's due instant. kNever when there is none.
Verdict ready(const PlanState& state, const MailboxState& mailbox, const Lane& lane);
/// The same for one queue of a campaign's unbound new leads.
Verdict ready_fresh(const PlanState& state,
                    const MailboxState& mailbox,
                    const CampaignState& campaign,
                    std::size_t queue);

/// The earliest instant from `from_ms` on at which `lane` may send. A lower bound as long as it is later than
/// from_ms: ask again then.
Verdict earliest(
    PlanState& state, const MailboxState& mailbox, const Lane& lane, Verdict ready, TimeMs from_ms);

}  // namespace outrider::sending
