#include "inbox/list_upkeep.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

#include "core/log.h"
#include "inbox/search.h"

namespace outrider::inbox {
namespace {

constexpr std::int64_t kIndexedMax = 200;  // in one transaction, which holds up SQLite's writer
constexpr std::int64_t kLoadedMax = 1'000;
constexpr auto kPause = std::chrono::seconds(1);
constexpr int kForgetEvery = 30;  // pauses

constexpr db::Query kWorkspaces{"inbox.busy_workspaces", R"sql(
  SELECT id
    FROM workspace
   ORDER BY id
   LIMIT $1
)sql"};

constexpr db::Query kAnyDue{"inbox.search_any_due", R"sql(
  SELECT id
    FROM search_due
   LIMIT 1
)sql"};

constexpr db::Query kDue{"inbox.search_due", R"sql(
  SELECT workspace_id, id, campaign_lead_id
    FROM search_due
   ORDER BY id
   LIMIT $1 /*+skip_locked*/
)sql"};

constexpr db::Query kDone{"inbox.search_done", R"sql(
  DELETE FROM search_due
   WHERE workspace_id = $1
     AND id = $2
)sql"};

}  // namespace

Result<std::int64_t> index_due(db::Tx& tx) {
  TRY_AS(const auto due, tx.rows(kDue, kIndexedMax));
  std::set<std::int64_t> indexed;
  for (const auto& row : due) {
    if (indexed.insert(row.int64(2)).second) TRY(index_thread(tx, row.int64(0), row.int64(2)));
    TRY(tx.run(kDone, row.int64(0), row.int64(1)));
  }
  return static_cast<std::int64_t>(due.size());
}

ListUpkeep::ListUpkeep(db::Database& database, Clock& clock, ThreadTables& tables)
    : database_(database),
      clock_(clock),
      tables_(tables),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ListUpkeep::~ListUpkeep() = default;

void ListUpkeep::load_tables(const std::stop_token& stop) {
  const auto workspaces = database_.read([](db::Tx& tx) { return tx.rows(kWorkspaces, kLoadedMax); });
  if (!workspaces) return;  // no database: only the API document is wanted
  for (const auto& row : *workspaces) {
    if (stop.stop_requested() || tables_.bytes() >= tables_.bytes_max() / 2) return;
    const auto loaded = database_.read([&](db::Tx& tx) -> Result<> {
      TRY(tables_.current(tx, row.int64(0), clock_.now_ms()));
      return {};
    });
    if (!loaded) log::warn("inbox.table_not_loaded", {{"why", loaded.error().message}});
  }
}

bool ListUpkeep::is_due() {
  const auto row = database_.read([](db::Tx& tx) { return tx.row(kAnyDue); });
  return row && row->has_value();
}

void ListUpkeep::run(const std::stop_token& stop) {
  load_tables(stop);
  std::mutex mutex;
  std::condition_variable_any pause;
  for (int pauses = 0; !stop.stop_requested(); ++pauses) {
    while (!stop.stop_requested() && is_due()) {
      const auto done = database_.write(index_due);
      if (done) continue;
      log::warn("inbox.not_indexed", {{"why", done.error().message}});
      break;
    }
    if (pauses % kForgetEvery == 0) {
      Result<std::int64_t> forgotten = 1;
      while (forgotten && *forgotten > 0 && !stop.stop_requested())
        forgotten = database_.write([](db::Tx& tx) { return forget_changes(tx); });
    }
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, kPause, [] { return false; });
  }
}

}  // namespace outrider::inbox
