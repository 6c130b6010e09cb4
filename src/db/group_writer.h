// SQLite's one writer: a thread that runs the functions of many callers inside one transaction and answers
// them after one commit, because a durable commit costs a disk flush however little it holds.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/result.h"
#include "db/connection.h"

namespace outrider::db {

inline constexpr std::size_t kWriteBatchMax = 128;
inline constexpr std::size_t kWriteQueueMax = 1024;

class GroupWriter {
 public:
  using Body = std::function<bool(Tx&)>;

  GroupWriter(std::unique_ptr<Connection> connection, const DatabaseOptions& options);
  /// Nobody may be waiting in `run` any more.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  /// Waits until `body` ran and, if it returned true, is committed. Each body has a savepoint: one that
  /// returns false, throws or had a failed query undoes its own changes only. Rethrows what `body` threw.
  /// Errors: the failed query's; Unavailable when the queue stayed full or the commit failed.
  Result<void> run(const Body& body);

  /// How many bodies wait for the next batch.
  std::size_t waiting() const;

 private:
  struct Job {
    const Body& body;
    bool kept = false;  // wants its changes committed
    bool done = false;
    Result<void> outcome = {};
    std::exception_ptr thrown = nullptr;
    std::condition_variable settled = {};
  };

  void work();
  void run_batch(const std::vector<Job*>& batch);
  Result<void> run_in_transaction(const std::vector<Job*>& batch);
  Result<void> run_one(Job& job);

  const std::unique_ptr<Connection> connection_;
  Observer* const observer_;
  const std::chrono::milliseconds wait_max_;
  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::condition_variable has_room_;
  std::deque<Job*> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace outrider::db
