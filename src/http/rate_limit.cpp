#include "http/rate_limit.h"

#include <algorithm>

#include "core/assert.h"

namespace outrider::http {
namespace {

// Ended windows are dropped when a shard has grown to this; only keys in use have one, so it is not reached
// by strangers.
constexpr std::size_t kWindowsMax = 4096;

}  // namespace

RateState MemoryRateLimiter::take(std::int64_t key_id, int limit) {
  OUTRIDER_ASSERT(limit > 0, "a rate limit is positive");
  const TimeMs now_ms = clock_.now_ms();
  auto& shard = shards_[static_cast<std::uint64_t>(key_id) % shards_.size()];
  const std::lock_guard lock(shard.mutex);
  if (shard.windows.size() >= kWindowsMax)
    std::erase_if(shard.windows, [&](const auto& entry) { return entry.second.ends_at_ms <= now_ms; });

  auto& window = shard.windows[key_id];
  if (window.ends_at_ms <= now_ms) window = {.ends_at_ms = now_ms + kRateWindowMs, .used = 0};
  const bool is_allowed = window.used < limit;
  if (is_allowed) ++window.used;
  return {.is_allowed = is_allowed,
          .limit = limit,
          .remaining = std::max(0, limit - window.used),
          .resets_at_ms = window.ends_at_ms};
}

}  // namespace outrider::http
