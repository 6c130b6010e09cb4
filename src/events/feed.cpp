#include "events/feed.h"

#include <algorithm>

#include "core/strings.h"
#include "wire/json.h"

namespace outrider::events {
namespace {

using analytics::EventType;

constexpr std::int64_t kScanRows = 500;

// The rest of a transaction, then those after it: SQLite walks the index for a comparison of (tx_id, id) by
// tx_id alone, and there that is the same for all.
constexpr db::Query kScan{"events.scan", R"sql(
  SELECT tx_id, id, type, client_id, at_ms
    FROM event
   WHERE workspace_id = $1
     AND tx_id = $2
     AND id > $3
   UNION ALL
  SELECT tx_id, id, type, client_id, at_ms
    FROM event
   WHERE workspace_id = $1
     AND tx_id > $2
     AND tx_id < /*+tx_horizon*/
   ORDER BY 1, 2
   LIMIT $4
)sql"};

constexpr db::Query kEntries{"events.entries", R"sql(
  SELECT event.tx_id, event.id, event.event_id, event.type, event.at_ms, event.client_id, event.campaign_id,
         campaign.name, event.campaign_lead_id, event.lead_id, lead.email, event.mailbox_id,
         mailbox.from_email, message.stats_id, message.seq_number, event.variant_id, event.first, event.data
    FROM /*+json_ints($2)*/
   CROSS JOIN event
    LEFT JOIN campaign
      ON campaign.workspace_id = event.workspace_id AND campaign.id = event.campaign_id
    LEFT JOIN lead
      ON lead.workspace_id = event.workspace_id AND lead.id = event.lead_id
    LEFT JOIN mailbox
      ON mailbox.workspace_id = event.workspace_id AND mailbox.id = event.mailbox_id
    LEFT JOIN message
      ON message.workspace_id = event.workspace_id AND message.id = event.message_id
   WHERE event.workspace_id = $1
     AND event.id = value
)sql"};

constexpr db::Query kNewest{"events.newest", R"sql(
  SELECT tx_id, id
    FROM event
   WHERE workspace_id = $1
     AND tx_id < /*+tx_horizon*/
   ORDER BY tx_id DESC, id DESC
   LIMIT 1
)sql"};

constexpr db::Query kHorizon{"events.horizon", R"sql(
  SELECT CAST(/*+tx_horizon*/ AS BIGINT)
)sql"};

constexpr db::Query kFloor{"events.floor", R"sql(
  SELECT tx_id, id
    FROM event_floor
   WHERE workspace_id = $1
)sql"};

constexpr db::Query kRaiseFloor{"events.raise_floor", R"sql(
  INSERT INTO event_floor (workspace_id, tx_id, id, before_ms)
  VALUES ($1, $2, $3, $4)
      ON CONFLICT (workspace_id)
      DO UPDATE SET tx_id = excluded.tx_id, id = excluded.id, before_ms = excluded.before_ms
)sql"};

constexpr db::Query kDelete{"events.delete_old", R"sql(
  DELETE FROM event
   WHERE workspace_id = $1
     AND id = $2
     AND type <> 14
)sql"};
static_assert(static_cast<int>(EventType::Complaint) == 14);

constexpr db::Query kRebase{"events.rebase_restored", R"sql(
  UPDATE event
     SET tx_id = 0
   WHERE workspace_id = $1
     AND tx_id > /*+tx_id*/
)sql"};

constexpr db::Query kRebaseFloor{"events.rebase_restored_floor", R"sql(
  UPDATE event_floor
     SET tx_id = 0
   WHERE workspace_id = $1
     AND tx_id > /*+tx_id*/
)sql"};

constexpr db::Query kWorkspaces{"events.workspaces", R"sql(
  SELECT id
    FROM workspace
   ORDER BY id
)sql"};

bool wants(const Filter& filter, const db::Row& row) {
  if (filter.client_id && row.opt_int64(3) != filter.client_id) return false;
  const auto type = static_cast<EventType>(row.int64(2));
  return filter.types.empty() || std::ranges::find(filter.types, type) != filter.types.end();
}

std::optional<std::string> opt_string(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return row.string(column);
}

Entry entry_of(const db::Row& row) {
  return {.position = {.tx_id = row.int64(0), .id = row.int64(1)},
          .event_id = row.string(2),
          .type = static_cast<EventType>(row.int64(3)),
          .at_ms = row.int64(4),
          .client_id = row.opt_int64(5),
          .campaign_id = row.opt_int64(6),
          .campaign_name = opt_string(row, 7),
          .campaign_lead_id = row.opt_int64(8),
          .lead_id = row.opt_int64(9),
          .lead_email = opt_string(row, 10),
          .mailbox_id = row.opt_int64(11),
          .from_email = opt_string(row, 12),
          .stats_id = opt_string(row, 13),
          .seq_number = row.opt_int64(14),
          .variant_id = row.opt_int64(15),
          .is_first = row.flag(16),
          .data = row.string(17)};
}

std::string list_text(const std::vector<std::int64_t>& ids) {
  std::string list;
  wire::Writer writer(list);
  writer.begin_list();
  for (const auto id : ids) writer.value(id);
  writer.end_list();
  return list;
}

Result<std::vector<Entry>> load_entries(db::Tx& tx,
                                        std::int64_t workspace_id,
                                        const std::vector<std::int64_t>& ids) {
  std::vector<Entry> entries;
  if (ids.empty()) return entries;
  TRY_AS(const auto rows, tx.rows(kEntries, workspace_id, list_text(ids)));
  entries.reserve(rows.size());
  for (const auto& row : rows) entries.push_back(entry_of(row));
  std::ranges::sort(entries, {}, &Entry::position);
  return entries;
}

Result<std::optional<Position>> find_floor(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto row, tx.row(kFloor, workspace_id));
  if (!row) return std::nullopt;
  return Position{.tx_id = row->int64(0), .id = row->int64(1)};
}

/// A cursor at or above the horizon was given out before the database was restored: its id still counts.
Result<Position> in_this_life(db::Tx& tx, Position position) {
  TRY_AS(const auto row, tx.row(kHorizon));
  if (position.tx_id < row->int64(0)) return position;
  return Position{.tx_id = 0, .id = position.id};
}

}  // namespace

std::string cursor_text(Position position) {
  return std::to_string(position.tx_id) + "-" + std::to_string(position.id);
}

std::optional<Position> parse_cursor(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto tx_id = parse_integer(text.substr(0, dash));
  const auto id = parse_integer(text.substr(dash + 1));
  if (!tx_id || !id || *tx_id < 0 || *id < 0) return std::nullopt;
  return Position{.tx_id = *tx_id, .id = *id};
}

Result<Page> read_page(db::Tx& tx, const Filter& filter, Position after, std::int64_t limit) {
  TRY_AS(after, in_this_life(tx, after));
  TRY_AS(const auto floor, find_floor(tx, filter.workspace_id));
  Page page{.entries = {}, .next = after, .has_gap = floor && after < *floor};
  std::vector<std::int64_t> ids;
  const auto is_full = [&] { return std::ssize(ids) == limit; };
  bool is_end = false;
  for (std::int64_t looked_at = 0; !is_end && !is_full() && looked_at < kLookedAtMax;) {
    const auto batch = std::max(kScanRows, limit);
    TRY_AS(const auto rows, tx.rows(kScan, filter.workspace_id, page.next.tx_id, page.next.id, batch));
    looked_at += batch;
    is_end = std::ssize(rows) < batch;
    for (const auto& row : rows) {
      if (is_full()) {
        is_end = false;
        break;
      }
      page.next = {.tx_id = row.int64(0), .id = row.int64(1)};
      if (wants(filter, row)) ids.push_back(page.next.id);
    }
  }
  page.has_more = !is_end;
  TRY_AS(page.entries, load_entries(tx, filter.workspace_id, ids));
  return page;
}

Result<Position> newest(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto row, tx.row(kNewest, workspace_id));
  if (row) return Position{.tx_id = row->int64(0), .id = row->int64(1)};
  TRY_AS(const auto floor, find_floor(tx, workspace_id));
  return floor.value_or(Position());
}

Result<std::int64_t> prune(db::Tx& tx, std::int64_t workspace_id, TimeMs before_ms) {
  TRY_AS(const auto known, find_floor(tx, workspace_id));
  const Position from = known.value_or(Position());
  TRY_AS(const auto rows, tx.rows(kScan, workspace_id, from.tx_id, from.id, kPruneMax));
  Position to = from;
  std::vector<db::Args> old;
  for (const auto& row : rows) {
    if (row.int64(4) >= before_ms) break;
    to = {.tx_id = row.int64(0), .id = row.int64(1)};
    old.push_back({workspace_id, to.id});
  }
  if (old.empty()) return 0;
  TRY(tx.run_many(kDelete, old));
  TRY(tx.run(kRaiseFloor, workspace_id, to.tx_id, to.id, before_ms));
  return std::ssize(old);
}

Result<> rebase_restored(db::Tx& tx, std::int64_t workspace_id) {
  TRY(tx.run(kRebase, workspace_id));
  TRY(tx.run(kRebaseFloor, workspace_id));
  return {};
}

Result<std::vector<std::int64_t>> list_workspaces(db::Tx& tx) {
  TRY_AS(const auto rows, tx.rows(kWorkspaces));
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row.int64(0));
  return ids;
}

}  // namespace outrider::events
