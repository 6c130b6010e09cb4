#include "sending/doubts.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace outrider::sending {

DoubtWatch::Next DoubtWatch::next(std::int64_t outgoing_id, TimeMs since_ms, TimeMs now_ms) {
  const std::lock_guard lock(mutex_);
  auto& watched = watched_[outgoing_id];
  if (watched.is_looking || watched.is_found) return Next::Wait;
  const auto due = static_cast<std::size_t>(
      std::ranges::count_if(kSentLooksMs, [&](TimeMs after_ms) { return now_ms - since_ms >= after_ms; }));
  if (due > watched.looks) {
    watched.looks = due;
    watched.is_looking = true;
    return Next::Look;
  }
  return due == kSentLooksMs.size() ? Next::GiveUp : Next::Wait;
}

void DoubtWatch::looked(std::int64_t outgoing_id, Sight sight) {
  const std::lock_guard lock(mutex_);
  const auto found = watched_.find(outgoing_id);
  if (found == watched_.end()) return;
  found->second.is_looking = false;
  found->second.is_found = sight == Sight::Found;
}

std::vector<std::int64_t> DoubtWatch::take_found() {
  const std::lock_guard lock(mutex_);
  std::vector<std::int64_t> found;
  for (auto& [id, watched] : watched_)
    if (std::exchange(watched.is_found, false)) found.push_back(id);
  return found;
}

void DoubtWatch::keep_only(std::span<const std::int64_t> outgoing_ids) {
  const std::unordered_set<std::int64_t> kept(outgoing_ids.begin(), outgoing_ids.end());
  const std::lock_guard lock(mutex_);
  std::erase_if(watched_, [&](const auto& entry) { return !kept.contains(entry.first); });
}

}  // namespace outrider::sending
