// What one transaction adds to rows of sums, gathered until it ends. A row that many transactions add to is
// locked from the first addition to the commit, so it is touched last, once, and in the same order by
// everybody: nobody waits long for it, and no two wait for each other.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "db/value.h"

namespace outrider::db {

struct Query;

enum class Fold : std::uint8_t { Add, Highest };

class Sums {
 public:
  /// `query` outlives the transaction. Its `$n` are the key, then the amounts.
  void fold(const Query& query,
            Fold how,
            std::span<const std::int64_t> key,
            std::span<const std::int64_t> by);

  struct Batch {
    const Query* query = nullptr;
    std::vector<Args> executions;
  };
  /// By name of the query, then by key. Afterwards nothing is gathered.
  std::vector<Batch> take();

 private:
  struct Place {
    std::string_view query_name;
    std::vector<std::int64_t> key;

    auto operator<=>(const Place&) const = default;
  };
  struct Entry {
    const Query* query = nullptr;
    std::vector<std::int64_t> amounts;
  };

  std::map<Place, Entry> entries_;
};

}  // namespace outrider::db
