// What failures do to a mailbox, per channel (SMTP, IMAP): when it may be tried again, when it counts as
// disconnected, and how a provider's "too much" slows it down (BEHAVIOUR 1.7, 1.8). Nothing here touches a
// lead.
#pragma once

#include <cstdint>
#include <optional>

#include "sending/reason.h"

namespace outrider::sending {

inline constexpr int kAuthFailuresMax = 3;
inline constexpr TimeMs kUnreachableMax = 6 * kHourMs;
inline constexpr TimeMs kProviderPauseMs = kDayMs;
inline constexpr TimeMs kHalvedCapMs = 3 * kDayMs;

/// One channel of one mailbox; stored beside it.
struct Circuit {
  bool disconnected = false;  // stays so until someone reconnects: repeated bad logins lock accounts
  int auth_failures = 0;      // in a row
  int network_failures = 0;   // in a row
  TimeMs unreachable_since_ms = 0;
  TimeMs retry_at_ms = 0;
  TimeMs limited_until_ms = 0;  // the provider said too much
  TimeMs halved_until_ms = 0;

  bool operator==(const Circuit&) const = default;
};

/// Anything that worked: failures are forgotten, a provider's limit is not.
Circuit after_success(Circuit circuit);
/// A login refused (535, 534 5.7.9, NO [AUTHENTICATIONFAILED], invalid_grant counts kAuthFailuresMax times at
/// once through disconnect()).
Circuit after_auth_failure(Circuit circuit, TimeMs now_ms);
/// No connection, no TLS, no answer.
Circuit after_network_failure(Circuit circuit, TimeMs now_ms);
Circuit after_provider_limit(Circuit circuit, TimeMs now_ms);
Circuit disconnect(Circuit circuit);
/// Someone gave new credentials or asked for another try.
Circuit reconnect(Circuit circuit);

/// Why the channel must rest at `now_ms`; empty when it may be used.
std::optional<NotYet> held(const Circuit& circuit, TimeMs now_ms);

/// The day's cap while the provider's warning lasts: half, and at least one.
std::int64_t effective_cap(const Circuit& circuit, std::int64_t day_max, TimeMs now_ms);

}  // namespace outrider::sending
