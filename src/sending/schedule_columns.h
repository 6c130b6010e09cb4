// The schedule of a campaign from the columns of a query.
#pragma once

#include <optional>

#include "campaigns/campaign.h"
#include "campaigns/schedule.h"
#include "db/rows.h"

namespace outrider::sending {

/// Columns from `first` on: timezone, days, start_minute, end_minute, min_gap_minutes, max_new_leads_per_day,
/// start_at_ms, the campaign's blackout_dates and the workspace's. Nothing as campaigns::schedule_of.
std::optional<campaigns::Schedule> schedule_of(const db::Row& row, std::size_t first);

/// The named zone, UTC when it is unknown.
Zone zone_or_utc(std::string_view name);

}  // namespace outrider::sending
