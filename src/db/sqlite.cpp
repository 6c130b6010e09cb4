// One SQLite connection. The only file that knows sqlite3.h.
#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "core/assert.h"
#include "core/strings.h"
#include "db/connection.h"
#include "db/dialect.h"

namespace outrider::db {
namespace {

constexpr int kBusyWaitMs = 5000;

// Set on every connection. FULL makes a commit durable in WAL mode; quoted names are never taken for text.
constexpr const char* kSetUp = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -8000;
  PRAGMA journal_size_limit = 67108864;
)";
constexpr const char* kReadOnly = "PRAGMA query_only = ON";
constexpr const char* kWriting = "PRAGMA cache_size = -16000";
constexpr int kLookasideBytes = 1200;  // of each piece of memory that a connection has ready
constexpr int kLookasidePieces = 400;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Code code_of(int status) {
  if (status == SQLITE_CONSTRAINT_UNIQUE || status == SQLITE_CONSTRAINT_PRIMARYKEY ||
      status == SQLITE_CONSTRAINT_ROWID) {
    return Code::Conflict;
  }
  switch (status & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      return Code::Unavailable;
    default:
      return Code::Internal;
  }
}

struct Prepared {
  StatementHandle handle;
  std::string sql;
  std::vector<int> positions;  // of $1, $2, ...; 0 when the text has no such placeholder
};

/// Leaves a cached statement ready for its next use, whatever happened.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) : statement_(statement) {}
  ~Running() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  sqlite3_stmt* statement_;
};

void add_cell(Table& table, sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) {
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return length == 0 ? std::string_view() : std::string_view(static_cast<const char*>(data), length);
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return table.add_integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return table.add_real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT:
      return table.add_text(bytes(sqlite3_column_text(statement, column)));
    case SQLITE_BLOB:
      return table.add_blob(bytes(sqlite3_column_blob(statement, column)));
    default:
      return table.add_null();
  }
}

struct Binder {
  sqlite3_stmt* statement;
  int position;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, position); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, position, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, position, value); }
  // A null pointer would bind NULL, so an empty value points at something.
  int operator()(std::string_view text) const {
    const auto* data = text.empty() ? "" : text.data();
    return sqlite3_bind_text64(statement, position, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(Blob blob) const {
    const auto* data = blob.bytes.empty() ? "" : blob.bytes.data();
    return sqlite3_bind_blob64(statement, position, data, blob.bytes.size(), SQLITE_STATIC);
  }
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(Handle handle, LogWatch watch) : watch_(std::move(watch)), handle_(std::move(handle)) {
    if (watch_) sqlite3_wal_hook(handle_.get(), &SqliteConnection::committed, this);
  }

  Engine engine() const override { return Engine::Sqlite; }
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_.get()) == 0; }
  bool broken() const override { return false; }
  bool worth_retrying() const override { return false; }

  Result<void> prepare(const Query& query) override {
    TRY(prepared(query));
    return {};
  }

  Result<Rows> rows(const Query& query, std::span<const Value> values) override {
    TRY_AS(const auto* const statement, prepared(query));
    Table table;
    table.query = query.name;
    TRY(execute(query, *statement, values, &table));
    return Rows(std::move(table));
  }

  Result<std::int64_t> run(const Query& query, std::span<const Value> values) override {
    TRY_AS(const auto* const statement, prepared(query));
    return execute(query, *statement, values, nullptr);
  }

  Result<void> post(const Query& query, std::span<const Value> values) override {
    TRY(run(query, values));
    return {};
  }

  Result<std::int64_t> run_many(const Query& query, std::span<const Args> executions) override {
    TRY_AS(const auto* const statement, prepared(query));
    std::int64_t affected = 0;
    for (const auto& values : executions) {
      TRY_AS(const auto count, execute(query, *statement, values, nullptr));
      affected += count;
    }
    return affected;
  }

  Result<void> script(std::string_view name, std::string_view sql) override {
    const int status = sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) return described_failure(name, status);
    return {};
  }

 private:
  static int committed(void* self, sqlite3* handle, const char*, int pages) {
    const auto count = static_cast<std::size_t>(pages);
    static_cast<SqliteConnection*>(self)->watch_(count);
    if (count >= kLogPagesMax)
      sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    return SQLITE_OK;
  }

  // The message of a text that was not even executed names tables and columns, and no values.
  std::unexpected<Error> described_failure(std::string_view name, int status) const {
    return fail(code_of(status), std::string(name) + ": " + sqlite3_errmsg(handle_.get()));
  }

  std::unexpected<Error> failure(const Query& query, int status) const {
    const auto code = code_of(status);
    const std::string what = code == Code::Conflict ? "exists already" : sqlite3_errstr(status);
    return fail(code, std::string(query.name) + ": " + what + " (" + std::to_string(status) + ")");
  }

  Result<const Prepared*> prepared(const Query& query) {
    if (const auto found = statements_.find(query.name); found != statements_.end()) {
      OUTRIDER_ASSERT(found->second.sql == query.sql, "two queries do not share one name");
      return &found->second;
    }
    TRY_AS(const auto translated, translate(query.sql, Engine::Sqlite));
    sqlite3_stmt* made = nullptr;
    const char* rest = nullptr;
    const int status = sqlite3_prepare_v3(handle_.get(),
                                          translated.sql.c_str(),
                                          static_cast<int>(translated.sql.size()),
                                          SQLITE_PREPARE_PERSISTENT,
                                          &made,
                                          &rest);
    StatementHandle handle(made);
    if (status != SQLITE_OK) return described_failure(query.name, status);
    if (made == nullptr || !trim(rest).empty()) {
      return fail(Code::Internal, std::string(query.name) + ": must be exactly one statement");
    }
    Prepared fresh{.handle = std::move(handle), .sql = std::string(query.sql), .positions = {}};
    for (std::size_t i = 1; i <= translated.parameters; ++i) {
      const std::string placeholder = "$" + std::to_string(i);
      fresh.positions.push_back(sqlite3_bind_parameter_index(made, placeholder.c_str()));
    }
    return &statements_.emplace(query.name, std::move(fresh)).first->second;
  }

  Result<void> bind(const Query& query, const Prepared& statement, std::span<const Value> values) {
    OUTRIDER_ASSERT(values.size() == statement.positions.size(),
                    "a query is given a value for each of its $n");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (statement.positions[i] == 0) continue;
      const int status =
          std::visit(Binder{statement.handle.get(), statement.positions[i]}, values[i].variant());
      if (status != SQLITE_OK) return failure(query, status);
    }
    return {};
  }

  /// Steps to the end; the number of rows changed, or returned by a query that changes nothing.
  Result<std::int64_t> execute(const Query& query,
                               const Prepared& statement,
                               std::span<const Value> values,
                               Table* table) {
    auto* const handle = statement.handle.get();
    const Running running(handle);
    TRY(bind(query, statement, values));
    std::int64_t returned = 0;
    int status = sqlite3_step(handle);
    const int columns = sqlite3_column_count(handle);
    for (; status == SQLITE_ROW; status = sqlite3_step(handle)) {
      ++returned;
      for (int i = 0; table != nullptr && i < columns; ++i) add_cell(*table, handle, i);
    }
    if (status != SQLITE_DONE) return failure(query, status);
    if (table != nullptr) {
      table->columns = static_cast<std::size_t>(columns);
      table->rows = static_cast<std::size_t>(returned);
    }
    return sqlite3_stmt_readonly(handle) != 0 ? returned : sqlite3_changes64(handle_.get());
  }

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };

  LogWatch watch_;
  Handle handle_;  // before the statements, which must be gone first
  std::unordered_map<std::string, Prepared, NameHash, std::equal_to<>> statements_;
};

}  // namespace

Result<std::unique_ptr<Connection>> connect_sqlite(const std::string& path, Access access, LogWatch watch) {
  if (path.empty() || path.starts_with(':'))
    return fail(Code::Invalid, "sqlite: must be followed by a file's path");
  // Its figures of memory cost every allocation of every connection a lock of the whole process.
  static std::once_flag configured;
  std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int status = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Handle handle(opened);
  if (status != SQLITE_OK) return fail(Code::Unavailable, path + ": " + sqlite3_errstr(status));
  sqlite3_busy_timeout(opened, kBusyWaitMs);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideBytes, kLookasidePieces);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  auto connection = std::make_unique<SqliteConnection>(std::move(handle), std::move(watch));
  auto set_up = connection->script(path, kSetUp);
  if (set_up) set_up = connection->script(path, access == Access::Read ? kReadOnly : kWriting);
  if (!set_up) return fail(Code::Unavailable, set_up.error().message);
  return connection;
}

}  // namespace outrider::db
