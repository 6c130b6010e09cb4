// SQLite as a Database: one writer thread, several readers on snapshots of the write-ahead log.
#include "db/connection.h"
#include "db/group_writer.h"
#include "db/pool.h"

namespace outrider::db {
namespace {

constexpr Query kBeginRead{"db.begin_read", "BEGIN DEFERRED"};
constexpr Query kEndRead{"db.end_read", "COMMIT"};

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

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& path,
                 std::unique_ptr<Connection> writing_connection,
                 const DatabaseOptions& options)
      : observer_(options.observer),
        readers_(
            options.readers_max, options.wait_max, [path] { return connect_sqlite(path, Access::Read); }),
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
  GroupWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path, const DatabaseOptions& options) {
  TRY_AS(auto connection, connect_sqlite(path, Access::Write));
  return std::make_unique<SqliteDatabase>(path, std::move(connection), options);
}

}  // namespace outrider::db
