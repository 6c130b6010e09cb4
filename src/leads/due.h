// When a lead's next step falls due.
#pragma once

#include "campaigns/campaign.h"
#include "campaigns/schedule.h"

namespace outrider::leads {

/// campaigns::due_after in the campaign's saved schedule. Without one, or where no window opens, whole days
/// of 24 hours: nothing is sent before a schedule is saved anyway.
TimeMs due_in(const campaigns::Campaign& campaign, const campaigns::Step& step);

}  // namespace outrider::leads
