#include "sending/schedule_columns.h"

namespace outrider::sending {

std::optional<campaigns::Schedule> schedule_of(const std::optional<campaigns::SavedSchedule>& saved) {
  if (!saved) return std::nullopt;
  const auto zone = Zone::load(saved->timezone);
  if (!zone) return std::nullopt;
  return campaigns::Schedule{.zone = *zone,
                             .days = campaigns::WeekDays::from_bits(saved->days),
                             .start_minute = saved->start_minute,
                             .end_minute = saved->end_minute,
                             .min_gap_minutes = saved->min_gap_minutes,
                             .new_leads_per_day_max = saved->max_new_leads_per_day,
                             .start_at_ms = saved->start_at_ms.value_or(0),
                             .blackout_days = {}};
}

std::optional<campaigns::Schedule> schedule_of(const db::Row& row, std::size_t first) {
  const auto timezone = row.opt_string(first);
  if (!timezone) return std::nullopt;
  return schedule_of(campaigns::SavedSchedule{.timezone = *timezone,
                                              .days = static_cast<std::uint8_t>(row.int64(first + 1)),
                                              .start_minute = static_cast<int>(row.int64(first + 2)),
                                              .end_minute = static_cast<int>(row.int64(first + 3)),
                                              .min_gap_minutes = static_cast<int>(row.int64(first + 4)),
                                              .max_new_leads_per_day = static_cast<int>(row.int64(first + 5)),
                                              .start_at_ms = row.opt_int64(first + 6)});
}

Zone zone_or_utc(std::string_view name) {
  const auto zone = Zone::load(name);
  return zone ? *zone : Zone();
}

}  // namespace outrider::sending
