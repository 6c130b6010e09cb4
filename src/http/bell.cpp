#include "http/bell.h"

namespace outrider::http {

void Bell::ring() {
  const std::lock_guard lock(mutex_);
  ++rings_;
  for (const auto& on_ring : listeners_) on_ring();
}

std::uint64_t Bell::rings() const {
  const std::lock_guard lock(mutex_);
  return rings_;
}

Bell::Listener::Listener(Bell* bell, std::uint64_t heard, std::function<void()> on_ring) : bell_(bell) {
  if (!bell_) return;
  const std::lock_guard lock(bell_->mutex_);
  has_missed_ = bell_->rings_ != heard;
  place_ = bell_->listeners_.insert(bell_->listeners_.end(), std::move(on_ring));
}

Bell::Listener::~Listener() {
  if (!bell_) return;
  const std::lock_guard lock(bell_->mutex_);
  bell_->listeners_.erase(place_);
}

}  // namespace outrider::http
