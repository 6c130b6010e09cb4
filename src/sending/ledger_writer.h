// Changes of the send ledger from many sessions, gathered into few transactions: a durable commit costs a
// disk flush however little it holds, and a session must not block a thread while it waits for one.
// docs/design/0011-send-ledger.md tells what is durable when.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"
#include "net/task.h"

namespace outrider::sending {

inline constexpr std::size_t kChangesPerCommitMax = 128;
/// Transactions side by side on PostgreSQL. SQLite has one writer, whoever asks.
inline constexpr std::size_t kLedgerLanes = 4;

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
  /// durable. A change that fails takes no other with it. Changes of one mailbox keep their order and never
  /// run side by side. Errors: its own, those of the database.
  Task<> run(std::int64_t mailbox_id, LedgerChange change);

  /// Finishes what waits. Idempotent.
  void stop();

 private:
  struct Job {
    LedgerChange change;
    std::move_only_function<void(Result<>)> done;
  };
  /// The mailboxes of one remainder share a thread and its transactions.
  struct Lane {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> queue;
    bool is_stopped = false;
    std::thread thread;
  };

  static std::vector<Job> take(Lane& lane);
  void work(Lane& lane);
  void run_together(std::vector<Job>& jobs);

  db::Database& database_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace outrider::sending
