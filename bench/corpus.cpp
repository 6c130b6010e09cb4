// bench: receiving db core
// How the messages of tests/corpus are understood: every one through the whole of ingest on a database in
// memory. Prints the confusion matrix of their classes, what went wrong, and the time a message takes.
#include "receiving/corpus.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "core/clock.h"
#include "db/migrate.h"

namespace {

using namespace outrider;
using namespace outrider::receiving;

struct Matrix {
  std::map<std::pair<std::string, std::string>, int> counts;
  std::set<std::string> names;

  void add(const std::string& expected, const std::string& given) {
    ++counts[{expected, given}];
    names.insert(expected);
    names.insert(given);
  }
  void print() const {
    std::printf("%-14s", "expected");
    for (const auto& given : names) std::printf("%13s", given.c_str());
    for (const auto& expected : names) {
      std::printf("\n%-14s", expected.c_str());
      for (const auto& given : names) {
        const auto count = counts.find({expected, given});
        std::printf("%13s", count == counts.end() ? "." : std::to_string(count->second).c_str());
      }
    }
    std::printf("\n");
  }
};

/// The columns in which they differ, "" for none.
std::string differences(const CorpusLine& got, const CorpusLine& expected) {
  std::string found;
  const auto compare = [&](const char* name, const std::string& a, const std::string& b) {
    if (a != b) found += std::string("  ") + name + " is " + a + ", expected " + b;
  };
  compare("class", got.message_class, expected.message_class);
  compare("rule", got.rule, expected.rule);
  compare("thread", got.thread, expected.thread);
  compare("return", got.return_date, expected.return_date);
  compare("detail", got.detail, expected.detail);
  if (expected.category != "-") compare("category", got.category, expected.category);
  if (expected.correspondence != "-") compare("correspondence", got.correspondence, expected.correspondence);
  const bool is_open = expected.text == "*" || expected.text.starts_with('^');
  if (!is_open && got.text != expected.text) found += "  text differs";
  return found;
}

Result<> run(const std::filesystem::path& folder) {
  Clock clock;
  const auto file = std::filesystem::temp_directory_path() / "outrider-corpus.db";
  std::filesystem::remove(file);
  TRY_AS(const auto database, db::Database::open({.url = "sqlite:" + file.string()}));
  TRY(db::migrate(*database, clock));
  CorpusWorld world(*database, folder);
  TRY(world.set_up());
  const auto lines = read_expected(folder);
  Matrix matrix;
  std::size_t wrong = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& expected : lines) {
    TRY_AS(const auto got, world.outcome_of(expected.file));
    matrix.add(expected.message_class, got.message_class);
    const std::string found = differences(got, expected);
    if (found.empty()) continue;
    ++wrong;
    std::printf("%s:%s\n", expected.file.c_str(), found.c_str());
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  matrix.print();
  std::printf("\n%zu messages, %zu wrong, %.2f ms each (read, stored, compared and undone)\n",
              lines.size(),
              wrong,
              took.count() / static_cast<double>(lines.size()));
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run(argc > 1 ? argv[1] : "tests/corpus");
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
