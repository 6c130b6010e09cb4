#include "inbox/list.h"

#include <algorithm>

#include "inbox/criteria.h"
#include "inbox/outgoing.h"
#include "inbox/thread_tables.h"

namespace outrider::inbox {
namespace {

/// Far more than people queue or remind themselves of; the nearest are listed.
constexpr std::int64_t kOccasionsMax = 100'000;

// Those held back (7) stay in the list whatever their time, for a person to decide.
constexpr db::Query kQueued{"inbox.list_queued", R"sql(
  SELECT id, campaign_lead_id, not_before_ms, message_id, ''
    FROM outgoing
   WHERE workspace_id = $1
     AND step_id = 0
     AND state IN (0, 7)
     AND (not_before_ms > $2 OR state = 7)
   ORDER BY not_before_ms, id
   LIMIT $3
)sql"};
static_assert(static_cast<int>(OutgoingState::Claimed) == 0);

constexpr db::Query kReminders{"inbox.list_reminders", R"sql(
  SELECT id, campaign_lead_id, remind_at_ms, 0, text
    FROM reminder
   WHERE workspace_id = $1
   ORDER BY remind_at_ms, id
   LIMIT $2
)sql"};

Result<std::vector<Occasion>> occasions_of(db::Tx& tx, std::int64_t workspace_id, View view, TimeMs now_ms) {
  TRY_AS(const auto rows,
         view == View::Scheduled ? tx.rows(kQueued, workspace_id, now_ms, kOccasionsMax)
                                 : tx.rows(kReminders, workspace_id, kOccasionsMax));
  std::vector<Occasion> occasions;
  occasions.reserve(rows.size());
  for (const auto& row : rows)
    occasions.push_back({.id = row.int64(0),
                         .thread_id = row.int64(1),
                         .at_ms = row.int64(2),
                         .message_id = row.int64(3),
                         .text = row.string(4)});
  return occasions;
}

void sort_occasions(std::vector<Occasion>& occasions, SortBy sort) {
  const bool is_last_first = sort == SortBy::ScheduledLast || sort == SortBy::ReminderLast;
  std::ranges::sort(occasions, [=](const Occasion& a, const Occasion& b) {
    if (a.at_ms != b.at_ms) return is_last_first ? a.at_ms > b.at_ms : a.at_ms < b.at_ms;
    return a.thread_id != b.thread_id ? a.thread_id > b.thread_id : a.id > b.id;
  });
}

Page page_of(std::vector<Occasion> occasions, const ListRequest& request) {
  Page page{.ids = {}, .occasions = {}, .total_count = static_cast<std::int64_t>(occasions.size())};
  const auto last = std::min(page.total_count, request.offset + request.limit);
  for (auto at = request.offset; at < last; ++at) {
    auto& occasion = occasions[static_cast<std::size_t>(at)];
    page.ids.push_back(occasion.thread_id);
    page.occasions.push_back(std::move(occasion));
  }
  return page;
}

}  // namespace

Result<Page> list_threads(db::Tx& tx,
                          ThreadTables& tables,
                          const Viewer& viewer,
                          View view,
                          const ListRequest& request,
                          TimeMs now_ms) {
  const std::int64_t workspace_id = viewer.scope.workspace_id;
  TRY_AS(const auto table, tables.current(tx, workspace_id, now_ms));
  TRY_AS(const auto selection, selection_of(tx, viewer, view, filters_of(request)));
  if (view != View::Scheduled && view != View::Reminders)
    return table.read([&](const ThreadTable& threads) {
      const RowSet rows = threads.select(selection);
      return Page{.ids = threads.page(rows, request.sort_by, request.offset, request.limit),
                  .occasions = {},
                  .total_count = ThreadTable::count(rows)};
    });

  TRY_AS(auto occasions, occasions_of(tx, workspace_id, view, now_ms));
  table.read([&](const ThreadTable& threads) {
    const RowSet rows = threads.select(selection);
    std::erase_if(occasions,
                  [&](const Occasion& occasion) { return !threads.holds(rows, occasion.thread_id); });
    return 0;
  });
  sort_occasions(occasions, request.sort_by);
  return page_of(std::move(occasions), request);
}

}  // namespace outrider::inbox
