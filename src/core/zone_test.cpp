#include "core/zone.h"

#include <doctest/doctest.h>

#include "core/time_text.h"

using namespace outrider;

namespace {
TimeMs at(const char* text) {
  return parse_instant(text).value();
}
Zone zone(const char* name) {
  return Zone::load(name).value();
}
}  // namespace

TEST_CASE("only names of the zone database load, legacy aliases included") {
  for (const char* name : {"Europe/Berlin", "US/Eastern", "UTC", "Etc/GMT+5", "Asia/Kathmandu", "EST5EDT"}) {
    CAPTURE(name);
    CHECK(zone(name).name() == name);
  }
  for (const char* name : {"",
                           "Mars/Olympus",
                           "europe/berlin",
                           "/etc/localtime",
                           "../zoneinfo/UTC",
                           "right/UTC",
                           "posixrules",
                           "tzdata.zi",
                           "Europe",
                           "Fixed/UTC+02:00:00",
                           "file:/etc/passwd"}) {
    CAPTURE(name);
    REQUIRE_FALSE(Zone::load(name));
    CHECK(Zone::load(name).error().code == Code::Invalid);
  }
}

TEST_CASE("the same name is the same zone") {
  CHECK(zone("Europe/Berlin") == zone("Europe/Berlin"));
  CHECK_FALSE(zone("Europe/Berlin") == zone("Europe/Paris"));
  CHECK(Zone() == zone("UTC"));
}

TEST_CASE("an instant has a local date and time") {
  const struct {
    const char* zone;
    const char* instant;
    LocalDay day;
    std::int64_t in_day_ms;
  } cases[] = {
      {"UTC", "2026-03-03T10:00:00Z", days_from_date(2026, 3, 3), 10 * kHourMs},
      {"Europe/Berlin", "2026-03-03T23:30:00Z", days_from_date(2026, 3, 4), 30 * kMinuteMs},
      {"Asia/Kathmandu", "2026-03-03T00:00:00Z", days_from_date(2026, 3, 3), 5 * kHourMs + 45 * kMinuteMs},
      {"Pacific/Honolulu", "2026-03-03T09:59:59.250Z", days_from_date(2026, 3, 2), kDayMs - 750},
      {"America/New_York", "1969-12-31T23:59:59.5Z", -1, 19 * kHourMs - 500},
  };
  for (const auto& c : cases) {
    CAPTURE(c.instant);
    const auto local = zone(c.zone).local(at(c.instant));
    CHECK(local.day == c.day);
    CHECK(local.in_day_ms == c.in_day_ms);
    CHECK(zone(c.zone).instant(local.day, local.in_day_ms) == at(c.instant));
  }
}

TEST_CASE("a skipped time is the end of the gap and a repeated one its first pass") {
  const auto berlin = zone("Europe/Berlin");
  const auto spring = days_from_date(2026, 3, 29);
  CHECK(berlin.instant(spring, 2 * kHourMs + 30 * kMinuteMs) == at("2026-03-29T01:00:00Z"));
  CHECK(berlin.instant(spring, 3 * kHourMs) == at("2026-03-29T01:00:00Z"));
  const auto autumn = days_from_date(2026, 10, 25);
  CHECK(berlin.instant(autumn, 2 * kHourMs + 30 * kMinuteMs) == at("2026-10-25T00:30:00Z"));
  CHECK(berlin.instant(autumn, 3 * kHourMs) == at("2026-10-25T02:00:00Z"));
}

TEST_CASE("midnight is the first instant of the date even where it is skipped") {
  // Chile moves its clocks from 24:00 to 01:00.
  CHECK(zone("America/Santiago").midnight(days_from_date(2026, 9, 6)) == at("2026-09-06T04:00:00Z"));
  CHECK(zone("Asia/Tokyo").midnight(days_from_date(2026, 1, 1)) == at("2025-12-31T15:00:00Z"));
}

TEST_CASE("time of day may run into the next date") {
  CHECK(zone("UTC").instant(days_from_date(2026, 1, 31), 26 * kHourMs) == at("2026-02-01T02:00:00Z"));
}

TEST_CASE("weeks begin on Sunday, before 1970 too") {
  CHECK(weekday(days_from_date(2026, 11, 22)) == 0);
  CHECK(weekday(days_from_date(2026, 11, 21)) == 6);
  CHECK(weekday(days_from_date(1969, 12, 28)) == 0);
}
