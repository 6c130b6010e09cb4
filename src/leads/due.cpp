#include "leads/due.h"

namespace outrider::leads {
namespace {

std::optional<campaigns::Schedule> schedule_of(const campaigns::Campaign& campaign) {
  if (!campaign.schedule) return std::nullopt;
  const auto zone = Zone::load(campaign.schedule->timezone);
  if (!zone) return std::nullopt;
  return campaigns::Schedule{.zone = *zone,
                             .days = campaigns::WeekDays::from_bits(campaign.schedule->days),
                             .start_minute = campaign.schedule->start_minute,
                             .end_minute = campaign.schedule->end_minute,
                             .min_gap_minutes = campaign.schedule->min_gap_minutes,
                             .new_leads_per_day_max = campaign.schedule->max_new_leads_per_day,
                             .start_at_ms = campaign.schedule->start_at_ms.value_or(0),
                             .blackout_days = {}};
}

}  // namespace

TimeMs due_in(const campaigns::Campaign& campaign, const campaigns::Step& step) {
  if (step.delay_days == 0) return step.previous_accepted_ms;
  if (const auto schedule = schedule_of(campaign))
    if (const auto due_at_ms = campaigns::due_after(*schedule, step)) return *due_at_ms;
  return step.previous_accepted_ms + step.delay_days * kDayMs;
}

}  // namespace outrider::leads
