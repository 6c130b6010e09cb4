#include "tracking/machine_hit.h"

#include <doctest/doctest.h>

#include <array>

using namespace outrider;
using namespace outrider::tracking;

namespace {

constexpr TimeMs kSent = 1'000'000;
constexpr std::string_view kBrowser =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
    "Safari/537.36";

Verdict seen(HitKind kind, std::string_view agent, TimeMs after_ms = kHourMs) {
  return classify({.kind = kind, .at_ms = kSent + after_ms, .user_agent = agent}, {.accepted_at_ms = kSent});
}

}  // namespace

TEST_CASE("a person with a browser is a person") {
  const auto verdict = seen(HitKind::Click, kBrowser);
  CHECK(verdict.hit_class == HitClass::Human);
  CHECK(verdict.reasons.empty());
  CHECK(is_counted(verdict.hit_class));
}

TEST_CASE("apple_prefetch_not_counted") {
  const auto verdict = seen(HitKind::Open, "Mozilla/5.0");
  CHECK(verdict.hit_class == HitClass::Machine);
  CHECK(verdict.reasons == std::vector{HitReason::ApplePrefetch});
  CHECK_FALSE(is_counted(verdict.hit_class));
}

TEST_CASE("gmail_edge12_prefetch_not_counted") {
  const auto verdict =
      seen(HitKind::Open,
           "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0");
  CHECK(verdict.hit_class == HitClass::Machine);
  CHECK(verdict.reasons == std::vector{HitReason::GmailPrefetch});
}

TEST_CASE("image proxies stand for a person") {
  for (const char* agent :
       {"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html"}) {
    CHECK(seen(HitKind::Open, agent).hit_class == HitClass::Proxy);
    CHECK(seen(HitKind::Open, agent, 9'999).hit_class == HitClass::Machine);
  }
}

TEST_CASE("scanners are machines") {
  for (const char* agent : {"",
                            "BarracudaCentral",
                            "Proofpoint URL Defense",
                            "Mimecast-Scanner",
                            "curl/8.0",
                            "python-requests/2.31",
                            "Mozilla/5.0 (compatible; SafeLinks)",
                            "Mozilla/5.0 HeadlessChrome/120",
                            "FooBot/1.0"})
    CHECK(seen(HitKind::Click, agent).hit_class == HitClass::Machine);
  constexpr std::string_view kOutlook = "Mozilla/4.0 (compatible; ms-office; MSOffice 16)";
  CHECK(seen(HitKind::Click, kOutlook).hit_class == HitClass::Machine);
  CHECK(seen(HitKind::Open, kOutlook).hit_class == HitClass::Human);
  CHECK(seen(HitKind::Open, "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/99").hit_class ==
        HitClass::Human);
}

TEST_CASE("what happens within ten seconds of delivery is a machine's doing") {
  CHECK(seen(HitKind::Open, kBrowser, 9'999).hit_class == HitClass::Machine);
  CHECK(seen(HitKind::Open, kBrowser, 10'000).hit_class == HitClass::Human);
  CHECK(classify({.at_ms = 5, .user_agent = kBrowser}, {}).hit_class ==
        HitClass::Human);  // delivery not known
}

TEST_CASE("own_view_not_counted") {
  const Hit hit{.kind = HitKind::Open, .at_ms = kSent, .user_agent = kBrowser, .is_head = true};
  const auto verdict = classify(hit, {.accepted_at_ms = kSent, .own_session = true});
  CHECK(verdict.hit_class == HitClass::Self);
  CHECK(verdict.reasons ==
        std::vector{HitReason::OwnSession, HitReason::HeadRequest, HitReason::JustDelivered});
  CHECK(classify(hit, {.own_address = true}).hit_class == HitClass::Self);
  CHECK_FALSE(is_counted(HitClass::Self));
}

TEST_CASE("HEAD, traps and data centres are machines") {
  const Hit hit{.kind = HitKind::Click, .at_ms = kSent + kHourMs, .user_agent = kBrowser};
  Hit head = hit;
  head.is_head = true;
  CHECK(classify(head, {}).reasons == std::vector{HitReason::HeadRequest});
  Hit trap = hit;
  trap.is_trap = true;
  CHECK(classify(trap, {}).hit_class == HitClass::Machine);
  CHECK(classify(hit, {.trapped_client = true}).hit_class == HitClass::Machine);
  CHECK(classify(hit, {.datacenter = true}).hit_class == HitClass::Machine);
  CHECK(classify(hit, {.datacenter = true, .opened_through_proxy = true}).hit_class == HitClass::Human);
}

TEST_CASE("all_links_in_5s_is_scanner") {
  const std::array<LinkHit, 4> hits{{{0, 100}, {1, 1'000'000}, {2, 1'003'000}, {0, 1'005'000}}};
  CHECK(sweeps_all_links(hits, 3));
  CHECK_FALSE(sweeps_all_links(hits, 4));
  CHECK_FALSE(sweeps_all_links(std::array<LinkHit, 2>{{{0, 0}, {1, 5'001}}}, 2));
  CHECK_FALSE(sweeps_all_links(std::array<LinkHit, 1>{{{0, 0}}}, 1));  // one link alone proves nothing
  CHECK(classify({.at_ms = kSent + kHourMs, .user_agent = kBrowser}, {.swept_all_links = true}).hit_class ==
        HitClass::Machine);
}
