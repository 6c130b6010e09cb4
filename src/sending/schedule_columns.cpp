#include "sending/schedule_columns.h"

#include "campaigns/blackout.h"

namespace outrider::sending {

std::optional<campaigns::Schedule> schedule_of(const db::Row& row, std::size_t first) {
  const auto timezone = row.opt_string(first);
  if (!timezone) return std::nullopt;
  const auto own = campaigns::blackout_days(row.text(first + 7));
  return campaigns::schedule_of(campaigns::SavedSchedule{
      .timezone = *timezone,
      .days = static_cast<std::uint8_t>(row.int64(first + 1)),
      .start_minute = static_cast<int>(row.int64(first + 2)),
      .end_minute = static_cast<int>(row.int64(first + 3)),
      .min_gap_minutes = static_cast<int>(row.int64(first + 4)),
      .max_new_leads_per_day = static_cast<int>(row.int64(first + 5)),
      .start_at_ms = row.opt_int64(first + 6),
      .blackout_days = campaigns::united(own, campaigns::blackout_days(row.text(first + 8)))});
}

Zone zone_or_utc(std::string_view name) {
  const auto zone = Zone::load(name);
  return zone ? *zone : Zone();
}

}  // namespace outrider::sending
