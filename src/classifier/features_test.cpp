#include "classifier/features.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace outrider::classifier {
namespace {

TEST_CASE("words are compared without case, accents and figures") {
  using Words = std::vector<std::string>;
  CHECK(words_of("Déjà VU, 42 Straßen!") == Words{"deja", "vu", "0", "strasen"});
  CHECK(words_of("Can we talk?") == Words{"can", "we", "talk", "?"});
  CHECK(words_of("see https://calendly.com/x or a@b.example") ==
        Words{"see", "<link>", "<calendar>", "or", "<address>"});
  CHECK(words_of("価格は？") == Words{"価格は", "?"});
  CHECK(words_of(" .,!- ").empty());
}

TEST_CASE("features of a text are sorted, within the buckets and of length one") {
  const auto features = features_of("Please call me on Monday at 10");
  REQUIRE(!features.empty());
  CHECK(std::ranges::is_sorted(features, std::less<>(), &Feature::bucket));
  float square = 0;
  for (const auto& feature : features) {
    CHECK(feature.bucket < kBuckets);
    square += feature.value * feature.value;
  }
  CHECK(std::abs(square - 1) < 0.001F);
}

TEST_CASE("any bytes have features, and no text has none") {
  CHECK(features_of("").empty());
  CHECK(!features_of("\xFF\xFE\xC3").empty());
  CHECK(features_of(std::string(100'000, 'a')).size() < 1'000);
}

}  // namespace
}  // namespace outrider::classifier
