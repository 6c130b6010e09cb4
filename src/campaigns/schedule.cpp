#include "campaigns/schedule.h"

#include <algorithm>

#include "core/assert.h"
#include "core/random.h"

namespace outrider::campaigns {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr TimeMs kLeadOffsetMaxMs = kHourMs;
constexpr TimeMs kLeadOffsetShareOfWindow = 4;

bool is_blackout(const Schedule& schedule, LocalDay day) {
  return std::ranges::binary_search(schedule.blackout_days, day);
}

/// The window that opens on `day`; may be empty (closes_ms <= opens_ms) where a clock change swallows it.
Window window_of(const Schedule& schedule, LocalDay day) {
  const bool over_midnight = schedule.end_minute <= schedule.start_minute;
  const auto last_day = over_midnight ? day + 1 : day;
  Window window{.day = day,
                .opens_ms = schedule.zone.instant(day, schedule.start_minute * kMinuteMs),
                .closes_ms = schedule.zone.instant(last_day, schedule.end_minute * kMinuteMs)};
  if (over_midnight && is_blackout(schedule, last_day))
    window.closes_ms = std::min(window.closes_ms, schedule.zone.midnight(last_day));
  window.opens_ms = std::max(window.opens_ms, schedule.start_at_ms);
  return window;
}

bool is_allowed(const Schedule& schedule, LocalDay day) {
  return schedule.days.has(weekday(day)) && !is_blackout(schedule, day);
}

/// The first window, of those that open on `first_day` or later, that is not over at `at_ms`.
std::optional<Window> find_window(const Schedule& schedule, LocalDay first_day, TimeMs at_ms) {
  OUTRIDER_ASSERT(schedule.start_minute >= 0 && schedule.start_minute < kMinutesPerDay &&
                      schedule.end_minute >= 0 && schedule.end_minute <= kMinutesPerDay,
                  "a schedule's times are minutes of a day");
  if (schedule.days.empty()) return std::nullopt;
  for (auto day = first_day; day <= first_day + kOpeningDaysMax; ++day) {
    if (!is_allowed(schedule, day)) continue;
    const auto window = window_of(schedule, day);
    if (window.opens_ms < window.closes_ms && at_ms < window.closes_ms) return window;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Window> window_at_or_after(const Schedule& schedule, TimeMs at_ms) {
  const auto from_ms = std::max(at_ms, schedule.start_at_ms);
  return find_window(schedule, schedule.zone.day_of(from_ms) - 1, from_ms);
}

std::optional<TimeMs> next_open(const Schedule& schedule, TimeMs at_ms) {
  const auto window = window_at_or_after(schedule, at_ms);
  if (!window) return std::nullopt;
  return std::max(window->opens_ms, at_ms);
}

bool is_open(const Schedule& schedule, TimeMs at_ms) {
  return closed_because(schedule, at_ms) == Closed::No;
}

Closed closed_because(const Schedule& schedule, TimeMs at_ms) {
  if (at_ms < schedule.start_at_ms) return Closed::BeforeStart;
  const auto window = window_at_or_after(schedule, at_ms);
  if (window && window->contains(at_ms)) return Closed::No;
  return is_blackout(schedule, schedule.zone.day_of(at_ms)) ? Closed::Blackout : Closed::OutsideWindow;
}

std::optional<TimeMs> due_after(const Schedule& schedule, const Step& step) {
  OUTRIDER_ASSERT(step.delay_days >= 0, "a step cannot be due before the one in front of it");
  if (step.delay_days == 0) return next_open(schedule, step.previous_accepted_ms);

  const auto previous = schedule.zone.local(step.previous_accepted_ms);
  const auto window = find_window(
      schedule, previous.day + step.delay_days, std::max(step.previous_accepted_ms, schedule.start_at_ms));
  if (!window) return std::nullopt;

  const auto spread_ms =
      std::min(kLeadOffsetMaxMs, (window->closes_ms - window->opens_ms) / kLeadOffsetShareOfWindow);
  const double fraction = Random(mix_seed(0, static_cast<std::uint64_t>(step.lead_map_id))).unit();
  const auto own_ms = window->opens_ms + static_cast<TimeMs>(fraction * static_cast<double>(spread_ms));
  const auto same_time_ms = schedule.zone.instant(window->day, previous.in_day_ms);
  return std::max(window->opens_ms, std::min(own_ms, same_time_ms));
}

TimeMs next_day(const Schedule& schedule, TimeMs at_ms) {
  return schedule.zone.midnight(schedule.zone.day_of(at_ms) + 1);
}

}  // namespace outrider::campaigns
