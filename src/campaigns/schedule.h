// When a campaign may send: days and hours on the wall clock of its zone, a start and dates without mail.
// Pure: the instants come in, nothing reads a clock (BEHAVIOUR 1.1, 1.2). A window belongs to the date on
// which it opens, is continuous in UTC, and its end is the first instant at which no send may start any more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/zone.h"

namespace outrider::campaigns {

/// How far ahead an opening is looked for. Beyond it a schedule counts as having none.
inline constexpr int kOpeningDaysMax = 800;

/// Days of the week as bits; 0 and 7 are both Sunday (RULINGS 18).
class WeekDays {
 public:
  constexpr WeekDays() = default;
  /// From the stored mask: bit 0 Sunday to bit 6 Saturday; a bit 7 counts as Sunday.
  static constexpr WeekDays from_bits(std::uint32_t bits) {
    WeekDays days;
    days.bits_ = static_cast<std::uint8_t>((bits | (bits >> 7)) & 0x7F);
    return days;
  }
  static constexpr WeekDays every_day() { return from_bits(0x7F); }

  /// `day` 0 to 7.
  constexpr void add(int day) { bits_ = static_cast<std::uint8_t>(bits_ | 1U << (day % 7)); }
  /// `day` 0 to 7.
  constexpr bool has(int day) const { return (bits_ >> (day % 7) & 1U) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint8_t bits() const { return bits_; }
  constexpr bool operator==(const WeekDays&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

struct Schedule {
  Zone zone;
  WeekDays days;
  int start_minute = 0;  // of the local day
  int end_minute = 0;    // exclusive; not after start_minute = on the next date, so equal is 24 hours
  int min_gap_minutes = 0;
  int new_leads_per_day_max = 0;        // a local day of the zone; 0 and below = no new leads
  TimeMs start_at_ms = 0;               // nothing before it; 0 = at once
  std::vector<LocalDay> blackout_days;  // sorted; nothing is sent on these local dates

  bool operator==(const Schedule&) const = default;
};

/// One stretch in which sends may start: opens_ms <= t < closes_ms.
struct Window {
  LocalDay day = 0;  // the date on which it opens
  TimeMs opens_ms = 0;
  TimeMs closes_ms = 0;

  bool contains(TimeMs at_ms) const { return opens_ms <= at_ms && at_ms < closes_ms; }
};

/// The window that is open at `at_ms`, else the next one. start_at_ms cuts the first one short. Empty when
/// none opens within kOpeningDaysMax days.
std::optional<Window> window_at_or_after(const Schedule& schedule, TimeMs at_ms);

/// The first instant, not before `at_ms`, at which a send may start. Empty as above.
std::optional<TimeMs> next_open(const Schedule& schedule, TimeMs at_ms);

bool is_open(const Schedule& schedule, TimeMs at_ms);

/// Why nothing may start at a given instant.
enum class Closed : std::uint8_t { No, BeforeStart, Blackout, OutsideWindow };
Closed closed_because(const Schedule& schedule, TimeMs at_ms);

struct Step {
  int delay_days = 0;
  TimeMs previous_accepted_ms = 0;  // of the step before; of the first step: when the lead was added
  std::int64_t lead_map_id = 0;
};

/// When a step falls due: `delay_days` calendar dates after the step before, on the first allowed day from
/// there, at the opening of its window plus the lead's own offset (up to an hour and a quarter of the
/// window), but not later on the wall clock than the step before was. So leads spread out, a time of day
/// never slips from step to step, and exactly n days later the step is due. 0 days = at once. Empty when no
/// window opens.
std::optional<TimeMs> due_after(const Schedule& schedule, const Step& step);

/// The start of the campaign's next local day, when its daily counters begin anew.
TimeMs next_day(const Schedule& schedule, TimeMs at_ms);

}  // namespace outrider::campaigns
