#include "db/migrate.h"

#include <algorithm>
#include <optional>

#include "core/encoding.h"
#include "core/log.h"
#include "core/secrets.h"

namespace outrider::db {
namespace {

// No migration may wait for a lock or run only so long as a query may; the lock is this program's, for any
// schema.
constexpr std::string_view kPrepare = R"(
/*+begin postgres*/
  SET LOCAL statement_timeout = 0;
  SELECT pg_advisory_xact_lock(7310579614);
/*+end*/
  CREATE TABLE IF NOT EXISTS schema_migration (
    version       BIGINT NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    sha256        TEXT   NOT NULL,
    applied_at_ms BIGINT NOT NULL
  );
)";

// Not of the tested query list: these run before any migration made their table.
constexpr Query kListApplied{"db.list_applied_migrations",
                             "SELECT version, name, sha256 FROM schema_migration ORDER BY version"};
constexpr Query kStoreApplied{"db.store_applied_migration",
                              "INSERT INTO schema_migration (version, name, sha256, applied_at_ms)"
                              " VALUES ($1, $2, $3, $4)"};
constexpr Query kSqliteTable{
    "db.find_migration_table_sqlite",
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'"};
constexpr Query kPostgresTable{"db.find_migration_table_postgres",
                               "SELECT 1 WHERE to_regclass('schema_migration') IS NOT NULL"};

std::string fingerprint(const Migration& migration) {
  return hex_encode(sha256(migration.sql));
}

/// How many of `migrations` are applied; those that are must be the first ones, unchanged.
Result<std::size_t> count_applied(Tx& tx, std::span<const Migration> migrations) {
  TRY_AS(const auto applied, tx.rows(kListApplied));
  std::size_t count = 0;
  for (const auto& row : applied) {
    const auto name = row.string(1);
    if (count == migrations.size() || migrations[count].version != row.int64(0)) {
      return fail(
          Code::Conflict,
          "the database has migration " + name +
              ", which this program does not know: run the newer program, or restore a backup made before");
    }
    if (fingerprint(migrations[count]) != row.text(2)) {
      return fail(Code::Conflict,
                  "migration " + name +
                      " was changed after it was applied: put its text back and add a new migration");
    }
    ++count;
  }
  return count;
}

/// Applies the first missing migration; its name, or nothing when none is missing.
Result<std::optional<std::string>> apply_next(Tx& tx, Clock& clock, std::span<const Migration> migrations) {
  TRY(tx.script("db.prepare_migration", kPrepare));
  TRY_AS(const auto applied, count_applied(tx, migrations));
  if (applied == migrations.size()) return std::nullopt;
  const auto& next = migrations[applied];
  TRY(tx.script(next.name, next.sql));
  TRY(tx.run(kStoreApplied, next.version, next.name, fingerprint(next), clock.now_ms()));
  return std::string(next.name);
}

}  // namespace

Result<int> migrate(Database& database, Clock& clock, std::span<const Migration> migrations) {
  int count = 0;
  while (true) {
    TRY_AS(const auto name, database.write([&](Tx& tx) { return apply_next(tx, clock, migrations); }));
    if (!name) return count;
    log::info("db.migrated", {{"migration", *name}});
    ++count;
  }
}

Result<std::vector<std::string>> pending_migrations(Database& database,
                                                    std::span<const Migration> migrations) {
  return database.read([&](Tx& tx) -> Result<std::vector<std::string>> {
    std::size_t applied = 0;
    TRY_AS(const auto table, tx.row(tx.engine() == Engine::Sqlite ? kSqliteTable : kPostgresTable));
    if (table) {
      TRY_AS(applied, count_applied(tx, migrations));
    }
    std::vector<std::string> names;
    for (const auto& migration : migrations.subspan(applied)) names.emplace_back(migration.name);
    return names;
  });
}

}  // namespace outrider::db
