// IANA time zones: local dates and wall-clock times to UTC instants and back, with the days on which clocks
// change. Rules come from the system's tzdata at run time; no offset is ever stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

namespace outrider {

/// A calendar date, as days since 1970-01-01 (days_from_date and date_from_days of time_text.h).
using LocalDay = std::int64_t;

struct LocalTime {
  LocalDay day = 0;
  std::int64_t in_day_ms = 0;  // what the clock on the wall shows, 0 to kDayMs - 1
};

/// 0 Sunday to 6 Saturday.
int weekday(LocalDay day);

/// A loaded zone: a pointer to rules that live as long as the program, so copies are free. Thread-safe.
class Zone {
 public:
  /// UTC.
  Zone();

  /// `name` as in tzdata, legacy aliases (`US/Eastern`) included; letter case matters. Errors: Invalid.
  static Result<Zone> load(std::string_view name);

  /// The name as it was given to load.
  const std::string& name() const;

  LocalTime local(TimeMs at_ms) const;
  LocalDay day_of(TimeMs at_ms) const { return local(at_ms).day; }

  /// The instant at which the wall clock shows `in_day_ms` (which may run into the following days).
  /// A time skipped by a clock change is the first instant after the gap; a repeated time is its first pass.
  TimeMs instant(LocalDay day, std::int64_t in_day_ms) const;

  /// The first instant of the date, which is not 00:00 where clocks change at midnight.
  TimeMs midnight(LocalDay day) const { return instant(day, 0); }

  bool operator==(const Zone&) const = default;

 private:
  struct Rules;
  explicit Zone(const Rules* rules) : rules_(rules) {}

  const Rules* rules_;
};

}  // namespace outrider
