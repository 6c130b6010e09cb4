#include "sending/gap.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace outrider;
using namespace outrider::sending;

TEST_CASE("the base of a gap is the largest of campaign, mailbox and floor") {
  const struct {
    GapSettings settings;
    TimeMs expected_ms;
  } cases[] = {
      {{.campaign_minutes = 12, .mailbox_minutes = 5, .floor_ms = kMinuteMs}, 12 * kMinuteMs},
      {{.campaign_minutes = 2, .mailbox_minutes = 5, .floor_ms = kMinuteMs}, 5 * kMinuteMs},
      {{.campaign_minutes = 0, .mailbox_minutes = 0, .floor_ms = kMinuteMs}, kMinuteMs},
      {{.campaign_minutes = 0, .mailbox_minutes = 0, .floor_ms = 0}, 0},
  };
  for (const auto& c : cases) CHECK(base_gap_ms(c.settings) == c.expected_ms);
}

TEST_CASE("a gap is its base, up to half as much again, and 5 to 55 seconds") {
  TimeMs shortest_ms = kDayMs;
  TimeMs longest_ms = 0;
  for (TimeMs last = 1; last <= 2000; ++last) {
    const auto gap = gap_ms(10 * kMinuteMs, 7, last * 600'001);
    shortest_ms = std::min(shortest_ms, gap);
    longest_ms = std::max(longest_ms, gap);
  }
  CHECK(shortest_ms >= 10 * kMinuteMs + 5 * kSecondMs);
  CHECK(longest_ms < 15 * kMinuteMs + 55 * kSecondMs);
  CHECK(shortest_ms < 10 * kMinuteMs + 30 * kSecondMs);
  CHECK(longest_ms > 15 * kMinuteMs);
}

TEST_CASE("a gap is drawn once: a second look gives the same, another mailbox or mail another") {
  CHECK(gap_ms(kMinuteMs, 7, 1'000) == gap_ms(kMinuteMs, 7, 1'000));
  CHECK(gap_ms(kMinuteMs, 7, 1'000) != gap_ms(kMinuteMs, 8, 1'000));
  CHECK(gap_ms(kMinuteMs, 7, 1'000) != gap_ms(kMinuteMs, 7, 2'000));
}

TEST_CASE("without a base there is no gap at all") {
  CHECK(gap_ms(0, 7, 1'000) == 0);
}

TEST_CASE("a day begins within 25 minutes of its opening, and within a quarter of a short window") {
  for (LocalDay day = 20'000; day < 20'300; ++day) {
    CHECK(first_send_offset_ms(1, day, 8 * kHourMs) < 25 * kMinuteMs);
    CHECK(first_send_offset_ms(1, day, 4 * kMinuteMs) < kMinuteMs);
  }
  CHECK(first_send_offset_ms(1, 20'000, kDayMs) != first_send_offset_ms(1, 20'001, kDayMs));
  CHECK(first_send_offset_ms(1, 20'000, kDayMs) != first_send_offset_ms(2, 20'000, kDayMs));
}

TEST_CASE("nothing starts on the dot of a minute") {
  const TimeMs minute_ms = 29'000'000 * kMinuteMs;
  const auto moved_ms = off_the_minute(minute_ms, 3);
  CHECK(moved_ms >= minute_ms + kSecondMs);
  CHECK(moved_ms < minute_ms + 5 * kSecondMs);
  CHECK(off_the_minute(minute_ms + 999, 3) == moved_ms);
  CHECK(off_the_minute(moved_ms, 3) == moved_ms);
  CHECK(off_the_minute(minute_ms + 30 * kSecondMs, 3) == minute_ms + 30 * kSecondMs);
}
