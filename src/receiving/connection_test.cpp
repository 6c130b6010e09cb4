#include "receiving/connection.h"

#include <doctest/doctest.h>

#include "core/clock.h"

namespace outrider::receiving {
namespace {

constexpr TimeMs kNowMs = 1'770'000'000'000;
using mailboxes::Connection;
using mailboxes::ConnectionState;

}  // namespace

TEST_CASE("three refused logins in a row disconnect, and nothing is tried before its time") {
  Connection connection;
  connection = after(connection, LoginOutcome::Refused, "wrong password", kNowMs);
  CHECK(connection.state == ConnectionState::Failing);
  CHECK(connection.retry_at_ms > kNowMs);
  connection = after(connection, LoginOutcome::Refused, "wrong password", kNowMs + 1);
  connection = after(connection, LoginOutcome::Refused, "wrong password", kNowMs + 2);
  CHECK(connection.state == ConnectionState::Disconnected);
  CHECK(connection.error == "wrong password");
}

TEST_CASE("a server that cannot be reached disconnects only after hours") {
  Connection connection;
  connection = after(connection, LoginOutcome::Unreachable, "no route", kNowMs);
  connection = after(connection, LoginOutcome::Unreachable, "no route", kNowMs + 5 * kHourMs);
  CHECK(connection.state == ConnectionState::Failing);
  connection = after(connection, LoginOutcome::Unreachable, "no route", kNowMs + 6 * kHourMs);
  CHECK(connection.state == ConnectionState::Disconnected);
}

TEST_CASE("a login that works forgets every failure") {
  const auto failed = after({}, LoginOutcome::Unreachable, "no route", kNowMs);
  CHECK(after(failed, LoginOutcome::Worked, "", kNowMs) == Connection());
}

TEST_CASE("only a refused login counts against the credentials") {
  CHECK(outcome_of(Code::Unauthorized) == LoginOutcome::Refused);
  CHECK(outcome_of(Code::Unavailable) == LoginOutcome::Unreachable);
  CHECK(outcome_of(Code::Timeout) == LoginOutcome::Unreachable);
}

}  // namespace outrider::receiving
