#include "core/clock.h"

#include <algorithm>

namespace outrider {
namespace {

TimeMs system_now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// A wait is cut into pieces so that a step of the system's clock is noticed.
constexpr TimeMs kWaitMaxMs = 10 * kSecondMs;

}  // namespace

Clock::Clock(TimeMs starts_at_ms) : offset_ms_(starts_at_ms - system_now_ms()) {}

TimeMs Clock::now_ms() const {
  const std::lock_guard lock(mutex_);
  return system_now_ms() + offset_ms_;
}

void Clock::advance(std::chrono::milliseconds by) {
  std::vector<std::function<void()>> listeners;
  {
    const std::lock_guard lock(mutex_);
    offset_ms_ += by.count();
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener();
}

void Clock::on_advance(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

// The alarm must outlive the clock's last advance; both live as long as the server.
Alarm::Alarm(Clock& clock) : clock_(clock) {
  clock.on_advance([this] { notify(); });
}

bool Alarm::wait_until(TimeMs due_ms) {
  std::unique_lock lock(mutex_);
  while (!stopped_ && !notified_) {
    const TimeMs left_ms = due_ms - clock_.now_ms();
    if (left_ms <= 0) break;
    changed_.wait_for(lock, std::chrono::milliseconds(std::min(left_ms, kWaitMaxMs)));
  }
  notified_ = false;
  return !stopped_;
}

void Alarm::notify() {
  {
    const std::lock_guard lock(mutex_);
    notified_ = true;
  }
  changed_.notify_one();
}

void Alarm::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_one();
}

}  // namespace outrider
