#include "app/test_clock.h"

namespace outrider::app {
namespace {

constexpr std::int64_t kAdvanceSecondsMax = 10LL * 366 * 24 * 3600;

struct Advance {
  std::int64_t advance_s = 0;
  static wire::Fields wire();
};

wire::Fields Advance::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Advance::advance_s>("advance_s", wire::range(0, kAdvanceSecondsMax)),
  };
  return kFields;
}

struct ClockReply {
  bool ok = true;
  wire::Instant now;
  static wire::Fields wire();
};

wire::Fields ClockReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ClockReply::ok>("ok"),
      wire::required<&ClockReply::now>("now", wire::with_ms()),
  };
  return kFields;
}

}  // namespace

http::Route test_clock_route(Clock& clock) {
  const auto advance = [&clock](http::Context&, const Advance& input) -> Result<ClockReply> {
    clock.advance(std::chrono::seconds(input.advance_s));
    return ClockReply{.now = {clock.now_ms()}};
  };
  return http::route(http::Verb::Post, "/_test/clock", "Moves the test clock.", advance)
      .at_root()
      .keyless()
      .hidden();
}

}  // namespace outrider::app
