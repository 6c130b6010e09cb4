// Changes of the send ledger from many sessions, gathered into few transactions: a durable commit costs a
// disk flush however little it holds, and a session must not block a thread while it waits for one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"
#include "net/task.h"

namespace outrider::sending {

inline constexpr std::size_t kChangesPerCommitMax = 128;

/// One mail's change. It may be run again after a rollback, so it must set whatever it tells outside anew.
using LedgerChange = std::function<Result<>(db::Tx&)>;

class LedgerWriter {
 public:
  explicit LedgerWriter(db::Database& database);
  /// Stops.
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  /// Runs the change with others in one transaction and continues, on the caller's executor, when it is
  /// durable. A change that fails takes no other with it. Errors: its own, those of the database.
  Task<> run(LedgerChange change);

  /// A write of another thread that touches the same rows, such as a batch of claims. On PostgreSQL it takes
  /// turns with the changes above: both go through the day's sums and the mailboxes in their own order and
  /// would lock each other out.
  template <class F>
  auto in_turn(F&& f) {
    std::unique_lock turn(turn_, std::defer_lock);
    if (database_.engine() == db::Engine::Postgres) turn.lock();
    return database_.write(f);
  }

  /// Finishes what waits. Idempotent.
  void stop();

 private:
  struct Job {
    LedgerChange change;
    std::move_only_function<void(Result<>)> done;
  };

  void work();
  std::vector<Job> take();
  void run_together(std::vector<Job>& jobs);

  db::Database& database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopped_ = false;
  std::mutex turn_;
  std::thread thread_;
};

}  // namespace outrider::sending
