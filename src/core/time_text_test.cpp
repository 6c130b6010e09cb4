#include "core/time_text.h"

#include <doctest/doctest.h>

using namespace outrider;

TEST_CASE("instants are read in every form clients send") {
  struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"2026-03-03T10:00:00Z", "2026-03-03T10:00:00.000Z"},
      {"2026-03-03T10:00:00.123456Z", "2026-03-03T10:00:00.123Z"},
      {"2026-03-03T10:00:00+02:00", "2026-03-03T08:00:00.000Z"},
      {"2026-03-03T10:00:00-0530", "2026-03-03T15:30:00.000Z"},
      {"2026-03-03 10:00", "2026-03-03T10:00:00.000Z"},
      {"2024-02-29", "2024-02-29T00:00:00.000Z"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto at_ms = parse_instant(c.text);
    REQUIRE(at_ms);
    CHECK(instant_text_ms(*at_ms) == c.expected);
  }
}

TEST_CASE("what is no instant is refused") {
  for (const char* text : {"",
                           "yesterday",
                           "2026-13-01",
                           "2026-02-30",
                           "2026-03-03T25:00:00Z",
                           "2026-03-03T10:00:00.Z",
                           "2026-03-03T10:00:00Zx",
                           "20260303"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
}

TEST_CASE("an offset is told from the dashes of a date") {
  CHECK(has_offset("2026-03-03T10:00:00Z"));
  CHECK(has_offset("2026-03-03T10:00:00-05:00"));
  CHECK_FALSE(has_offset("2026-03-03T10:00:00"));
  CHECK_FALSE(has_offset("2026-03-03"));
}

TEST_CASE("mail and HTTP write one kind of date") {
  CHECK(internet_date_text(1772524800000, "+0000") == "Tue, 03 Mar 2026 08:00:00 +0000");
  CHECK(internet_date_text(0, "GMT") == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(internet_date_text(-1, "GMT") == "Wed, 31 Dec 1969 23:59:59 GMT");
}
