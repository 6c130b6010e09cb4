// What the engines share inside this folder: the interface of one connection, and the mark of a thread that
// runs a transaction. Nobody outside db/ includes this.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "db/database.h"

namespace outrider::db {

/// One connection, used by one thread at a time. Statements are prepared once and kept by the query's name.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Engine engine() const = 0;
  virtual Result<void> prepare(const Query& query) = 0;
  virtual Result<Rows> rows(const Query& query, std::span<const Value> values) = 0;
  virtual Result<std::int64_t> run(const Query& query, std::span<const Value> values) = 0;
  /// Like `run`, but may fail later: at the next call of any kind.
  virtual Result<void> post(const Query& query, std::span<const Value> values) = 0;
  virtual Result<std::int64_t> run_many(const Query& query, std::span<const Args> executions) = 0;
  /// Statements without parameters, as the engine takes them.
  virtual Result<void> script(std::string_view name, std::string_view sql) = 0;

  virtual bool in_transaction() const = 0;
  /// Of no further use: the pool drops it.
  virtual bool broken() const = 0;
  /// Whether the last failure undid the transaction for reasons of timing, so that running it again may
  /// succeed.
  virtual bool worth_retrying() const = 0;
};

enum class Access : std::uint8_t { Read, Write };
/// Told after each commit how many pages the write-ahead log has.
using LogWatch = std::function<void(std::size_t pages)>;
/// With a watch, checkpoints are its business until the log has kLogPagesMax pages.
Result<std::unique_ptr<Connection>> connect_sqlite(const std::string& path,
                                                   Access access,
                                                   LogWatch watch = {});
inline constexpr std::size_t kLogPagesMax = 8192;  // of 4 KiB; read whole after a crash
Result<std::unique_ptr<Connection>> connect_postgres(const std::string& url);

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, const DatabaseOptions& options);
Result<std::unique_ptr<Database>> open_postgres(const DatabaseOptions& options);

/// Marks this thread as running a transaction's function.
class TransactionMark {
 public:
  TransactionMark();
  ~TransactionMark();
  TransactionMark(const TransactionMark&) = delete;
  TransactionMark& operator=(const TransactionMark&) = delete;
};

/// Tells the observer about one piece of work and logs it when it was slow.
void report(Observer* observer,
            std::string_view name,
            std::chrono::steady_clock::time_point since,
            bool failed);

/// Invalid when a text value is not UTF-8 or has a NUL, which PostgreSQL refuses and SQLite does not.
Result<void> check_values(const Query& query, std::span<const Value> values);

}  // namespace outrider::db
