#include "classifier/examples.h"

#include <doctest/doctest.h>

#include <set>

namespace outrider::classifier {
namespace {

const std::vector<PhraseFile> kFiles{
    {"xx", "$day=Monday|Tuesday\n@greet\nHi,\n@1\n[Yes|Sure], on $day.\n@3\nNo.\n"}};

TEST_CASE("a corpus is made from its phrases, the same for the same seed") {
  const auto examples = make_examples(kFiles, 7, {.of_english = 1, .of_others = 50});
  REQUIRE(examples);
  CHECK(examples->size() == 100);
  std::set<std::string> texts;
  for (const auto& example : *examples) {
    texts.insert(example.text);
    CHECK(example.text.find_first_of("[]$|@") == std::string::npos);
  }
  CHECK(texts.size() > 10);
  const auto again = make_examples(kFiles, 7, {.of_english = 1, .of_others = 50});
  CHECK(fingerprint_of(*examples) == fingerprint_of(*again));
  CHECK(fingerprint_of(*examples) != fingerprint_of(*make_examples(kFiles, 8, {})));
}

TEST_CASE("a phrase outside of a group is refused") {
  CHECK(!make_examples({{"xx", "lost\n@1\nYes\n"}}, 1, {}));
}

TEST_CASE("every language has phrases for every category") {
  for (const auto& file : phrase_files()) {
    CAPTURE(file.language);
    const auto examples = make_examples({file}, 1, {.of_english = 2, .of_others = 2});
    REQUIRE(examples);
    std::set<CategoryId> categories;
    for (const auto& example : *examples) categories.insert(example.category_id);
    CHECK(categories == std::set<CategoryId>{1, 2, 3, 4, 5, 7, 8});
  }
  CHECK(phrase_files().size() >= 14);
}

TEST_CASE("no reply held out of training stands in the corpus") {
  std::set<std::string> trained;
  for (const auto& example : shipped_examples()) trained.insert(example.text);
  for (const auto& example : held_out_examples()) {
    CAPTURE(example.text);
    CHECK(!trained.contains(example.text));
  }
  CHECK(held_out_examples().size() >= 100);
}

}  // namespace
}  // namespace outrider::classifier
