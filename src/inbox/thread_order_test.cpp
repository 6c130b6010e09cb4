#include "inbox/thread_order.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/random.h"

namespace outrider::inbox {
namespace {

TEST_CASE("an order stays sorted while rows come, go and move") {
  constexpr std::uint32_t kRows = 5'000;
  constexpr std::uint64_t kSeed = 11;
  CAPTURE(kSeed);
  Random random(kSeed);
  std::vector<std::int64_t> column(kRows);
  std::vector<std::int64_t> ids(kRows);
  std::vector<ThreadOrder::Row> inside;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    column[row] = static_cast<std::int64_t>(random.below(700));
    ids[row] = row;
    if (row % 3 != 0) inside.push_back(row);
  }
  ThreadOrder order(column, ids);
  order.assign(inside);
  std::vector<bool> is_inside(kRows);
  for (const auto row : inside) is_inside[row] = true;
  for (int step = 0; step < 20'000; ++step) {
    const auto row = static_cast<std::uint32_t>(random.below(kRows));
    if (is_inside[row]) order.erase(row);
    column[row] = static_cast<std::int64_t>(random.below(700));
    is_inside[row] = random.below(4) != 0;
    if (is_inside[row]) order.insert(row);
  }
  std::vector<ThreadOrder::Row> walked;
  order.walk([&](ThreadOrder::Row row) { return walked.push_back(row), true; });
  CHECK(std::ranges::is_sorted(walked, [&](auto a, auto b) { return order.is_before(a, b); }));
  CHECK(walked.size() == static_cast<std::size_t>(std::ranges::count(is_inside, true)));
  CHECK(std::ranges::all_of(walked, [&](auto row) { return is_inside[row]; }));
}

TEST_CASE("a walk ends when it is told to, and an order may become empty") {
  const std::vector<std::int64_t> column = {3, 9, 9};
  const std::vector<std::int64_t> ids = {1, 2, 3};
  ThreadOrder order(column, ids);
  for (const ThreadOrder::Row row : {0u, 1u, 2u}) order.insert(row);
  std::vector<ThreadOrder::Row> walked;
  order.walk([&](ThreadOrder::Row row) { return walked.push_back(row), walked.size() < 2; });
  CHECK(walked == std::vector<ThreadOrder::Row>{2, 1});
  for (const ThreadOrder::Row row : {0u, 1u, 2u}) order.erase(row);
  walked.clear();
  order.walk([&](ThreadOrder::Row row) { return walked.push_back(row), true; });
  CHECK(walked.empty());
  order.insert(1);
}

}  // namespace
}  // namespace outrider::inbox
