#include "campaigns/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/random.h"
#include "core/time_text.h"

using namespace outrider;
using namespace outrider::campaigns;

namespace {

constexpr std::uint64_t kSeed = 20261121;

constexpr const char* kTwelveZones[] = {"UTC",
                                        "Europe/Berlin",
                                        "Europe/Dublin",
                                        "America/New_York",
                                        "America/Santiago",
                                        "America/St_Johns",
                                        "Asia/Kathmandu",
                                        "Asia/Tokyo",
                                        "Australia/Lord_Howe",
                                        "Africa/Casablanca",
                                        "Pacific/Chatham",
                                        "Pacific/Kiritimati"};

TimeMs at(const std::string& text) {
  return parse_instant(text).value();
}

Schedule schedule(const char* zone, int start_minute, int end_minute) {
  Schedule made;
  made.zone = Zone::load(zone).value();
  made.days = WeekDays::every_day();
  made.start_minute = start_minute;
  made.end_minute = end_minute;
  return made;
}

/// The rule said in another way: by the clock on the wall. Not for the second pass of repeated times.
bool open_by_the_wall(const Schedule& made, TimeMs at_ms) {
  const auto local = made.zone.local(at_ms);
  const auto minute = static_cast<int>(local.in_day_ms / kMinuteMs);
  const bool blackout = std::ranges::find(made.blackout_days, local.day) != made.blackout_days.end();
  const bool blackout_before =
      std::ranges::find(made.blackout_days, local.day - 1) != made.blackout_days.end();
  if (at_ms < made.start_at_ms || blackout) return false;
  const bool today = made.days.has(weekday(local.day));
  const bool yesterday = made.days.has(weekday(local.day - 1)) && !blackout_before;
  if (made.start_minute < made.end_minute)
    return today && minute >= made.start_minute && minute < made.end_minute;
  return (today && minute >= made.start_minute) || (yesterday && minute < made.end_minute);
}

/// Whether the wall clock shows this time for the second time.
bool is_repeated(const Zone& zone, TimeMs at_ms) {
  const auto local = zone.local(at_ms);
  return zone.instant(local.day, local.in_day_ms) != at_ms;
}

Schedule random_schedule(Random& random) {
  auto made = schedule(kTwelveZones[random.below(std::size(kTwelveZones))],
                       static_cast<int>(random.below(96)) * 15,
                       static_cast<int>(random.below(96)) * 15);
  made.days = WeekDays::from_bits(static_cast<std::uint32_t>(1 + random.below(127)));
  const auto first_day = days_from_date(2026, 1, 1);
  for (LocalDay day = first_day; day < first_day + 400; day += 1 + static_cast<LocalDay>(random.below(60)))
    made.blackout_days.push_back(day);
  if (random.below(3) == 0) made.start_at_ms = at("2026-03-20T11:11:11Z");
  return made;
}

}  // namespace

TEST_CASE("dst_gap_start: a window that opens inside the missing hour opens at its end") {
  const auto made = schedule("Europe/Berlin", 2 * 60 + 30, 5 * 60);
  CHECK(next_open(made, at("2026-03-28T22:00:00Z")) == at("2026-03-29T01:00:00Z"));
  CHECK(made.zone.local(at("2026-03-29T01:00:00Z")).in_day_ms == 3 * kHourMs);
  CHECK(window_at_or_after(made, at("2026-03-29T01:30:00Z"))->closes_ms == at("2026-03-29T03:00:00Z"));
}

TEST_CASE("a window that lies wholly inside the missing hour waits for the next day") {
  const auto made = schedule("Europe/Berlin", 2 * 60, 3 * 60);
  CHECK(next_open(made, at("2026-03-28T22:00:00Z")) == at("2026-03-30T00:00:00Z"));
}

TEST_CASE("dst_overlap_cap_once: the doubled hour is one window on one date") {
  const auto made = schedule("Europe/Berlin", 2 * 60 + 30, 4 * 60);
  const auto window = window_at_or_after(made, at("2026-10-25T00:00:00Z"));
  REQUIRE(window);
  CHECK(window->opens_ms == at("2026-10-25T00:30:00Z"));   // the first 02:30
  CHECK(window->closes_ms == at("2026-10-25T03:00:00Z"));  // without a second opening
  CHECK(window->day == days_from_date(2026, 10, 25));
  CHECK(is_open(made, at("2026-10-25T01:10:00Z")));  // 02:10 for the second time
  CHECK(made.zone.day_of(window->opens_ms) == made.zone.day_of(window->closes_ms));
  CHECK(window_at_or_after(made, window->closes_ms)->day == window->day + 1);
}

TEST_CASE("window_crossing_midnight: it belongs to the day on which it opens") {
  auto made = schedule("America/New_York", 22 * 60, 2 * 60);
  made.days = WeekDays();
  made.days.add(5);  // Friday 2026-11-20
  CHECK(next_open(made, at("2026-11-20T12:00:00Z")) == at("2026-11-21T03:00:00Z"));
  CHECK(is_open(made, at("2026-11-21T06:59:59Z")));        // Saturday 01:59
  CHECK_FALSE(is_open(made, at("2026-11-21T07:00:00Z")));  // the end is exclusive
  CHECK_FALSE(is_open(made, at("2026-11-20T06:00:00Z")));  // Friday 01:00 would be Thursday's
  CHECK(next_open(made, at("2026-11-21T07:00:00Z")) == at("2026-11-28T03:00:00Z"));
}

TEST_CASE("equal times are 24 hours") {
  auto made = schedule("UTC", 9 * 60, 9 * 60);
  made.days = WeekDays();
  made.days.add(1);  // Monday 2026-11-23
  CHECK(next_open(made, at("2026-11-22T12:00:00Z")) == at("2026-11-23T09:00:00Z"));
  CHECK(is_open(made, at("2026-11-24T08:59:00Z")));
  CHECK_FALSE(is_open(made, at("2026-11-24T09:00:00Z")));
}

TEST_CASE("day_0_and_7_are_sunday") {
  WeekDays zero;
  zero.add(0);
  WeekDays seven;
  seven.add(7);
  CHECK(zero == seven);
  CHECK(WeekDays::from_bits(0x80) == zero);
  CHECK(zero.has(0));
  CHECK(zero.has(7));
  CHECK_FALSE(zero.has(1));
  auto made = schedule("UTC", 9 * 60, 17 * 60);
  made.days = seven;
  CHECK(next_open(made, at("2026-11-20T12:00:00Z")) == at("2026-11-22T09:00:00Z"));
}

TEST_CASE("a closed schedule says why") {
  auto made = schedule("Europe/Berlin", 9 * 60, 17 * 60);
  made.start_at_ms = at("2026-11-23T10:00:00Z");
  made.blackout_days = {days_from_date(2026, 11, 25)};
  CHECK(closed_because(made, at("2026-11-23T09:59:59Z")) == Closed::BeforeStart);
  CHECK(closed_because(made, at("2026-11-23T10:00:00Z")) == Closed::No);
  CHECK(closed_because(made, at("2026-11-24T20:00:00Z")) == Closed::OutsideWindow);
  CHECK(closed_because(made, at("2026-11-25T10:00:00Z")) == Closed::Blackout);
  CHECK(next_open(made, at("2026-11-20T10:00:00Z")) == made.start_at_ms);
  CHECK(next_open(made, at("2026-11-24T16:00:00Z")) == at("2026-11-26T08:00:00Z"));
}

TEST_CASE("a date without mail also ends the window that runs into it") {
  auto made = schedule("UTC", 22 * 60, 2 * 60);
  made.blackout_days = {days_from_date(2026, 12, 25)};
  CHECK(is_open(made, at("2026-12-24T23:59:59Z")));
  CHECK_FALSE(is_open(made, at("2026-12-25T00:30:00Z")));
  CHECK_FALSE(is_open(made, at("2026-12-26T01:00:00Z")));
  CHECK(next_open(made, at("2026-12-25T00:00:00Z")) == at("2026-12-26T22:00:00Z"));
}

TEST_CASE("a schedule without days never opens") {
  auto made = schedule("UTC", 9 * 60, 17 * 60);
  made.days = WeekDays();
  CHECK_FALSE(next_open(made, 0));
  CHECK_FALSE(due_after(made, {.delay_days = 1, .previous_accepted_ms = 0, .lead_map_id = 1}));
}

TEST_CASE("a step is due on the date, not after so many times 24 hours") {
  const auto made = schedule("Europe/Berlin", 9 * 60, 17 * 60);
  const auto late_ms = at("2026-11-23T15:50:00Z");  // 16:50
  for (int lead = 1; lead <= 200; ++lead) {
    CAPTURE(lead);
    const auto due = due_after(made, {.delay_days = 1, .previous_accepted_ms = late_ms, .lead_map_id = lead});
    REQUIRE(due);
    CHECK(*due >= at("2026-11-24T08:00:00Z"));
    CHECK(*due < at("2026-11-24T09:00:00Z"));
    CHECK(due == due_after(made, {.delay_days = 1, .previous_accepted_ms = late_ms, .lead_map_id = lead}));
  }
}

TEST_CASE("n days later by the wall clock a step of n days is due") {
  const auto made = schedule("Europe/Berlin", 9 * 60, 17 * 60);
  const auto early_ms =
      at("2026-03-27T08:00:40Z");  // 40 s after the opening, two days before the clocks change
  for (int lead = 1; lead <= 50; ++lead) {
    const auto due =
        due_after(made, {.delay_days = 3, .previous_accepted_ms = early_ms, .lead_map_id = lead});
    CHECK(*due >= at("2026-03-30T07:00:00Z"));
    CHECK(*due <= at("2026-03-30T07:00:40Z"));
  }
}

TEST_CASE("a step whose date is not allowed moves to the next allowed one") {
  auto made = schedule("UTC", 9 * 60, 9 * 60 + 4);  // a very small window
  made.days = WeekDays::from_bits(0b0111110);
  const auto due = due_after(
      made, {.delay_days = 2, .previous_accepted_ms = at("2026-11-20T09:03:00Z"), .lead_map_id = 7});
  REQUIRE(due);
  CHECK(is_open(made, *due));
  CHECK(made.zone.day_of(*due) == days_from_date(2026, 11, 23));
}

TEST_CASE("a step without delay is due at once, or at the next opening") {
  const auto made = schedule("UTC", 9 * 60, 17 * 60);
  CHECK(due_after(made,
                  {.delay_days = 0, .previous_accepted_ms = at("2026-11-20T10:00:00Z"), .lead_map_id = 7}) ==
        at("2026-11-20T10:00:00Z"));
  CHECK(due_after(made,
                  {.delay_days = 0, .previous_accepted_ms = at("2026-11-20T17:00:00Z"), .lead_map_id = 7}) ==
        at("2026-11-21T09:00:00Z"));
}

TEST_CASE("counters begin anew at midnight of the zone") {
  CHECK(next_day(schedule("America/New_York", 0, 0), at("2026-03-08T04:59:59Z")) ==
        at("2026-03-08T05:00:00Z"));
  CHECK(next_day(schedule("America/New_York", 0, 0), at("2026-03-08T05:00:00Z")) ==
        at("2026-03-09T04:00:00Z"));
}

TEST_CASE("an opening is never outside the window and never skips an open instant") {
  MESSAGE("seed ", kSeed);
  Random random(kSeed);
  for (int round = 0; round < 400; ++round) {
    const auto made = random_schedule(random);
    const auto from_ms = at("2026-01-01T00:00:00Z") + static_cast<TimeMs>(random.below(370)) * kDayMs +
                         static_cast<TimeMs>(random.below(static_cast<std::uint64_t>(kDayMs)));
    const auto open = next_open(made, from_ms);
    CAPTURE(round);
    CAPTURE(made.zone.name());
    CAPTURE(instant_text_ms(from_ms));
    REQUIRE(open);
    CAPTURE(instant_text_ms(*open));
    CHECK(*open >= from_ms);
    CHECK(is_open(made, *open));
    CHECK((is_repeated(made.zone, *open) || open_by_the_wall(made, *open)));
    for (int probe = 0; probe < 8 && *open > from_ms; ++probe) {
      const auto between_ms =
          from_ms + static_cast<TimeMs>(random.below(static_cast<std::uint64_t>(*open - from_ms)));
      CHECK_FALSE(is_open(made, between_ms));
    }
  }
}

TEST_CASE("a week over each clock change agrees with the wall clock in twelve zones") {
  for (const auto* zone : kTwelveZones) {
    for (const char* first : {"2026-03-05T00:00:00Z", "2026-03-26T00:00:00Z", "2026-10-22T00:00:00Z"}) {
      auto day_time = schedule(zone, 45, 3 * 60 + 10);
      auto night = schedule(zone, 23 * 60, 2 * 60 + 20);
      night.days = WeekDays::from_bits(0b1010101);
      for (auto t = at(first); t < at(first) + 7 * kDayMs; t += 71 * kMinuteMs) {
        if (is_repeated(day_time.zone, t)) continue;
        CAPTURE(zone);
        CAPTURE(instant_text(t));
        CHECK(is_open(day_time, t) == open_by_the_wall(day_time, t));
        CHECK(is_open(night, t) == open_by_the_wall(night, t));
      }
    }
  }
}
