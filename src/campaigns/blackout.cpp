#include "campaigns/blackout.h"

#include <algorithm>

#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::campaigns {
namespace {

constexpr std::size_t kDateCharacters = 10;  // of an ISO 8601 date

std::vector<LocalDay> in_order(std::vector<LocalDay> days) {
  std::ranges::sort(days);
  days.erase(std::ranges::unique(days).begin(), days.end());
  return days;
}

}  // namespace

std::optional<LocalDay> day_from_text(std::string_view text) {
  if (text.size() != kDateCharacters) return std::nullopt;
  const auto at_ms = parse_instant(text);
  return at_ms ? std::optional<LocalDay>(utc_day_of(*at_ms)) : std::nullopt;
}

std::string day_text(LocalDay day) {
  return instant_text(day * kDayMs).substr(0, kDateCharacters);
}

std::vector<LocalDay> blackout_days(std::string_view stored) {
  std::vector<LocalDay> days;
  for (const auto date : split(stored, ','))
    if (const auto day = day_from_text(date)) days.push_back(*day);
  return in_order(std::move(days));
}

std::string stored_dates(std::vector<LocalDay> days) {
  std::string text;
  for (const auto day : in_order(std::move(days))) text += (text.empty() ? "" : ",") + day_text(day);
  return text;
}

std::vector<LocalDay> united(std::vector<LocalDay> days, const std::vector<LocalDay>& more) {
  days.insert(days.end(), more.begin(), more.end());
  return in_order(std::move(days));
}

}  // namespace outrider::campaigns
