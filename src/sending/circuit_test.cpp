#include "sending/circuit.h"

#include <doctest/doctest.h>

using namespace outrider;
using namespace outrider::sending;

namespace {
constexpr TimeMs kNow = 1'800'000'000'000;
}

TEST_CASE("three refused logins in a row disconnect until someone reconnects") {
  Circuit circuit;
  circuit = after_auth_failure(circuit, kNow);
  circuit = after_auth_failure(circuit, kNow);
  CHECK(held(circuit, kNow) == NotYet{Reason::MailboxDisconnected, kNow + 2 * kMinuteMs});
  circuit = after_auth_failure(circuit, kNow);
  CHECK(held(circuit, kNow + 365 * kDayMs) == NotYet{Reason::MailboxDisconnected, kOnChange});
  CHECK_FALSE(held(reconnect(circuit), kNow));
}

TEST_CASE("a login that works forgets the refused ones") {
  auto circuit = after_auth_failure(after_auth_failure({}, kNow), kNow);
  circuit = after_auth_failure(after_success(circuit), kNow);
  CHECK_FALSE(circuit.disconnected);
  CHECK(circuit.auth_failures == 1);
}

TEST_CASE("a network failure backs off 1, 2, 5, 15 and 60 minutes and disconnects after six hours") {
  Circuit circuit;
  auto now_ms = kNow;
  for (const TimeMs minutes : {1, 2, 5, 15, 60, 60, 60, 60, 60}) {
    circuit = after_network_failure(circuit, now_ms);
    REQUIRE(held(circuit, now_ms) == NotYet{Reason::MailboxDisconnected, now_ms + minutes * kMinuteMs});
    CHECK_FALSE(held(circuit, circuit.retry_at_ms));
    now_ms = circuit.retry_at_ms;
  }
  CHECK(now_ms - kNow < kUnreachableMax);
  circuit = after_network_failure(circuit, now_ms);
  now_ms = circuit.retry_at_ms;
  circuit = after_network_failure(circuit, now_ms);
  CHECK(held(circuit, now_ms) == NotYet{Reason::MailboxDisconnected, kOnChange});
}

TEST_CASE("provider_limit_halves_cap: a day without mail, then half the cap for three days") {
  const auto circuit = after_success(after_provider_limit({}, kNow));
  CHECK(held(circuit, kNow) == NotYet{Reason::ProviderLimit, kNow + kDayMs});
  CHECK_FALSE(held(circuit, kNow + kDayMs));
  CHECK(effective_cap(circuit, 31, kNow + kDayMs) == 15);
  CHECK(effective_cap(circuit, 1, kNow + kDayMs) == 1);
  CHECK(effective_cap(circuit, 31, kNow + 4 * kDayMs) == 31);
}
