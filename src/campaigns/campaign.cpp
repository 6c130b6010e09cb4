#include "campaigns/campaign.h"

namespace outrider::campaigns {

std::optional<Schedule> schedule_of(const std::optional<SavedSchedule>& saved) {
  if (!saved) return std::nullopt;
  const auto zone = Zone::load(saved->timezone);
  if (!zone) return std::nullopt;
  return Schedule{.zone = *zone,
                  .days = WeekDays::from_bits(saved->days),
                  .start_minute = saved->start_minute,
                  .end_minute = saved->end_minute,
                  .min_gap_minutes = saved->min_gap_minutes,
                  .new_leads_per_day_max = saved->max_new_leads_per_day,
                  .start_at_ms = saved->start_at_ms.value_or(0),
                  .blackout_days = saved->blackout_days};
}

}  // namespace outrider::campaigns
