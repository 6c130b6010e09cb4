// The database: one SQL text on two engines, SQLite inside the process or PostgreSQL beside it. Stores write
// their queries as constants, take a Tx and run them; only this folder knows an engine.
//
// Same rules on both engines, so that code tried on one works on the other:
// - `$n` placeholders, bound by number, in any order. PostgreSQL takes a placeholder's type from where it
// stands;
//   where nothing tells it (`$1 IS NULL`, `$1 + 1`) write CAST($1 AS BIGINT) or CAST($1 AS TEXT).
// - After a query failed, its transaction is lost: later queries in it fail and it is rolled back, even when
// the
//   function goes on to return a value. To step around a duplicate, write ON CONFLICT DO NOTHING.
// - Words such as /*+skip_locked*/ stand for what the engines spell differently (dialect.h).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.h"
#include "db/rows.h"
#include "db/sums.h"
#include "db/value.h"

namespace outrider::db {

enum class Engine : std::uint8_t { Sqlite, Postgres };

/// A named SQL text: `constexpr db::Query kFind{"area.verb", R"sql(...)sql"};` directly above the one
/// function that runs it. The name is its key in metrics, in the slow log and in each connection's statement
/// cache, so no two queries share one; at most 60 bytes. A unit test prepares every such constant of src/ on
/// both engines.
struct Query {
  std::string_view name;
  std::string_view sql;
};

/// Told about every query that ran, for metrics. Called on many threads at once; must not block or throw.
class Observer {
 public:
  virtual ~Observer() = default;
  /// `name` is the query's, or "db.commit" for the durable end of a write (on SQLite, of a batch of them).
  virtual void query_ran(std::string_view name, std::chrono::microseconds took, bool failed) = 0;
};

class Connection;

/// One transaction, for the time of the function it was given to and on that function's thread.
///
/// Errors of every call: Conflict when a unique key exists already, Invalid for text that is not UTF-8 or has
/// a NUL, Unavailable when the database cannot be reached or is busy or full, Internal otherwise. Messages
/// name the query, never its values.
class Tx {
 public:
  Tx(Connection& connection, Observer* observer) : connection_(connection), observer_(observer) {}
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  Engine engine() const;

  template <class... Ts>
  Result<Rows> rows(const Query& query, const Ts&... args) {
    const std::array<Value, sizeof...(Ts)> values{Value(args)...};
    return rows_of(query, values);
  }

  /// The first row, or nothing.
  template <class... Ts>
  Result<std::optional<Row>> row(const Query& query, const Ts&... args) {
    TRY_AS(const auto found, rows(query, args...));
    return found.empty() ? std::optional<Row>() : std::optional<Row>(found.front());
  }

  /// How many rows were inserted, updated, deleted or selected.
  template <class... Ts>
  Result<std::int64_t> run(const Query& query, const Ts&... args) {
    const std::array<Value, sizeof...(Ts)> values{Value(args)...};
    return count_of(query, values);
  }

  /// The same for whoever does not need the number. PostgreSQL gets it together with the next query, without
  /// a wait of its own; when it fails, that query does, or the `write`.
  template <class... Ts>
  Result<void> post(const Query& query, const Ts&... args) {
    const std::array<Value, sizeof...(Ts)> values{Value(args)...};
    return post_values(query, values);
  }

  /// Runs the query once for each element, in order, and adds up the affected rows. On PostgreSQL all of them
  /// travel in a few round trips, so this is the way to store many rows.
  Result<std::int64_t> run_many(const Query& query, std::span<const Args> executions);

  /// Adds to a row of sums when the transaction ends: `query`, a constant, inserts or changes one row, and
  /// its
  /// `$n` are the key, then the amounts. What is added to the same key runs once. This transaction itself
  /// does not see it; errors come from the `write`.
  void add(const Query& query,
           std::initializer_list<std::int64_t> key,
           std::initializer_list<std::int64_t> by) {
    sums_.fold(query, Fold::Add, key, by);
  }
  /// The same with the highest of the values given for the key.
  void raise(const Query& query, std::initializer_list<std::int64_t> key, std::int64_t to) {
    sums_.fold(query, Fold::Highest, key, {&to, 1});
  }
  /// Writes those sums; for the engines, when the function has returned a value. Errors: the first failure of
  /// the transaction.
  Result<void> finish();

  /// Checks that the engine accepts the query, without running it.
  Result<void> prepare(const Query& query);

  /// Several statements without parameters, dialect words allowed: for migrations.
  Result<void> script(std::string_view name, std::string_view sql);

  /// The first failure of this transaction; after it nothing more runs.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Result<Rows> rows_of(const Query& query, std::span<const Value> values);
  Result<std::int64_t> count_of(const Query& query, std::span<const Value> values);
  Result<void> post_values(const Query& query, std::span<const Value> values);
  template <class T, class Call>
  Result<T> observed(std::string_view name, Call&& call);

  Connection& connection_;
  Observer* observer_;
  std::optional<Error> failure_;
  Sums sums_;
};

struct DatabaseOptions {
  /// `sqlite:/path/to/file.db` or what libpq takes: `postgresql://user@host/name`.
  std::string url;
  /// SQLite: connections that read, opened when needed.
  std::size_t readers_max = 8;
  /// PostgreSQL: connections in all, opened when needed.
  std::size_t pool_max = 16;
  /// How long a caller waits for a free connection, or for a place in SQLite's write queue, before
  /// Unavailable.
  std::chrono::milliseconds wait_max{5000};
  /// Not owned; outlives the database.
  Observer* observer = nullptr;
};

/// Thread-safe. `read` and `write` block, so they belong on worker threads, never on an I/O thread.
///
/// Transactions do not nest: calling `read` or `write` inside a function given to either is an assertion
/// failure on both engines, because on SQLite it would wait for itself and on PostgreSQL it would not see the
/// outer one's rows. Pass the Tx down instead.
class Database {
 public:
  /// Errors: Invalid for an unknown scheme, Unavailable when the file or server cannot be opened.
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);

  virtual ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  virtual Engine engine() const = 0;

  /// Runs `f`, a `Result<T>(Tx&)`, on one consistent snapshot that cannot be written through.
  template <class F>
  std::invoke_result_t<F&, Tx&> read(F&& f) {
    return in_transaction(f, [this](const Body& body) { return run_read(body); });
  }

  /// Runs `f`, a `Result<T>(Tx&)`, and commits exactly when it returned a value; the commit is durable before
  /// `write` returns. An error or exception of `f` rolls back and is passed on.
  ///
  /// On SQLite `f` runs on the writer thread, together with other callers' functions in one commit, so it
  /// must be short and touch nothing but its arguments. On PostgreSQL it runs on the caller's thread and is
  /// run again (at most kWriteAttemptsMax times) after a deadlock or serialization failure, so it must not
  /// change anything outside the database in a way that a second run would spoil. Errors besides those of
  /// `f`: Unavailable when the commit failed or, on PostgreSQL, when the connection broke while committing:
  /// then nobody knows whether the write happened, and it is not tried again.
  template <class F>
  std::invoke_result_t<F&, Tx&> write(F&& f) {
    return in_transaction(f, [this](const Body& body) { return run_write(body); });
  }

 protected:
  /// True when the function returned a value.
  using Body = std::function<bool(Tx&)>;

  Database() = default;
  /// The error is the engine's alone; an error of the function stays with the caller.
  virtual Result<void> run_read(const Body& body) = 0;
  virtual Result<void> run_write(const Body& body) = 0;

 private:
  static void assert_outside_transaction();

  template <class F, class Run>
  std::invoke_result_t<F&, Tx&> in_transaction(F& f, Run run) {
    using Answer = std::invoke_result_t<F&, Tx&>;
    assert_outside_transaction();
    std::optional<Answer> answer;
    auto ran = run([&answer, &f](Tx& tx) {
      answer.emplace(f(tx));
      return answer->has_value();
    });
    if (!ran) return Answer(std::unexpect, std::move(ran.error()));
    return std::move(*answer);
  }
};

inline constexpr int kWriteAttemptsMax = 5;

}  // namespace outrider::db
