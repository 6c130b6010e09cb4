// Who calls: the key of a request, and a small memory of whom a key stands for.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.h"
#include "core/result.h"
#include "http/context.h"
#include "http/request.h"

namespace outrider::http {

/// Knows the keys; implemented where they are stored. May block.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// Errors: Unauthorized for an unknown, revoked or expired key. Called from workers, several at once.
  virtual Result<Principal> authenticate(std::string_view key) = 0;
};

/// The key of a request: `?api_key=`, else `X-API-Key`, else `Authorization: Bearer` (RULINGS 6).
std::optional<std::string> find_key(const Request& request, const wire::Pairs& query);

/// Remembers for some seconds whom a key stands for, by the key's hash. Only known keys are remembered, so a
/// new one works at once; a revoked one ends with invalidate(), on other nodes when its entry has aged.
/// Thread-safe.
class KeyCache {
 public:
  static constexpr TimeMs kAgeMaxMs = 5 * kSecondMs;
  static constexpr std::size_t kKeysMax = 10'000;

  explicit KeyCache(Clock& clock) : clock_(clock) {}

  std::optional<Principal> find(std::string_view key) const;
  void remember(std::string_view key, const Principal& principal);
  void invalidate(std::int64_t key_id);
  void invalidate_all();

 private:
  struct Entry {
    Principal principal;
    TimeMs until_ms;
  };

  Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace outrider::http
