// bench: db core
//
// How fast rows go in and out on both engines, and what one flush of the disk costs here: the price of a
// commit.
//
//   OUTRIDER_POSTGRES_DURABLE=1 tools/with_postgres build/release/bench_db [FOLDER]
//
// FOLDER (default: the current one) is where SQLite's file goes; a folder in memory would measure nothing.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "db/database.h"

namespace outrider {
namespace {

using std::chrono::steady_clock;

constexpr int kThreads = 16;
constexpr std::chrono::seconds kRun{2};
constexpr std::size_t kManyRows = 1000;
constexpr std::int64_t kReadableRows = 10000;

constexpr db::Query kInsert{"bench.insert", R"sql(
  INSERT INTO bench_item (email, name, due_at_ms)
  VALUES ($1, $2, $3)
)sql"};
constexpr db::Query kFind{"bench.find", R"sql(
  SELECT id, email, name, due_at_ms
    FROM bench_item
   WHERE id = $1
)sql"};
constexpr std::string_view kSchema = R"(
  DROP TABLE IF EXISTS bench_item;
  CREATE TABLE bench_item (
    id        /*+autoid*/,
    email     TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    due_at_ms BIGINT NOT NULL
    /*+key(id)*/
  );
  CREATE INDEX bench_item_due ON bench_item (due_at_ms);
)";

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench_db: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void print(const char* what, double per_second, const char* unit) {
  std::printf("  %-58s %12.0f %s/s\n", what, per_second, unit);
}

/// Calls of `act` in a second, over all threads.
double rate(int threads, const std::function<void(int thread, std::int64_t call)>& act) {
  std::atomic<std::int64_t> calls = 0;
  const auto start = steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (int thread = 0; thread < threads; ++thread) {
      workers.emplace_back([&, thread] {
        std::int64_t call = 0;
        for (; steady_clock::now() - start < kRun; ++call) act(thread, call);
        calls += call;
      });
    }
  }
  return static_cast<double>(calls) / std::chrono::duration<double>(steady_clock::now() - start).count();
}

void measure_flush(const std::filesystem::path& folder) {
  const auto file = folder / "flush";
  const int descriptor = open(file.c_str(), O_CREAT | O_WRONLY, 0600);
  const std::string page(4096, 'x');
  std::vector<double> micros;
  for (int i = 0; i < 500; ++i) {
    const auto start = steady_clock::now();
    if (pwrite(descriptor, page.data(), page.size(), i * 4096L) < 0 || fdatasync(descriptor) != 0)
      std::exit(1);
    micros.push_back(std::chrono::duration<double, std::micro>(steady_clock::now() - start).count());
  }
  close(descriptor);
  std::ranges::sort(micros);
  std::printf("One 4 KiB write and fdatasync: median %.0f us, 99th percentile %.0f us\n\n",
              micros[micros.size() / 2],
              micros[micros.size() * 99 / 100]);
}

void insert_one(db::Database& database, int thread, std::int64_t call) {
  const auto email = "person" + std::to_string(call) + "@company" + std::to_string(thread) + ".example";
  must(database.write([&](db::Tx& tx) { return tx.run(kInsert, email, "Ada Lovelace", call); }));
}

void insert_many(db::Database& database, std::size_t rows) {
  std::vector<std::string> emails;
  for (std::size_t i = 0; i < rows; ++i) emails.push_back("person" + std::to_string(i) + "@company.example");
  std::vector<db::Args> executions;
  for (const auto& email : emails) executions.push_back({email, "Ada Lovelace", 1});
  must(database.write([&](db::Tx& tx) { return tx.run_many(kInsert, executions); }));
}

void insert_in_turn(db::Database& database, std::size_t rows) {
  must(database.write([&](db::Tx& tx) -> Result<void> {
    for (std::size_t i = 0; i < rows; ++i) TRY(tx.run(kInsert, "person@company.example", "Ada Lovelace", i));
    return {};
  }));
}

void find_one(db::Database& database, std::int64_t call) {
  const auto id = call * 7919 % kReadableRows + 1;
  must(database.read([id](db::Tx& tx) { return tx.row(kFind, id); }));
}

void find_many(db::Database& database) {
  must(database.read([](db::Tx& tx) -> Result<void> {
    for (std::int64_t id = 1; id <= static_cast<std::int64_t>(kManyRows); ++id) TRY(tx.row(kFind, id));
    return {};
  }));
}

void measure(const char* name, const std::string& url) {
  const auto database = must(db::Database::open({.url = url}));
  const auto start_over = [&database] {
    must(database->write([](db::Tx& tx) { return tx.script("bench.schema", kSchema); }));
  };
  const auto many = static_cast<double>(kManyRows);
  std::printf("%s\n", name);
  start_over();
  print("one row a write, 1 thread", rate(1, [&](int t, auto n) { insert_one(*database, t, n); }), "rows");
  start_over();
  print("one row a write, 16 threads",
        rate(kThreads, [&](int t, auto n) { insert_one(*database, t, n); }),
        "rows");
  start_over();
  print("1000 rows a write, one after the other",
        many * rate(1, [&](int, auto) { insert_in_turn(*database, kManyRows); }),
        "rows");
  start_over();
  print("1000 rows a write, run_many",
        many * rate(1, [&](int, auto) { insert_many(*database, kManyRows); }),
        "rows");
  start_over();
  insert_many(*database, static_cast<std::size_t>(kReadableRows));
  print("one select by key a read, 1 thread", rate(1, [&](int, auto n) { find_one(*database, n); }), "reads");
  print("one select by key a read, 16 threads",
        rate(kThreads, [&](int, auto n) { find_one(*database, n); }),
        "reads");
  print("1000 selects by key a read, 1 thread",
        many * rate(1, [&](int, auto) { find_many(*database); }),
        "selects");
  must(database->write([](db::Tx& tx) { return tx.script("bench.drop", "DROP TABLE bench_item"); }));
  std::printf("\n");
}

}  // namespace
}  // namespace outrider

int main(int argc, char** argv) {
  const auto folder =
      std::filesystem::path(argc > 1 ? argv[1] : ".") / ("bench_db." + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  outrider::measure_flush(folder);
  outrider::measure("SQLite, every commit durable", "sqlite:" + (folder / "bench.db").string());
  std::filesystem::remove_all(folder);
  if (const char* url = std::getenv("OUTRIDER_TEST_POSTGRES")) {
    const bool durable = std::getenv("OUTRIDER_POSTGRES_DURABLE") != nullptr;
    outrider::measure(durable ? "PostgreSQL, every commit durable" : "PostgreSQL, without flushes", url);
  } else {
    std::printf("PostgreSQL: left out, because this was not run by tools/with_postgres\n");
  }
}
