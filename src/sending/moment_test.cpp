#include "sending/moment.h"

#include <doctest/doctest.h>

#include "core/clock.h"
#include "core/time_text.h"

using namespace outrider;
using namespace outrider::sending;

namespace {

WallTime wall(std::string_view text, int utc_offset_minutes = 0) {
  return {.local_ms = *parse_instant(text), .utc_offset_minutes = utc_offset_minutes};
}

std::string printed(const WallTime& at, std::string_view format) {
  std::string out;
  append_moment(out, at, format);
  return out;
}

}  // namespace

TEST_CASE("moment tokens print the wall clock") {
  const WallTime at = wall("2026-03-03T14:05:09Z", -330);
  struct {
    const char* format;
    const char* expected;
  } cases[] = {
      {"dddd, MMMM Do YYYY", "Tuesday, March 3rd 2026"},
      {"Do MMM", "3rd Mar"},
      {"DD/MM/YY", "03/03/26"},
      {"ddd dd d E", "Tue Tu 2 2"},
      {"h:mm A, hh a, HH:mm:ss", "2:05 PM, 02 pm, 14:05:09"},
      {"[Day] D [of] MMMM", "Day 3 of March"},
      {"Q Mo DDDD W ZZ Z", "1 3rd 062 10 -0530 -05:30"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.format);
    CHECK(printed(at, c.format) == c.expected);
  }
  CHECK(printed(wall("2026-01-11T00:00:00Z"), "Do") == "11th");
  CHECK(printed(wall("2026-01-22T00:30:00Z"), "Do h") == "22nd 12");
  CHECK(printed(wall("2027-01-01T00:00:00Z"), "W") == "53");
}

TEST_CASE("relative dates count from the wall clock") {
  const WallTime friday = wall("2026-01-30T09:00:00Z");
  struct {
    const char* phrase;
    const char* expected;
  } cases[] = {
      {"now", "2026-01-30"},
      {"tomorrow", "2026-01-31"},
      {"yesterday", "2026-01-29"},
      {"2 days from now", "2026-02-01"},
      {"in 3 weeks", "2026-02-20"},
      {"1 month from now", "2026-02-28"},
      {"1 year ago", "2025-01-30"},
      {"a week ago", "2026-01-23"},
      {"next Friday", "2026-02-06"},
      {"next monday", "2026-02-02"},
      {"3 business days from now", "2026-02-04"},
      {"2 weekdays ago", "2026-01-28"},
      {"next month", "2026-02-28"},
      {"20 hours from now", "2026-01-31"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.phrase);
    const auto date = parse_relative_date(c.phrase);
    REQUIRE(date);
    CHECK(printed(shifted(friday, *date), "YYYY-MM-DD") == c.expected);
  }
}

TEST_CASE("a date phrase that is not understood is refused") {
  for (const char* phrase :
       {"", "soon", "2 days", "days from now", "99999 days from now", "in 2 days ago", "next"}) {
    CAPTURE(phrase);
    CHECK(parse_relative_date(phrase).error().code == Code::Invalid);
  }
}

TEST_CASE("the day has a morning, an afternoon and an evening") {
  CHECK(time_of_day(wall("2026-01-30T11:59:00Z")) == "morning");
  CHECK(time_of_day(wall("2026-01-30T12:00:00Z")) == "afternoon");
  CHECK(time_of_day(wall("2026-01-30T17:00:00Z")) == "evening");
  CHECK(day_of_week(wall("1969-12-31T17:00:00Z")) == "Wednesday");
}
