#include "db/testing.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/clock.h"
#include "core/encoding.h"
#include "core/secrets.h"
#include "db/migrate.h"

namespace outrider::db {
namespace {

std::string unique_name() {
  return "outrider_test_" + hex_encode(random_bytes(8));
}

template <class T>
T value_of(Result<T> result) {
  if (!result) FAIL(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class SqliteFile final : public TestDatabase {
 public:
  SqliteFile() : folder_(std::filesystem::temp_directory_path() / unique_name()) {
    std::filesystem::create_directory(folder_);
    url_ = "sqlite:" + (folder_ / "test.db").string();
  }
  ~SqliteFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::string& url() const override { return url_; }

 private:
  std::filesystem::path folder_;
  std::string url_;
};

/// A schema of the cluster that tools/with_postgres started: made in a few milliseconds, unlike a database.
class PostgresSchema final : public TestDatabase {
 public:
  explicit PostgresSchema(const std::string& cluster_url)
      : name_(unique_name()), owner_(value_of(Database::open({.url = cluster_url, .pool_max = 1}))) {
    url_ = cluster_url + (cluster_url.contains('?') ? "&" : "?") + "options=-csearch_path%3D" + name_;
    value_of(execute("CREATE SCHEMA " + name_));
  }
  ~PostgresSchema() override { static_cast<void>(execute("DROP SCHEMA " + name_ + " CASCADE")); }
  PostgresSchema(const PostgresSchema&) = delete;
  PostgresSchema& operator=(const PostgresSchema&) = delete;

  const std::string& url() const override { return url_; }

 private:
  Result<void> execute(const std::string& sql) {
    return owner_->write([&](Tx& tx) { return tx.script("test.schema", sql); });
  }

  std::string name_;
  std::unique_ptr<Database> owner_;
  std::string url_;
};

void run_on(Engine engine, const std::function<void(Database&)>& test) {
  const char* const name = engine == Engine::Sqlite ? "SQLite" : "PostgreSQL";
  CAPTURE(name);
  const auto place = make_test_database(engine);
  const auto database = value_of(Database::open({.url = place->url()}));
  test(*database);
}

}  // namespace

std::unique_ptr<TestDatabase> make_test_database(Engine engine) {
  if (engine == Engine::Sqlite) return std::make_unique<SqliteFile>();
  const char* const cluster_url = std::getenv("OUTRIDER_TEST_POSTGRES");
  if (cluster_url == nullptr) {
    FAIL("OUTRIDER_TEST_POSTGRES is not set: run the tests under tools/with_postgres (./dev test does)");
  }
  return std::make_unique<PostgresSchema>(cluster_url);
}

void for_each_engine(const std::function<void(Database&)>& test) {
  run_on(Engine::Sqlite, test);
  run_on(Engine::Postgres, test);
}

void for_each_migrated(const std::function<void(Database&)>& test) {
  for_each_engine([&test](Database& database) {
    Clock clock;
    value_of(migrate(database, clock));
    test(database);
  });
}

}  // namespace outrider::db
