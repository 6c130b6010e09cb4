#include "sending/variants.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace outrider;
using namespace outrider::sending;

namespace {

std::vector<Variant> with_shares(const std::vector<std::int64_t>& shares) {
  std::vector<Variant> variants;
  for (const std::int64_t share : shares)
    variants.push_back({.id = static_cast<std::int64_t>(variants.size()) + 1, .share = share, .count = 0});
  return variants;
}

}  // namespace

TEST_CASE("percent_split_exact_for_n_1_to_1000") {
  const std::vector<std::vector<double>> splits = {{50, 50},
                                                   {70, 20, 10},
                                                   {33.33, 33.33, 33.34},
                                                   {1, 99},
                                                   {12.5, 37.5, 50},
                                                   {10, 10, 10, 10, 10, 10, 10, 10, 10, 10}};
  for (const auto& split : splits) {
    auto variants = with_shares(*percentage_shares(split));
    for (std::int64_t n = 1; n <= 1000; ++n) {
      ++variants[*pick_variant(variants, variant_tie(n, 3))].count;
      for (const Variant& variant : variants) {
        const double due = static_cast<double>(variant.share) * static_cast<double>(n) / kWholeShare;
        REQUIRE(std::abs(static_cast<double>(variant.count) - due) < 1.0);
      }
    }
    for (std::size_t i = 0; i < split.size(); ++i)
      CHECK(std::abs(static_cast<double>(variants[i].count) - split[i] * 10) < 1.0);
  }
}

TEST_CASE("an equal split is equal after every round") {
  for (std::size_t count = 1; count <= 26; ++count) {
    auto variants = with_shares(equal_shares(count));
    for (std::int64_t n = 1; n <= 260; ++n) {
      ++variants[*pick_variant(variants, variant_tie(n, 1))].count;
      const auto [least, most] = std::ranges::minmax(variants, {}, &Variant::count);
      REQUIRE(most.count - least.count <= 1);
    }
  }
}

TEST_CASE("equal needs are told apart by the lead, not by the order") {
  const auto variants = with_shares(equal_shares(2));
  int first = 0;
  for (std::int64_t lead = 0; lead < 1000; ++lead)
    first += pick_variant(variants, variant_tie(lead, 1)) == 0 ? 1 : 0;
  CHECK(first > 400);
  CHECK(first < 600);
  CHECK(pick_variant(variants, 5) == pick_variant(variants, 5));
}

TEST_CASE("a released lead gives its place back") {
  auto variants = with_shares(*percentage_shares({50, 50}));
  variants[0].count = 10;
  variants[1].count = 9;
  CHECK(pick_variant(variants, 1) == 1);
}

TEST_CASE("the first variants that sum to a hundred are used") {
  CHECK(*percentage_shares({60, 40, 20}) == std::vector<std::int64_t>{60'000, 40'000, 0});
  CHECK(*percentage_shares({100}) == std::vector<std::int64_t>{100'000});
  CHECK(*percentage_shares({33.3, 33.3, 33.3}) == std::vector<std::int64_t>{33'300, 33'300, 33'400});
  CHECK(*percentage_shares({0, 100}) == std::vector<std::int64_t>{0, 100'000});
  CHECK_FALSE(percentage_shares({60, 30}));
  CHECK_FALSE(percentage_shares({60, 60}));
  CHECK_FALSE(percentage_shares({-10, 110}));
  CHECK_FALSE(percentage_shares({std::nan(""), 100}));
  CHECK_FALSE(percentage_shares({}));
  CHECK_FALSE(percentage_shares({9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10}));
  CHECK_FALSE(pick_variant({}, 1));
  CHECK(pick_variant(with_shares({0, 100'000}), 1) == 1);
}
