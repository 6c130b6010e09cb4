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

constexpr Query kFindDatabase{"test.find_database", "SELECT 1 FROM pg_database WHERE datname = $1"};

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
    static const auto migrated = [] {
      auto made = std::make_unique<SqliteFile>();
      migrate_all(made->url());
      return made;
    }();
    std::filesystem::copy_file(migrated->file(), file());
  }

 private:
  std::filesystem::path file() const { return folder_ / "test.db"; }

  std::filesystem::path folder_;
  std::string url_ = "sqlite:" + file().string();
};

/// The cluster that tools/with_postgres started, outside any transaction.
class Cluster {
 public:
  Cluster() : url_(std::getenv("OUTRIDER_TEST_POSTGRES")), connection_(value_of(connect_postgres(url_))) {}

  Result<void> execute(const std::string& sql) { return connection_->script("test.cluster", sql); }
  std::string url_with(const std::string& parameter) const {
    return url_ + (url_.contains('?') ? "&" : "?") + parameter;
  }

  /// The name of a migrated database to copy. It is filled under another name, so that several programs may
  /// race.
  std::string migrated_database() {
    std::string all;
    for (const auto& migration : embedded_migrations()) all += migration.sql;
    const auto name = "outrider_migrated_" + hex_encode(sha256(all)).substr(0, 16);
    const std::array<Value, 1> values{Value(name)};
    if (!value_of(connection_->rows(kFindDatabase, values)).empty()) return name;
    const auto draft = unique_name();
    value_of(execute("CREATE DATABASE " + draft));
    migrate_all(url_with("dbname=" + draft));
    if (!execute("ALTER DATABASE " + draft + " RENAME TO " + name))
      value_of(execute("DROP DATABASE " + draft));
    return name;
  }

 private:
  std::string url_;
  std::unique_ptr<Connection> connection_;
};

/// A schema is made in a few milliseconds, unlike a database.
class PostgresSchema final : public TestDatabase {
 public:
  PostgresSchema() : name_(unique_name()), url_(cluster_.url_with("options=-csearch_path%3D" + name_)) {
    value_of(cluster_.execute("CREATE SCHEMA " + name_));
  }
  ~PostgresSchema() override { static_cast<void>(cluster_.execute("DROP SCHEMA " + name_ + " CASCADE")); }
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  const std::string& url() const override { return url_; }

 private:
  Cluster cluster_;
  std::string name_;
  std::string url_;
};

/// A copy of a migrated database, which is quicker than to migrate.
class PostgresCopy final : public TestDatabase {
 public:
  PostgresCopy() : name_(unique_name()), url_(cluster_.url_with("dbname=" + name_)) {
    value_of(cluster_.execute("CREATE DATABASE " + name_ + " TEMPLATE " + cluster_.migrated_database()));
  }
  ~PostgresCopy() override {
    static_cast<void>(cluster_.execute("DROP DATABASE " + name_ + " WITH (FORCE)"));
  }
  PostgresCopy(const PostgresCopy&) = delete;
  PostgresCopy& operator=(const PostgresCopy&) = delete;

  const std::string& url() const override { return url_; }

 private:
  Cluster cluster_;
  std::string name_;
  std::string url_;
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
  if (content == Content::Migrated) return std::make_unique<PostgresCopy>();
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
