// Dates without mail, as they are stored: `2026-12-24,2026-12-25`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/zone.h"

namespace outrider::campaigns {

inline constexpr std::size_t kBlackoutDatesMax = 366;

/// Sorted, each once. What is no date is left out.
std::vector<LocalDay> blackout_days(std::string_view stored);
/// `days` in any order.
std::string stored_dates(std::vector<LocalDay> days);

/// `2026-12-24`; empty for anything else.
std::optional<LocalDay> day_from_text(std::string_view text);
std::string day_text(LocalDay day);

/// Both, sorted.
std::vector<LocalDay> united(std::vector<LocalDay> days, const std::vector<LocalDay>& more);

}  // namespace outrider::campaigns
