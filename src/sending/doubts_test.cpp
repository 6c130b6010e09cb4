#include "sending/doubts.h"

#include <doctest/doctest.h>

using namespace outrider;
using namespace outrider::sending;
using Next = DoubtWatch::Next;
using Sight = DoubtWatch::Sight;

namespace {
constexpr TimeMs kSent = 1'770'026'430'000;
constexpr std::int64_t kRow = 7;
}  // namespace

TEST_CASE("a mail of unknown fate is looked for at once, after 5, 15 and 30 minutes, and then given up") {
  DoubtWatch watch;
  std::vector<TimeMs> looks;
  TimeMs given_up_ms = 0;
  for (auto now_ms = kSent; given_up_ms == 0; now_ms += kSecondMs) {
    switch (watch.next(kRow, kSent, now_ms)) {
      case Next::Look:
        looks.push_back(now_ms - kSent);
        watch.looked(kRow, Sight::Nothing);
        break;
      case Next::GiveUp:
        given_up_ms = now_ms - kSent;
        break;
      case Next::Wait:
        break;
    }
  }
  CHECK(looks == std::vector<TimeMs>(kSentLooksMs.begin(), kSentLooksMs.end()));
  CHECK(given_up_ms == kEvidenceWaitMs + kSecondMs);
}

TEST_CASE("looks that were missed are one, and the last is waited for before a mail is given up") {
  DoubtWatch watch;
  const auto late_ms = kSent + 2 * kHourMs;
  CHECK(watch.next(kRow, kSent, late_ms) == Next::Look);
  CHECK(watch.next(kRow, kSent, late_ms + kHourMs) == Next::Wait);
  watch.looked(kRow, Sight::Nothing);
  CHECK(watch.next(kRow, kSent, late_ms) == Next::GiveUp);
}

TEST_CASE("what was found is told once and not given up meanwhile") {
  DoubtWatch watch;
  REQUIRE(watch.next(kRow, kSent, kSent) == Next::Look);
  CHECK(watch.take_found().empty());
  watch.looked(kRow, Sight::Found);
  CHECK(watch.next(kRow, kSent, kSent + kHourMs) == Next::Wait);
  CHECK(watch.take_found() == std::vector<std::int64_t>{kRow});
  CHECK(watch.take_found().empty());
}

TEST_CASE("a row that something else has settled is forgotten, and looked for at once when it comes back") {
  DoubtWatch watch;
  REQUIRE(watch.next(kRow, kSent, kSent) == Next::Look);
  watch.keep_only({});
  watch.looked(kRow, Sight::Found);
  CHECK(watch.take_found().empty());
  CHECK(watch.next(kRow, kSent, kSent) == Next::Look);
}
