// PostgreSQL as a Database: a pool of connections, and the rules of when a write may be run again.
#include "core/log.h"
#include "db/connection.h"
#include "db/pool.h"

namespace outrider::db {
namespace {

constexpr std::string_view kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr std::string_view kBeginWrite = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A connection inside a transaction, which ends with it: rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(Pool::Lease lease) : lease_(std::move(lease)) {}
  ~Transaction() {
    if (!lease_->broken() && lease_->in_transaction())
      static_cast<void>(lease_->script("db.rollback", "ROLLBACK"));
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Connection& connection() { return *lease_; }

 private:
  Pool::Lease lease_;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const DatabaseOptions& options)
      : observer_(options.observer),
        pool_(options.pool_max, options.wait_max, [url = options.url] { return connect_postgres(url); }) {}

  Engine engine() const override { return Engine::Postgres; }

  Result<void> check() {
    TRY(pool_.take());
    return {};
  }

 protected:
  Result<void> run_read(const Body& body) override {
    TRY_AS(auto lease, begin(kBeginRead));
    Transaction transaction(std::move(lease));
    return run_body(body, transaction.connection()).outcome;
  }

  Result<void> run_write(const Body& body) override {
    for (int attempt = 1;; ++attempt) {
      TRY_AS(auto lease, begin(kBeginWrite));
      Transaction transaction(std::move(lease));
      auto& connection = transaction.connection();
      auto ran = run_body(body, connection);
      if (ran.kept) ran.outcome = commit(connection);
      if (connection.worth_retrying() && attempt < kWriteAttemptsMax) continue;
      return ran.outcome;
    }
  }

 private:
  struct Ran {
    bool kept = false;  // wants its changes committed
    Result<void> outcome = {};
  };

  Ran run_body(const Body& body, Connection& connection) {
    Tx tx(connection, observer_);
    const TransactionMark mark;
    if (!body(tx)) return {};
    auto finished = tx.finish();
    const bool is_kept = finished.has_value();
    return {.kept = is_kept, .outcome = std::move(finished)};
  }

  /// A pooled connection may have died since its last use. Nothing ran on it yet, so a new one is tried.
  Result<Pool::Lease> begin(std::string_view statement) {
    {
      TRY_AS(auto lease, pool_.take());
      auto begun = lease->script("db.begin", statement);
      if (begun) return lease;
      if (!lease->broken()) return std::unexpected(std::move(begun.error()));
    }
    pool_.drop_idle();
    TRY_AS(auto lease, pool_.take());
    TRY(lease->script("db.begin", statement));
    return lease;
  }

  Result<void> commit(Connection& connection) {
    const auto since = std::chrono::steady_clock::now();
    auto committed = connection.script("db.commit", "COMMIT");
    report(observer_, "db.commit", since, !committed);
    if (committed || !connection.broken()) return committed;
    log::error("db.commit_unknown", {{"error", committed.error().message}});
    return fail(Code::Unavailable,
                "the connection was lost while committing: the write may or may not have happened");
  }

  Observer* const observer_;
  Pool pool_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const DatabaseOptions& options) {
  auto database = std::make_unique<PostgresDatabase>(options);
  TRY(database->check());
  return database;
}

}  // namespace outrider::db
