// How many requests a key has left (RULINGS 7).
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "core/clock.h"

namespace outrider::http {

inline constexpr TimeMs kRateWindowMs = kMinuteMs;

struct RateState {
  bool is_allowed = true;
  int limit = 0;
  int remaining = 0;
  TimeMs resets_at_ms = 0;  // when the window ends
};

class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  /// Takes one request of `limit` (positive) in the key's window. Called on I/O threads: must not block, so
  /// one that shares counts between nodes exchanges them in the background. Thread-safe.
  virtual RateState take(std::int64_t key_id, int limit) = 0;
};

/// Counts in memory. A window of 60 s starts with the first request after the last one ended.
class MemoryRateLimiter : public RateLimiter {
 public:
  explicit MemoryRateLimiter(Clock& clock) : clock_(clock) {}
  RateState take(std::int64_t key_id, int limit) override;

 private:
  struct Window {
    TimeMs ends_at_ms = 0;
    int used = 0;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::int64_t, Window> windows;
  };

  Clock& clock_;
  std::array<Shard, 16> shards_;
};

}  // namespace outrider::http
