#include "leads/due.h"

namespace outrider::leads {
TimeMs due_in(const campaigns::Campaign& campaign, const campaigns::Step& step) {
  if (step.delay_days == 0) return step.previous_accepted_ms;
  if (const auto schedule = campaigns::schedule_of(campaign.schedule))
    if (const auto due_at_ms = campaigns::due_after(*schedule, step)) return *due_at_ms;
  return step.previous_accepted_ms + step.delay_days * kDayMs;
}

}  // namespace outrider::leads
