#include "db/testing.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/clock.h"
#include "core/encoding.h"
#include "core/log.h"
#include "core/secrets.h"
#include "db/connection.h"
#include "db/migrate.h"

namespace outrider::db {
namespace {

// Back to what the migrations left, which hold no rows of their own. As a replica, so that no foreign key or
// trigger has a say in it. Much quicker than to migrate again or to copy a database: those make hundreds of
// files.
constexpr std::string_view kEmptyTables = R"(
  SET session_replication_role = replica;
  DO $$
  DECLARE
    each regclass;
  BEGIN
    FOR each IN SELECT oid
                  FROM pg_class
                 WHERE relnamespace = current_schema()::regnamespace
                   AND relkind = 'r'
                   AND relname <> 'schema_migration'
    LOOP
      EXECUTE format('DELETE FROM %s', each);
    END LOOP;
    FOR each IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
    LOOP
      PERFORM setval(each, 1, false);
    END LOOP;
  END $$
)";

std::string unique_name() {
  return "outrider_test_" + hex_encode(random_bytes(8));
}

template <class T>
T value_of(Result<T> result) {
  if (!result) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

void migrate_all(const std::string& url) {
  Clock clock;
  const auto database = value_of(Database::open({.url = url}));
  value_of(migrate(*database, clock));
}

class SqliteFile final : public TestDatabase {
 public:
  SqliteFile() : folder_(std::filesystem::temp_directory_path() / unique_name()) {
    std::filesystem::create_directory(folder_);
  }
  ~SqliteFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::string& url() const override { return url_; }

  /// Copies a file that was migrated once per process.
  void fill() const {
    static const auto kMigrated = [] {
      auto made = std::make_unique<SqliteFile>();
      migrate_all(made->url());
      return made;
    }();
    std::filesystem::copy_file(kMigrated->file(), file());
  }

 private:
  std::filesystem::path file() const { return folder_ / "test.db"; }

  std::filesystem::path folder_;
  std::string url_ = "sqlite:" + file().string();
};

/// A schema in the cluster that tools/with_postgres started: made in a few milliseconds, unlike a database.
/// The extensions lie in `public`, where programs that run side by side share them.
class PostgresSchema final : public TestDatabase {
 public:
  PostgresSchema()
      : url_(std::string(cluster_url()) + (cluster_url().contains('?') ? "&" : "?") +
             "options=-csearch_path%3D" + name_ + "%2Cpublic"),
        connection_(value_of(connect_postgres(url_))) {
    value_of(execute("CREATE SCHEMA " + name_));
  }
  ~PostgresSchema() override { static_cast<void>(execute("DROP SCHEMA " + name_ + " CASCADE")); }
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  const std::string& url() const override { return url_; }
  Result<void> execute(std::string_view sql) { return connection_->script("test.schema", sql); }

 private:
  static std::string_view cluster_url() {
    const char* url = std::getenv("OUTRIDER_TEST_POSTGRES");
    return url ? url : "";
  }

  std::string name_ = unique_name();
  std::string url_;
  std::unique_ptr<Connection> connection_;
};

/// A migrated schema, lent to one test after the other.
class LentSchema final : public TestDatabase {
 public:
  LentSchema() {
    if (!idle().empty()) {
      schema_ = std::move(idle().back());
      idle().pop_back();
      return;
    }
    schema_ = std::make_unique<PostgresSchema>();
    migrate_all(schema_->url());
  }
  ~LentSchema() override {
    if (schema_ != nullptr && schema_->execute(kEmptyTables)) idle().push_back(std::move(schema_));
  }
  LentSchema(const LentSchema&) = delete;
  LentSchema& operator=(const LentSchema&) = delete;

  const std::string& url() const override { return schema_->url(); }

 private:
  static std::vector<std::unique_ptr<PostgresSchema>>& idle() {
    static std::vector<std::unique_ptr<PostgresSchema>> schemas;
    return schemas;
  }

  std::unique_ptr<PostgresSchema> schema_;
};

void run_on(const TestDatabase& place, const char* name, const std::function<void(Database&)>& test) {
  CAPTURE(name);
  const auto database = value_of(Database::open({.url = place.url()}));
  test(*database);
}

}  // namespace

std::unique_ptr<TestDatabase> make_test_database(Engine engine, Content content) {
  log::set_level(log::Level::Warn);  // else each migration of each test tells of itself
  if (engine == Engine::Sqlite) {
    auto file = std::make_unique<SqliteFile>();
    if (content == Content::Migrated) file->fill();
    return file;
  }
  if (std::getenv("OUTRIDER_TEST_POSTGRES") == nullptr) {
    FAIL("OUTRIDER_TEST_POSTGRES is not set: run the tests under tools/with_postgres (./dev test does)");
  }
  if (content == Content::Migrated) return std::make_unique<LentSchema>();
  return std::make_unique<PostgresSchema>();
}

void for_each_engine(const std::function<void(Database&)>& test) {
  run_on(*make_test_database(Engine::Sqlite), "SQLite", test);
  run_on(*make_test_database(Engine::Postgres), "PostgreSQL", test);
}

void for_each_migrated(const std::function<void(Database&)>& test) {
  run_on(*make_test_database(Engine::Sqlite, Content::Migrated), "SQLite", test);
  run_on(*make_test_database(Engine::Postgres, Content::Migrated), "PostgreSQL", test);
}

}  // namespace outrider::db
