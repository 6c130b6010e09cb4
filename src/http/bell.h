// What streams wait for: whoever has news rings, and every stream that listens goes on at once. News that
// comes between a look and the wait after it ends that wait: a stream says how many rings it knew of when it
// looked.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

namespace outrider::http {

/// Thread-safe.
class Bell {
 public:
  /// Ends every wait.
  void ring();
  /// How often it was rung. Ask before looking for news.
  std::uint64_t rings() const;

  /// Listens as long as it lives. `on_ring` is called on the ringing thread and must neither block nor touch
  /// the bell.
  class Listener {
   public:
    /// Without a bell it never hears anything.
    Listener(Bell* bell, std::uint64_t heard, std::function<void()> on_ring);
    /// After it `on_ring` is not called any more.
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// The bell was rung after `heard` and before this listener was there.
    bool has_missed() const { return has_missed_; }

   private:
    Bell* bell_;
    bool has_missed_ = false;
    std::list<std::function<void()>>::iterator place_;
  };

 private:
  mutable std::mutex mutex_;
  std::uint64_t rings_ = 0;
  std::list<std::function<void()>> listeners_;
};

}  // namespace outrider::http
