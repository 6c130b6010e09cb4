// The program's only idea of now. Everything that needs the time is given a Clock; nothing else reads the
// system's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace outrider {

/// UTC milliseconds since 1970, as the database stores them.
using TimeMs = std::int64_t;

inline constexpr TimeMs kSecondMs = 1000;
inline constexpr TimeMs kMinuteMs = 60 * kSecondMs;
inline constexpr TimeMs kHourMs = 60 * kMinuteMs;
inline constexpr TimeMs kDayMs = 24 * kHourMs;

/// The wall clock, possibly set to another start (`--test-clock`) and moved by hand. It always runs at normal
/// speed. Thread-safe.
class Clock {
 public:
  Clock() = default;
  explicit Clock(TimeMs starts_at_ms);
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  TimeMs now_ms() const;

  /// Moves the clock forward and calls every listener, so that what has become due is looked at.
  void advance(std::chrono::milliseconds by);

  /// `listener` is called after each advance, from the advancing thread; it must not block.
  void on_advance(std::function<void()> listener);

 private:
  mutable std::mutex mutex_;
  TimeMs offset_ms_ = 0;
  std::vector<std::function<void()>> listeners_;
};

/// A sleep that ends at an instant of the clock, at a notification or at a stop, whichever is first.
/// One thread waits; any thread notifies.
class Alarm {
 public:
  explicit Alarm(Clock& clock);

  /// Returns at once when notified since the last wait. False once stopped.
  bool wait_until(TimeMs due_ms);
  void notify();
  void stop();

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool notified_ = false;
  bool stopped_ = false;
};

}  // namespace outrider
