// Watches the feed for those who wait for it: one look at the newest position of each watched workspace every
// tenth of a second, in one thread of the process, whatever node wrote the event. The same thread deletes old
// events.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/clock.h"
#include "db/database.h"
#include "events/feed.h"
#include "http/bell.h"

namespace outrider::events {

class Tail {
 public:
  /// Events older than `keep_ms` are deleted. What it is given outlives it.
  Tail(db::Database& database, Clock& clock, TimeMs keep_ms)
      : database_(database), clock_(clock), keep_ms_(keep_ms) {}
  /// Stops.
  ~Tail();
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  void start();
  /// Idempotent.
  void stop();

  /// Rung when the workspace's feed has grown. Watched as long as somebody holds it.
  std::shared_ptr<http::Bell> bell(std::int64_t workspace_id);

 private:
  struct Watched {
    std::weak_ptr<http::Bell> bell;
    Position seen;
  };

  void run();
  Result<> rebase();
  void look();
  void look_at(std::int64_t workspace_id);
  Result<> keep_up();

  db::Database& database_;
  Clock& clock_;
  const TimeMs keep_ms_;
  TimeMs prune_at_ms_ = 0;  // the thread's alone

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Watched> watched_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace outrider::events
