#include "sending/limits.h"

#include <doctest/doctest.h>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::sending;

namespace {
TimeMs at(const char* text) {
  return parse_instant(text).value();
}
}  // namespace

TEST_CASE("a daily quota begins anew at midnight of its zone") {
  const auto new_york = Zone::load("America/New_York").value();
  auto quota = Quota::per_day(new_york, 2, 1, at("2026-11-20T20:00:00Z"));
  CHECK_FALSE(quota.check(Reason::MailboxDailyLimit, at("2026-11-20T20:00:00Z")));
  quota.take(at("2026-11-20T20:00:00Z"));
  CHECK(quota.check(Reason::MailboxDailyLimit, at("2026-11-21T04:59:59Z")) ==
        NotYet{Reason::MailboxDailyLimit, at("2026-11-21T05:00:00Z")});
  CHECK_FALSE(quota.check(Reason::MailboxDailyLimit, at("2026-11-21T05:00:00Z")));
  quota.take(at("2026-11-21T05:00:00Z"));
  CHECK(quota.used(at("2026-11-21T06:00:00Z")) == 1);
}

TEST_CASE("dst_overlap_cap_once: a day of 25 hours has one quota") {
  const auto berlin = Zone::load("Europe/Berlin").value();
  auto quota = Quota::per_day(berlin, 1, 0, at("2026-10-25T00:10:00Z"));
  quota.take(at("2026-10-25T00:10:00Z"));                                      // 02:10, the first time
  CHECK(quota.check(Reason::MailboxDailyLimit, at("2026-10-25T01:10:00Z")) ==  // 02:10, the second time
        NotYet{Reason::MailboxDailyLimit, at("2026-10-25T23:00:00Z")});
}

TEST_CASE("a limit of nothing is never renewed and no limit is never full") {
  CHECK(Quota::per_day(Zone(), 0, 0, 0).check(Reason::NewLeadLimit, 0) ==
        NotYet{Reason::NewLeadLimit, kOnChange});
  CHECK_FALSE(Quota::per_day(Zone(), kUnlimited, 1'000'000, 0).check(Reason::NewLeadLimit, 0));
}

TEST_CASE("room is the share that is left") {
  const auto quota = Quota::per_hour(4, 3, 0);
  CHECK(quota.room(0) == doctest::Approx(0.25));
  CHECK(quota.room(kHourMs) == doctest::Approx(1));
}

TEST_CASE("a rolling day forgets an hour when its last mail is 24 hours old") {
  RollingDay sent;
  const auto start_ms = at("2026-11-20T10:00:00Z");
  sent.add(start_ms + 30 * kMinuteMs, 3);
  sent.add(start_ms + 5 * kHourMs, 2);
  CHECK(sent.count(start_ms + 6 * kHourMs) == 5);
  CHECK_FALSE(sent.check_day(6, start_ms + 6 * kHourMs));
  CHECK(sent.check_day(5, start_ms + 6 * kHourMs) == NotYet{Reason::ProviderLimit, start_ms + 25 * kHourMs});
  CHECK(sent.check_day(2, start_ms + 6 * kHourMs) == NotYet{Reason::ProviderLimit, start_ms + 30 * kHourMs});
  CHECK_FALSE(sent.check_day(5, start_ms + 25 * kHourMs));
  sent.add(start_ms + 50 * kHourMs);
  CHECK(sent.count(start_ms + 50 * kHourMs) == 1);
}

TEST_CASE("an hour's limit clears at the full hour") {
  RollingDay sent;
  sent.add(at("2026-11-20T10:10:00Z"), 8);
  CHECK(sent.check_hour(8, at("2026-11-20T10:50:00Z")) ==
        NotYet{Reason::MailboxDailyLimit, at("2026-11-20T11:00:00Z")});
  CHECK_FALSE(sent.check_hour(8, at("2026-11-20T11:00:00Z")));
  CHECK_FALSE(sent.check_hour(kUnlimited, at("2026-11-20T10:50:00Z")));
}

TEST_CASE("every reason has a word and is found by it") {
  for (const auto text : kReasonNames) CHECK(name(reason_from_name(text).value()) == text);
  CHECK_FALSE(reason_from_name("NO_REASON"));
}
