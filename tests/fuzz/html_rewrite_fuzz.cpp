// fuzz: tracking mail core
// HTML of any kind under link rewriting: only addresses change, every destination is clean, and without
// tracking the bytes stay as they are.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "core/strings.h"
#include "tracking/rewrite.h"

namespace {

using namespace outrider;
using namespace outrider::tracking;

constexpr Switch kOn = Switch::On;

const MessageLinks& links() {
  static const TokenSigner kSigner({{.id = 1, .bytes = std::string(32, 'a')}});
  static const MessageLinks kLinks(kSigner, "https://track.acme.com", 7, 9);
  return kLinks;
}

void check_destinations(const Tracked& tracked) {
  OUTRIDER_ASSERT(tracked.destinations.size() <= kLinksMax, "links are bounded");
  for (std::size_t i = 0; i < tracked.destinations.size(); ++i) {
    OUTRIDER_ASSERT(clean_url(tracked.destinations[i]) == tracked.destinations[i], "destinations are clean");
    OUTRIDER_ASSERT(tracked.body.contains(links().click(static_cast<std::uint16_t>(i))),
                    "each destination has its address in the body");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Tracking all{.clicks = kOn, .opens = kOn, .trap = kOn, .unsubscribe_text = "Stop"};
  const auto html = track_html(text, all, links());
  check_destinations(html);
  OUTRIDER_ASSERT(html.body.contains(links().open()) && html.body.contains(links().unsubscribe()),
                  "the ending is there");
  check_destinations(track_text(text, all, links()));
  OUTRIDER_ASSERT(track_html(text, {}, links()).body == text, "without tracking nothing changes");
  OUTRIDER_ASSERT(track_text(text, {}, links()).body == text, "without tracking nothing changes");
  return 0;
}
