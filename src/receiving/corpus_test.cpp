// Sends every message of tests/corpus through ingest and compares what becomes of it with expected.tsv.
#include "receiving/corpus.h"

#include <doctest/doctest.h>

#include <set>

#include "db/testing.h"

namespace outrider::receiving {
namespace {

const std::filesystem::path kCorpus = OUTRIDER_CORPUS_DIR;

void compare(const CorpusLine& got, const CorpusLine& expected) {
  CHECK(got.message_class == expected.message_class);
  CHECK(got.rule == expected.rule);
  CHECK(got.thread == expected.thread);
  CHECK(got.return_date == expected.return_date);
  CHECK(got.detail == expected.detail);
  // A reply's category is for the model too: the table names those that the words decide.
  if (expected.category != "-" || got.message_class != "REPLY") CHECK(got.category == expected.category);
  if (expected.correspondence != "-") CHECK(got.correspondence == expected.correspondence);
  if (expected.text.starts_with('^'))
    CHECK(got.text.substr(0, expected.text.size() - 1) == expected.text.substr(1));
  else if (expected.text != "*")
    CHECK(got.text == expected.text);
}

TEST_CASE("every message of the corpus becomes what the table says") {
  const auto lines = read_expected(kCorpus);
  const auto store = db::make_test_database(db::Engine::Sqlite, db::Content::Migrated);
  const auto database = db::Database::open({.url = store->url()});
  REQUIRE(database);
  CorpusWorld world(**database, kCorpus);
  REQUIRE(world.set_up());
  for (const auto& expected : lines) {
    CAPTURE(expected.file);
    REQUIRE(std::filesystem::exists(kCorpus / (expected.file + ".eml")));
    const auto got = world.outcome_of(expected.file);
    REQUIRE_MESSAGE(got, (got ? "" : got.error().message));
    compare(*got, expected);
  }
}

TEST_CASE("the corpus is large, in many languages, and every message stands in the table") {
  const auto lines = read_expected(kCorpus);
  std::set<std::string> named;
  std::set<std::string> languages;
  for (const auto& line : lines) {
    named.insert(line.file + ".eml");
    const auto mark = line.file.find('_');
    if (line.file.starts_with("ooo") && mark != std::string::npos)
      languages.insert(line.file.substr(mark + 1, 2));
  }
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus))
    if (entry.path().extension() == ".eml") CHECK(named.contains(entry.path().filename().string()));
  CHECK(lines.size() >= 300);
  CHECK(named.size() == lines.size());
  CHECK(languages.size() >= 14);
}

}  // namespace
}  // namespace outrider::receiving
