// Every named query of src/, found by tools/collect_queries.py when the tests are built.
#pragma once

#include <string_view>
#include <vector>

#include "db/database.h"

namespace outrider::db {

struct ListedQuery {
  std::string_view place;  // campaigns/store.cpp:42
  Query query;
};

std::vector<ListedQuery> all_queries();

}  // namespace outrider::db
