#include "campaigns/blackout.h"

#include <doctest/doctest.h>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::campaigns;

TEST_CASE("dates are stored as text, sorted and each once") {
  const auto christmas = days_from_date(2026, 12, 25);
  CHECK(stored_dates({christmas, christmas - 1, christmas}) == "2026-12-24,2026-12-25");
  CHECK(blackout_days("2026-12-25,2026-12-24") == std::vector<LocalDay>{christmas - 1, christmas});
  CHECK(blackout_days("").empty());
  CHECK(stored_dates({}).empty());
}

TEST_CASE("only a calendar date is a date") {
  for (const char* text :
       {"", "2026-13-01", "2026-02-30", "24.12.2026", "2026-12-24T00:00:00Z", "2026-12-2"}) {
    CAPTURE(text);
    CHECK_FALSE(day_from_text(text));
  }
  CHECK(day_text(*day_from_text("2028-02-29")) == "2028-02-29");
}

TEST_CASE("a workspace's and a campaign's dates are added up") {
  CHECK(united({3, 1}, {2, 3}) == std::vector<LocalDay>{1, 2, 3});
}
