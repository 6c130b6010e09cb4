#include "sending/circuit.h"

#include <algorithm>
#include <array>

namespace outrider::sending {
namespace {

constexpr std::array kBackoffMs{kMinuteMs, 2 * kMinuteMs, 5 * kMinuteMs, 15 * kMinuteMs, kHourMs};

TimeMs backoff_ms(int failures) {
  const auto last = static_cast<int>(kBackoffMs.size()) - 1;
  return kBackoffMs[static_cast<std::size_t>(std::clamp(failures - 1, 0, last))];
}

}  // namespace

Circuit after_success(Circuit circuit) {
  return {.limited_until_ms = circuit.limited_until_ms, .halved_until_ms = circuit.halved_until_ms};
}

Circuit after_auth_failure(Circuit circuit, TimeMs now_ms) {
  ++circuit.auth_failures;
  if (circuit.auth_failures >= kAuthFailuresMax) return disconnect(circuit);
  circuit.retry_at_ms = now_ms + backoff_ms(circuit.auth_failures);
  return circuit;
}

Circuit after_network_failure(Circuit circuit, TimeMs now_ms) {
  if (circuit.network_failures == 0) circuit.unreachable_since_ms = now_ms;
  ++circuit.network_failures;
  if (now_ms - circuit.unreachable_since_ms >= kUnreachableMax) return disconnect(circuit);
  circuit.retry_at_ms = now_ms + backoff_ms(circuit.network_failures);
  return circuit;
}

Circuit after_provider_limit(Circuit circuit, TimeMs now_ms) {
  circuit.limited_until_ms = std::max(circuit.limited_until_ms, now_ms + kProviderPauseMs);
  circuit.halved_until_ms = circuit.limited_until_ms + kHalvedCapMs;
  return circuit;
}

Circuit disconnect(Circuit circuit) {
  circuit.disconnected = true;
  circuit.retry_at_ms = 0;
  return circuit;
}

Circuit reconnect(Circuit circuit) {
  return after_success(circuit);
}

std::optional<NotYet> held(const Circuit& circuit, TimeMs now_ms) {
  if (circuit.disconnected) return NotYet{Reason::MailboxDisconnected, kOnChange};
  if (now_ms < circuit.limited_until_ms) return NotYet{Reason::ProviderLimit, circuit.limited_until_ms};
  if (now_ms < circuit.retry_at_ms) return NotYet{Reason::MailboxDisconnected, circuit.retry_at_ms};
  return std::nullopt;
}

std::int64_t effective_cap(const Circuit& circuit, std::int64_t day_max, TimeMs now_ms) {
  if (now_ms >= circuit.halved_until_ms || day_max <= 0) return day_max;
  return std::max<std::int64_t>(1, day_max / 2);
}

}  // namespace outrider::sending
