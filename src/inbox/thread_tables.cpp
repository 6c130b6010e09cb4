#include "inbox/thread_tables.h"

#include <algorithm>

#include "core/log.h"
#include "inbox/columns.h"
#include "inbox/criteria.h"
#include "inbox/thread.h"

namespace outrider::inbox {
namespace {

constexpr std::int64_t kLoadRowsMax = 20'000;  // in one query
/// With more changes than this the table is loaded anew.
constexpr std::int64_t kChangesMax = 50'000;
constexpr std::size_t kReadRowsMax = 500;  // changed rows in one query
constexpr std::int64_t kForgottenMax = 20'000;

constexpr db::Query kPosition{"inbox.change_position", R"sql(
  SELECT /*+tx_horizon*/,
         COALESCE((SELECT MAX(deleted_to) FROM thread_change_floor), 0),
         /*+begin sqlite*/
         COALESCE((SELECT MAX(id) FROM thread_change), 0)
         /*+end*/
         /*+begin postgres*/
         0
         /*+end*/
)sql"};

struct Place {
  std::int64_t horizon = 0;
  std::int64_t floor = 0;
  std::int64_t newest = 0;
};

Result<Place> read_place(db::Tx& tx) {
  TRY_AS(const auto row, tx.row(kPosition));
  return Place{.horizon = row->int64(0), .floor = row->int64(1), .newest = row->int64(2)};
}

constexpr db::Query kLoad{"inbox.load_threads", R"sql(
  SELECT id, campaign_id, COALESCE(mailbox_id, 0), COALESCE(category_id, 0), COALESCE(assigned_user_id, 0),
         COALESCE(sub_sequence_id, 0), COALESCE(last_sent_at_ms, 0),
         CASE WHEN reply_count > 0 THEN COALESCE(last_reply_at_ms, 0) ELSE 0 END,
         CASE WHEN reply_count > 0 THEN COALESCE(last_reply_at_ms, 0) ELSE engaged_at_ms END,
         COALESCE(snoozed_until_ms, 0), email_status, sent_count, reply_count, open_count + click_count,
         is_read, is_archived, is_important, is_bounced, is_unsubscribed
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id > $2
     AND (sent_count > 0 OR reply_count > 0 OR last_message_id IS NOT NULL)
   ORDER BY id
   LIMIT $3
)sql"};

constexpr db::Query kReload{"inbox.reload_threads", R"sql(
  SELECT id, campaign_id, COALESCE(mailbox_id, 0), COALESCE(category_id, 0), COALESCE(assigned_user_id, 0),
         COALESCE(sub_sequence_id, 0), COALESCE(last_sent_at_ms, 0),
         CASE WHEN reply_count > 0 THEN COALESCE(last_reply_at_ms, 0) ELSE 0 END,
         CASE WHEN reply_count > 0 THEN COALESCE(last_reply_at_ms, 0) ELSE engaged_at_ms END,
         COALESCE(snoozed_until_ms, 0), email_status, sent_count, reply_count, open_count + click_count,
         is_read, is_archived, is_important, is_bounced, is_unsubscribed
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id IN (SELECT value FROM /*+json_ints($2)*/)
     AND (sent_count > 0 OR reply_count > 0 OR last_message_id IS NOT NULL)
)sql"};

std::uint16_t status_fact(EmailStatus status) {
  switch (status) {
    case EmailStatus::Accepted:
      return fact::kAccepted;
    case EmailStatus::Opened:
      return fact::kOpened;
    case EmailStatus::Clicked:
      return fact::kClicked;
    default:
      return 0;
  }
}

ThreadRow read_row(const db::Row& from) {
  Columns next(from);
  ThreadRow row;
  row.id = next.int64();
  row.campaign_id = next.int64();
  row.mailbox_id = next.int64();
  row.category_id = next.int64();
  row.assigned_user_id = next.int64();
  row.sub_sequence_id = next.int64();
  row.sent_at_ms = next.int64();
  row.replied_at_ms = next.int64();
  row.engaged_at_ms = next.int64();
  row.snoozed_until_ms = next.int64();
  row.facts = status_fact(next.as<EmailStatus>());
  const auto note = [&row](bool holds, std::uint16_t fact) {
    if (holds) row.facts |= fact;
  };
  note(next.int64() > 0, fact::kSent);
  const bool is_replied = next.int64() > 0;
  const bool is_engaged = next.int64() > 0;
  note(is_replied, fact::kReplied);
  note(is_engaged && !is_replied, fact::kNotReplied);
  note(next.flag(), fact::kRead);
  note(next.flag(), fact::kArchived);
  note(next.flag(), fact::kImportant);
  note(next.flag(), fact::kBounced);
  note(next.flag(), fact::kUnsubscribed);
  return row;
}

constexpr db::Query kChanges{"inbox.thread_changes", R"sql(
  SELECT id, campaign_lead_id, tx
    FROM thread_change
   WHERE workspace_id = $1
     /*+begin sqlite*/
     AND id > $2
     /*+end*/
     /*+begin postgres*/
     AND tx >= $2
     /*+end*/
   LIMIT $3
)sql"};

/// Rows that are no longer there, or no conversation any more, are missing in the answer.
Result<std::vector<ThreadRow>> reload(db::Tx& tx, std::int64_t workspace_id, const Ids& ids) {
  std::vector<ThreadRow> threads;
  for (std::size_t at = 0; at < ids.size(); at += kReadRowsMax) {
    const auto first = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const Ids some(first, first + static_cast<std::ptrdiff_t>(std::min(kReadRowsMax, ids.size() - at)));
    TRY_AS(const auto rows, tx.rows(kReload, workspace_id, json_of(some)));
    for (const auto& row : rows) threads.push_back(read_row(row));
  }
  return threads;
}

}  // namespace

Result<ThreadTables::Current> ThreadTables::current(db::Tx& tx, std::int64_t workspace_id, TimeMs now_ms) {
  auto kept = kept_of(workspace_id);
  const std::lock_guard lock(kept->update_mutex);
  if (!kept->table) TRY(load(tx, workspace_id, *kept));
  TRY(catch_up(tx, workspace_id, *kept, now_ms));
  if (kept->bytes != kept->table->bytes()) {
    kept->bytes = kept->table->bytes();
    evict(kept.get());
  }
  return Current(std::move(kept));
}

Result<> ThreadTables::load(db::Tx& tx, std::int64_t workspace_id, Kept& kept) {
  TRY_AS(const Place place, read_place(tx));
  std::vector<ThreadRow> threads;
  for (std::int64_t last_id = 0;;) {
    TRY_AS(const auto rows, tx.rows(kLoad, workspace_id, last_id, kLoadRowsMax));
    for (const auto& row : rows) threads.push_back(read_row(row));
    if (static_cast<std::int64_t>(rows.size()) < kLoadRowsMax) break;
    last_id = threads.back().id;
  }
  auto table = std::make_unique<ThreadTable>();
  table->fill(threads);
  const std::unique_lock lock(kept.rows_mutex);
  kept.table = std::move(table);
  kept.position = {.at = tx.engine() == db::Engine::Sqlite ? std::max(place.newest, place.floor)
                                                           : place.horizon};
  return {};
}

Result<> ThreadTables::catch_up(db::Tx& tx, std::int64_t workspace_id, Kept& kept, TimeMs now_ms) {
  TRY_AS(const Place place, read_place(tx));
  Position& position = kept.position;
  const bool is_sqlite = tx.engine() == db::Engine::Sqlite;
  const bool is_behind = is_sqlite ? position.at < place.floor : position.at <= place.floor;
  TRY_AS(const auto changes, tx.rows(kChanges, workspace_id, position.at, kChangesMax));
  if (is_behind || static_cast<std::int64_t>(changes.size()) == kChangesMax) {
    TRY(load(tx, workspace_id, kept));
    const std::unique_lock lock(kept.rows_mutex);
    kept.table->wake(now_ms);
    return {};
  }

  Position reached{.at = is_sqlite ? std::max(position.at, place.newest) : place.horizon};
  std::unordered_set<std::int64_t> changed;
  for (const auto& change : changes) {
    const std::int64_t id = change.int64(0);
    if (!position.seen.contains(id)) changed.insert(change.int64(1));
    if (!is_sqlite && change.int64(2) >= place.horizon) reached.seen.insert(id);
  }
  TRY_AS(const auto threads, reload(tx, workspace_id, Ids(changed.begin(), changed.end())));
  position = std::move(reached);
  if (changed.empty() && !kept.table->is_waking(now_ms)) return {};

  const std::unique_lock lock(kept.rows_mutex);
  for (const auto& thread : threads) {
    kept.table->put(thread);
    changed.erase(thread.id);
  }
  for (const std::int64_t gone : changed) kept.table->remove(gone);
  kept.table->wake(now_ms);
  return {};
}

std::shared_ptr<ThreadTables::Kept> ThreadTables::kept_of(std::int64_t workspace_id) {
  const std::lock_guard lock(mutex_);
  auto& kept = by_workspace_[workspace_id];
  if (!kept) kept = std::make_shared<Kept>();
  kept->last_use = ++uses_;
  return kept;
}

/// The least recently used go; requests that read them still hold them.
void ThreadTables::evict(const Kept* but) {
  const std::lock_guard lock(mutex_);
  while (true) {
    std::size_t bytes = 0;
    auto oldest = by_workspace_.end();
    for (auto at = by_workspace_.begin(); at != by_workspace_.end(); ++at) {
      bytes += at->second->bytes;
      const bool is_older = oldest == by_workspace_.end() || at->second->last_use < oldest->second->last_use;
      if (at->second.get() != but && is_older) oldest = at;
    }
    if (bytes <= bytes_max_ || oldest == by_workspace_.end()) return;
    log::info("inbox.table_dropped", {{"workspace_id", oldest->first}});
    by_workspace_.erase(oldest);
  }
}

void ThreadTables::await_load(std::int64_t workspace_id) {
  const auto kept = kept_of(workspace_id);
  const std::lock_guard lock(kept->update_mutex);
}

std::size_t ThreadTables::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [workspace_id, kept] : by_workspace_) bytes += kept->bytes;
  return bytes;
}

namespace {

constexpr db::Query kEnds{"inbox.change_ends", R"sql(
  SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), 0)
    FROM thread_change
)sql"};

constexpr db::Query kForget{"inbox.forget_changes", R"sql(
  DELETE FROM thread_change
   WHERE id <= $1
  RETURNING
  /*+begin sqlite*/
  id
  /*+end*/
  /*+begin postgres*/
  tx
  /*+end*/
)sql"};

constexpr db::Query kRaiseFloor{"inbox.raise_change_floor", R"sql(
  INSERT INTO thread_change_floor (id, deleted_to)
  VALUES (1, $1)
      ON CONFLICT (id)
      DO UPDATE SET deleted_to = excluded.deleted_to
          WHERE thread_change_floor.deleted_to < excluded.deleted_to
)sql"};

}  // namespace

Result<std::int64_t> forget_changes(db::Tx& tx, std::int64_t kept) {
  TRY_AS(const auto ends, tx.row(kEnds));
  const std::int64_t last = std::min(ends->int64(0) + kForgottenMax, ends->int64(1) - kept);
  if (last < ends->int64(0)) return 0;
  TRY_AS(const auto forgotten, tx.rows(kForget, last));
  std::int64_t floor = 0;
  for (const auto& row : forgotten) floor = std::max(floor, row.int64(0));
  TRY(tx.run(kRaiseFloor, floor));
  return static_cast<std::int64_t>(forgotten.size());
}

}  // namespace outrider::inbox
