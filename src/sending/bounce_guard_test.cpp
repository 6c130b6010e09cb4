#include "sending/bounce_guard.h"

#include <doctest/doctest.h>

#include <vector>

using namespace outrider;
using namespace outrider::sending;

namespace {
constexpr TimeMs kNow = 1'770'026'430'000;
}  // namespace

TEST_CASE("a campaign is paused above its threshold, from the 20th first mail on") {
  const struct {
    const char* what;
    std::vector<FirstMails> newest_first;
    bool expected;
  } cases[] = {
      {"at the threshold", {{kNow, 100, 3}}, false},
      {"above it", {{kNow, 100, 4}}, true},
      {"too few to tell", {{kNow, 19, 4}}, false},
      {"five of the first fifty", {{kNow, 7, 5}}, true},
      {"refused before any was accepted", {{kNow, 0, 5}}, true},
      {"the last 200 count, however old", {{kNow, 10, 0}, {kNow - 30 * kDayMs, 190, 7}}, true},
      {"older ones do not", {{kNow - kDayMs, 200, 0}, {kNow - 8 * kDayMs, 100, 50}}, false},
      {"seven days count, however many", {{kNow, 300, 0}, {kNow - 6 * kDayMs, 100, 13}}, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    CHECK(bounces_too_much(c.newest_first, 3, 0, kNow) == c.expected);
  }
}

TEST_CASE("after a restart by hand the guard sleeps for 200 first mails") {
  const std::vector<FirstMails> early{{kNow, 299, 30}};
  const std::vector<FirstMails> later{{kNow, 300, 30}};
  CHECK_FALSE(bounces_too_much(early, 3, 300, kNow));
  CHECK(bounces_too_much(later, 3, 300, kNow));
}
