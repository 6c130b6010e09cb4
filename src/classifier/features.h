// A reply as numbers for a linear model: words, pairs of words and pieces of words, hashed into a fixed
// number of buckets. The same in every language; nothing is looked up and nothing learned here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::classifier {

inline constexpr std::uint32_t kBuckets = 1U << 16;
inline constexpr std::uint32_t kFeaturesVersion = 1;  // grows when the numbers of a text change
inline constexpr std::size_t kTextBytesMax = 2'000;   // what a reply says stands at its beginning

struct Feature {
  std::uint32_t bucket = 0;
  float value = 0;
};
/// Sorted by bucket, each once; of length 1, or empty for a text without words.
std::vector<Feature> features_of(std::string_view utf8);

/// Words as the model sees them: lower case, Latin letters without accents, numbers as "0", addresses and
/// links as one word each, a question mark as a word.
std::vector<std::string> words_of(std::string_view utf8);

}  // namespace outrider::classifier
