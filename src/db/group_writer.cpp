#include "db/group_writer.h"

#include <algorithm>

#include "core/log.h"

namespace outrider::db {
namespace {

// One statement each and of this engine alone, so they are no part of the tested query list.
constexpr Query kBegin{"db.begin", "BEGIN IMMEDIATE"};
constexpr Query kCommit{"db.commit", "COMMIT"};
constexpr Query kRollback{"db.rollback", "ROLLBACK"};
constexpr Query kSavepoint{"db.savepoint", "SAVEPOINT job"};
constexpr Query kRelease{"db.release", "RELEASE job"};
constexpr Query kUndo{"db.undo", "ROLLBACK TO job"};

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<Connection> connection, const DatabaseOptions& options)
    : connection_(std::move(connection)),
      observer_(options.observer),
      wait_max_(options.wait_max),
      thread_([this] { work(); }) {}

GroupWriter::~GroupWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  thread_.join();
}

Result<void> GroupWriter::run(const Body& body) {
  Job job{.body = body};
  {
    std::unique_lock lock(mutex_);
    if (!has_room_.wait_for(lock, wait_max_, [this] { return queue_.size() < kWriteQueueMax; })) {
      return fail(Code::Unavailable, "the database's write queue is full");
    }
    queue_.push_back(&job);
    queued_.notify_one();
    job.settled.wait(lock, [&job] { return job.done; });
  }
  if (job.thrown) std::rethrow_exception(job.thrown);
  return std::move(job.outcome);
}

std::size_t GroupWriter::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void GroupWriter::work() {
  std::vector<Job*> batch;
  std::unique_lock lock(mutex_);
  while (true) {
    queued_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kWriteBatchMax));
    batch.assign(queue_.begin(), queue_.begin() + size);
    queue_.erase(queue_.begin(), queue_.begin() + size);
    has_room_.notify_all();
    lock.unlock();
    run_batch(batch);
    lock.lock();
    for (auto* job : batch) {
      job->done = true;
      job->settled.notify_one();  // under the lock: the job is gone as soon as its owner may run
    }
  }
}

void GroupWriter::run_batch(const std::vector<Job*>& batch) {
  const auto ended = run_in_transaction(batch);
  if (ended) return;
  log::error("db.commit_failed", {{"writes", batch.size()}, {"error", ended.error().message}});
  if (connection_->in_transaction()) {
    if (const auto undone = connection_->run(kRollback, {}); !undone) {
      log::error("db.rollback_failed", {{"error", undone.error().message}});
    }
  }
  for (auto* job : batch) {
    if (job->kept) job->outcome = fail(Code::Unavailable, ended.error().message);
  }
}

Result<void> GroupWriter::run_in_transaction(const std::vector<Job*>& batch) {
  for (auto* job : batch) job->kept = true;  // until it ran, a job fails with its batch
  TRY(connection_->run(kBegin, {}));
  for (auto* job : batch) {
    TRY(run_one(*job));
    // Some failures of the disk make SQLite end the transaction, and with it what earlier jobs did.
    if (!connection_->in_transaction()) return fail(Code::Unavailable, "the database ended the transaction");
  }
  const auto since = std::chrono::steady_clock::now();
  const auto committed = connection_->run(kCommit, {});
  report(observer_, kCommit.name, since, !committed);
  if (!committed) return std::unexpected(committed.error());
  return {};
}

Result<void> GroupWriter::run_one(Job& job) {
  TRY(connection_->run(kSavepoint, {}));
  Tx tx(*connection_, observer_);
  try {
    const TransactionMark mark;
    job.kept = job.body(tx);
    if (job.kept) job.outcome = tx.finish();
    job.kept = job.kept && job.outcome;
  } catch (...) {
    job.kept = false;
    job.thrown = std::current_exception();
  }
  if (!connection_->in_transaction()) return {};
  if (!job.kept) TRY(connection_->run(kUndo, {}));
  TRY(connection_->run(kRelease, {}));
  return {};
}

}  // namespace outrider::db
