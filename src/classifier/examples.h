// The training corpus: replies made from the phrases in phrases/*.txt, each with its category. Seeded, so
// that the same phrases always give the same corpus.
//
// A phrase file has `$word=a|b` lists, then groups: `@greet`, `@close`, `@filler` and one for each category.
// In a phrase `[a|b|]` stands for one of its alternatives and `$word` for one of its list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/category.h"
#include "classifier/data.h"
#include "core/result.h"

namespace outrider::classifier {

struct Example {
  CategoryId category_id = 0;
  std::string_view language = {};
  std::string text = {};
};

inline constexpr int kWrittenWeight = 12;

struct CorpusSize {
  int of_english = 900;  // replies a category
  int of_others = 220;   // and of each other language
};

/// Errors: Invalid when a phrase file cannot be read.
Result<std::vector<Example>> make_examples(const std::vector<PhraseFile>& files,
                                           std::uint64_t seed,
                                           CorpusSize size);

/// The corpus of the shipped model: synthetic replies, and the ones written by hand kWrittenWeight times.
std::vector<Example> shipped_examples();

/// The replies written by hand that no training has seen.
std::vector<Example> held_out_examples();

/// Of texts and categories, in their order.
std::uint64_t fingerprint_of(const std::vector<Example>& examples);

}  // namespace outrider::classifier
