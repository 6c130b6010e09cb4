// From a claimed row to its session at the right instant: rows wait here for their slot on the program's
// clock, then in the line of their mailbox. Knows nothing of campaigns.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <span>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/clock.h"
#include "net/io_pool.h"
#include "sending/ledger.h"
#include "sending/session.h"

namespace outrider::sending {

struct DispatcherOptions {
  std::size_t connections_max = 256;
  std::chrono::milliseconds idle_max{30'000};  // how long a connection is kept without work
  TimeMs connect_ahead_ms = 4 * kSecondMs;     // a connection is opened this long before the slot it is for
};

class Dispatcher {
 public:
  /// `drained` is called, on an I/O thread, when a mailbox has nothing left.
  Dispatcher(SessionWorld& world, net::IoPool& io, DispatcherOptions options, std::function<void()> drained);
  /// Stops.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  void start();

  /// Rows that are here already are left out. Any thread.
  void add(std::span<const OutgoingRef> rows);

  /// Whether a row is here, waiting or on the wire.
  bool holds(std::int64_t outgoing_id) const;
  /// Rows of the mailbox that are here.
  std::size_t pending(std::int64_t mailbox_id) const;
  std::size_t pending() const;

  /// Nothing new begins; what is on the wire is finished within `grace`, then cut. Idempotent.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Lane {
    std::deque<OutgoingRef> line;
    std::optional<OutgoingRef> expected;  // to be connected for, while the line is empty
    bool is_running = false;
    bool is_idle = false;
    boost::asio::any_io_executor executor;
    std::shared_ptr<Session> session;
    std::shared_ptr<boost::asio::steady_timer> idle_timer;
  };
  struct Later {
    bool operator()(const OutgoingRef& a, const OutgoingRef& b) const {
      return std::pair(a.not_before_ms, a.id) > std::pair(b.not_before_ms, b.id);
    }
  };
  using Clockwork = std::priority_queue<OutgoingRef, std::vector<OutgoingRef>, Later>;
  enum class Cut : std::uint8_t { BeforeMail, Everything };
  enum class Next : std::uint8_t { Mail, Connect, Idle, Leave };

  void fire_loop();
  TimeMs fire_due();
  void enqueue(const OutgoingRef& row);                      // mutex_ held
  void expect(const OutgoingRef& row);                       // mutex_ held
  void start_lane(const OutgoingRef& first);                 // mutex_ held
  void start_waiting_lanes();                                // mutex_ held
  static void wake(Lane& lane);                              // mutex_ held
  static void cut(Lane& lane, Cut what);                     // mutex_ held
  boost::asio::awaitable<void> run_lane(OutgoingRef first);  // of that row's mailbox
  Next next(std::int64_t mailbox_id, OutgoingRef& mail);
  void finish(const OutgoingRef& row);
  void lane_ended(std::int64_t mailbox_id);

  SessionWorld& world_;
  net::IoPool& io_;
  const DispatcherOptions options_;
  const std::function<void()> drained_;
  Alarm alarm_;
  mutable std::mutex mutex_;
  std::condition_variable lanes_changed_;
  Clockwork waiting_;
  Clockwork unconnected_;  // those of them that no connection was opened for yet
  std::unordered_set<std::int64_t> known_;
  std::unordered_map<std::int64_t, std::size_t> pending_;
  std::unordered_map<std::int64_t, Lane> lanes_;
  std::deque<std::int64_t> without_connection_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace outrider::sending
