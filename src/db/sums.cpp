#include "db/sums.h"

#include <algorithm>
#include <utility>

#include "core/assert.h"
#include "db/database.h"

namespace outrider::db {

void Sums::fold(const Query& query,
                Fold how,
                std::span<const std::int64_t> key,
                std::span<const std::int64_t> by) {
  auto& [known_query, amounts] =
      entries_[Place{.query_name = query.name, .key = std::vector(key.begin(), key.end())}];
  if (known_query == nullptr) {
    known_query = &query;
    amounts.assign(by.begin(), by.end());
    return;
  }
  OUTRIDER_ASSERT(amounts.size() == by.size(), "a query's sums are always the same");
  for (std::size_t i = 0; i < by.size(); ++i)
    amounts[i] = how == Fold::Add ? amounts[i] + by[i] : std::max(amounts[i], by[i]);
}

std::vector<Sums::Batch> Sums::take() {
  std::vector<Batch> batches;
  for (const auto& [place, entry] : std::exchange(entries_, {})) {
    if (batches.empty() || batches.back().query->name != place.query_name)
      batches.push_back({.query = entry.query, .executions = {}});
    Args values(place.key.begin(), place.key.end());
    values.insert(values.end(), entry.amounts.begin(), entry.amounts.end());
    batches.back().executions.push_back(std::move(values));
  }
  return batches;
}

}  // namespace outrider::db
