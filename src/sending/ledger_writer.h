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
  LedgerWriter(db::Database& database, std::size_t threads);
  /// Stops.
  ~LedgerWriter();
  LedgerWriter(const LedgerWriter&) = delete;
  LedgerWriter& operator=(const LedgerWriter&) = delete;

  /// Runs the change with others in one transaction and continues, on the caller's executor, when it is
  /// durable. A change that fails takes no other with it. Errors: its own, those of the database.
  Task<> run(LedgerChange change);

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
  std::vector<std::thread> threads_;
};

}  // namespace outrider::sending
