// SQLite as a Database: one writer thread, several readers on snapshots of the write-ahead log, and one
// thread that carries the log over into the file.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/log.h"
#include "db/connection.h"
#include "db/group_writer.h"
#include "db/pool.h"

namespace outrider::db {
namespace {

constexpr Query kBeginRead{"db.begin_read", "BEGIN DEFERRED"};
constexpr Query kEndRead{"db.end_read", "COMMIT"};
constexpr std::size_t kCheckpointPages = 1024;

/// Ends a read's snapshot on every way out.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {}
  ~Snapshot() { static_cast<void>(connection_.run(kEndRead, {})); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Connection& connection_;
};

/// Copies committed pages into the file while the writer goes on: with the writer's own checkpoints every
/// commit of a busy server would now and then wait for two flushes and a thousand pages.
class Checkpointer {
 public:
  ~Checkpointer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  void start(std::unique_ptr<Connection> connection) {
    connection_ = std::move(connection);
    thread_ = std::thread([this] { work(); });
  }

  /// After each commit; on the writer's thread.
  void log_has(std::size_t pages) {
    {
      const std::lock_guard lock(mutex_);
      if (pages < copied_pages_) copied_pages_ = 0;  // the log began anew
      pages_ = pages;
      if (!is_due()) return;
    }
    changed_.notify_one();
  }

 private:
  bool is_due() const { return pages_ >= copied_pages_ + kCheckpointPages; }  // mutex_ held

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || is_due(); });
      if (stopping_) return;
      copied_pages_ = pages_;
      lock.unlock();
      if (const auto done = connection_->script("db.checkpoint", "PRAGMA wal_checkpoint(PASSIVE)"); !done)
        log::warn("db.checkpoint_failed", {{"error", done.error().message}});
      lock.lock();
    }
  }

  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t pages_ = 0;
  std::size_t copied_pages_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path,
                 std::unique_ptr<Checkpointer> checkpointer,
                 std::unique_ptr<Connection> writing_connection,
                 const DatabaseOptions& options)
      : observer_(options.observer),
        readers_(
            options.readers_max, options.wait_max, [path] { return connect_sqlite(path, Access::Read); }),
        checkpointer_(std::move(checkpointer)),
        writer_(std::move(writing_connection), options) {}

  Engine engine() const override { return Engine::Sqlite; }

 protected:
  Result<void> run_read(const Body& body) override {
    TRY_AS(const auto reader, readers_.take());
    TRY(reader->run(kBeginRead, {}));
    const Snapshot snapshot(*reader);
    Tx tx(*reader, observer_);
    const TransactionMark mark;
    if (body(tx) && tx.failure()) return std::unexpected(*tx.failure());
    return {};
  }

  Result<void> run_write(const Body& body) override { return writer_.run(body); }

 private:
  Observer* const observer_;
  Pool readers_;
  std::unique_ptr<Checkpointer> checkpointer_;  // before the writer, which tells it of every commit
  GroupWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, const DatabaseOptions& options) {
  auto checkpointer = std::make_unique<Checkpointer>();
  TRY_AS(auto connection,
         connect_sqlite(path, Access::Write, [watching = checkpointer.get()](std::size_t pages) {
           watching->log_has(pages);
         }));
  TRY_AS(auto copying, connect_sqlite(path, Access::Write));
  checkpointer->start(std::move(copying));
  return std::make_unique<SqliteDatabase>(path, std::move(checkpointer), std::move(connection), options);
}

}  // namespace outrider::db
