// Brings a database to the schema this program was built with: migrations/NNNN_name.sql, embedded at build
// time, one text for both engines.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "db/database.h"

namespace outrider::db {

struct Migration {
  int version = 0;
  std::string_view name;  // 0001_workspaces
  std::string_view sql;
};

/// The files of migrations/, by version.
std::span<const Migration> embedded_migrations();

/// Applies what is missing, in order, each in its own transaction, and returns how many that was. Several
/// processes may call it on one database at once: they take turns. Errors: Conflict when the text of an
/// applied migration has changed or the database has one this program does not know (it is newer); otherwise
/// what the migration failed with, named.
Result<int> migrate(Database& database,
                    Clock& clock,
                    std::span<const Migration> migrations = embedded_migrations());

/// The names of those `migrate` would apply. Errors as there; changes nothing.
Result<std::vector<std::string>> pending_migrations(
    Database& database, std::span<const Migration> migrations = embedded_migrations());

}  // namespace outrider::db
