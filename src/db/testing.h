// Fresh databases for unit tests: every storage test runs on both engines.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "db/database.h"

namespace outrider::db {

enum class Content : std::uint8_t { Nothing, Migrated };

/// A database of its own, gone or emptied with the object; close what was opened on it first. On one thread.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;
  virtual const std::string& url() const = 0;
};

/// Fails the running test case, with what to do, when PostgreSQL is not there: it is never left out.
std::unique_ptr<TestDatabase> make_test_database(Engine engine, Content content = Content::Nothing);

/// Runs the test on a new, empty database of each engine.
void for_each_engine(const std::function<void(Database&)>& test);

/// The same with all migrations applied: what tests of stores want. They must not change the schema.
void for_each_migrated(const std::function<void(Database&)>& test);

}  // namespace outrider::db
