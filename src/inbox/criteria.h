// What a list request asks for, as a selection of a thread table: ids looked up, dialects gone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/database.h"
#include "inbox/list.h"
#include "inbox/thread_table.h"

namespace outrider::inbox {

/// Looks up the campaigns that scope, campaigns, clients and tags leave, the conversations of message ids and
/// what the search finds.
Result<Selection> selection_of(db::Tx& tx, const Viewer& viewer, View view, const Filters& filters);

std::string json_of(const std::vector<std::int64_t>& ids);
std::vector<std::int64_t> ids_of(const db::Rows& rows);

}  // namespace outrider::inbox
