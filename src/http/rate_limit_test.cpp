#include "http/rate_limit.h"

#include <doctest/doctest.h>

namespace outrider::http {
namespace {

TEST_CASE("the request after the last allowed one is refused until its window ends") {
  Clock clock;
  MemoryRateLimiter limiter(clock);
  for (int used = 1; used <= 60; ++used) {
    const auto state = limiter.take(1, 60);
    CHECK(state.is_allowed);
    CHECK(state.remaining == 60 - used);
  }
  const auto refused = limiter.take(1, 60);
  CHECK_FALSE(refused.is_allowed);
  CHECK(refused.remaining == 0);
  CHECK(refused.resets_at_ms - clock.now_ms() <= kRateWindowMs);

  clock.advance(std::chrono::milliseconds(kRateWindowMs));
  CHECK(limiter.take(1, 60).is_allowed);
}

TEST_CASE("keys do not share a window, and a lowered limit holds at once") {
  Clock clock;
  MemoryRateLimiter limiter(clock);
  CHECK(limiter.take(1, 2).is_allowed);
  CHECK(limiter.take(17, 2).remaining == 1);
  CHECK(limiter.take(1, 2).is_allowed);
  const auto lowered = limiter.take(1, 1);
  CHECK_FALSE(lowered.is_allowed);
  CHECK(lowered.remaining == 0);
}

}  // namespace
}  // namespace outrider::http
