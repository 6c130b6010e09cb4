// The thread tables of the workspaces, each as new as the transaction that asks for it. Triggers note every
// changed thread row in `thread_change`; a request first reads the notes it has not seen and then those rows,
// so it sees its own writes at once and those of other nodes as soon as they are committed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>

#include "core/clock.h"
#include "core/result.h"
#include "db/database.h"
#include "inbox/thread_table.h"

namespace outrider::inbox {

inline constexpr std::size_t kTablesBytesMax = std::size_t{1} << 30;
/// Changes that are kept for tables to catch up with; older ones are deleted by `forget_changes`.
inline constexpr std::int64_t kChangesKept = 200'000;

/// Thread-safe.
class ThreadTables {
 public:
  explicit ThreadTables(std::size_t bytes_max = kTablesBytesMax) : bytes_max_(bytes_max) {}

 private:
  /// What was read of thread_change.
  struct Position {
    std::int64_t at = 0;                         // SQLite: the last id; PostgreSQL: the horizon then
    std::unordered_set<std::int64_t> seen = {};  // PostgreSQL: ids at or above the horizon
  };
  struct Kept {
    std::mutex update_mutex;  // taken before the snapshot, so snapshots come in the order of the updates
    std::shared_mutex rows_mutex;
    std::unique_ptr<ThreadTable> table;
    Position position;
    std::atomic<std::size_t> bytes = 0;
    std::atomic<std::uint64_t> last_use = 0;
  };

 public:
  /// A table to read; holding it keeps it in memory.
  class Current {
   public:
    explicit Current(std::shared_ptr<Kept> kept) : kept_(std::move(kept)) {}

    /// What `f(const ThreadTable&)` returns. `f` must not block.
    template <class F>
    auto read(F f) const {
      const std::shared_lock lock(kept_->rows_mutex);
      return f(static_cast<const ThreadTable&>(*kept_->table));
    }

   private:
    std::shared_ptr<Kept> kept_;
  };

  /// The table of a workspace with everything `tx` sees and snoozes that are over by `now_ms` ended; loaded
  /// when it is not there. `tx` is a read whose first query this is: its snapshot begins here.
  Result<Current> current(db::Tx& tx, std::int64_t workspace_id, TimeMs now_ms);

  /// Waits while the table of the workspace is being loaded: to be called before the transaction begins, so
  /// that those who wait hold no connection.
  void await_load(std::int64_t workspace_id);

  std::size_t bytes() const;
  std::size_t bytes_max() const { return bytes_max_; }

 private:
  std::shared_ptr<Kept> kept_of(std::int64_t workspace_id);
  void evict(const Kept* but);
  static Result<> load(db::Tx& tx, std::int64_t workspace_id, Kept& kept);
  static Result<> catch_up(db::Tx& tx, std::int64_t workspace_id, Kept& kept, TimeMs now_ms);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<Kept>> by_workspace_;
  std::atomic<std::uint64_t> uses_ = 0;
};

/// Deletes changes beyond the newest `kept`, some thousands at a time; returns how many.
Result<std::int64_t> forget_changes(db::Tx& tx, std::int64_t kept = kChangesKept);

}  // namespace outrider::inbox
