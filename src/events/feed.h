// The feed: a workspace's events in an order in which nothing appears late, so that whoever reads on from a
// cursor misses nothing and gets nothing twice.
//
// On PostgreSQL ids are handed out before the commit. The order is therefore (number of the transaction, id),
// and only transactions older than every running one are shown: nothing can come in below them any more.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/event.h"
#include "db/database.h"

namespace outrider::events {

/// Behind an event. The default is before all of them.
struct Position {
  std::int64_t tx_id = 0;
  std::int64_t id = 0;
  auto operator<=>(const Position&) const = default;
};

/// A cursor as clients keep it.
std::string cursor_text(Position position);
std::optional<Position> parse_cursor(std::string_view text);

/// Whose events, and which.
struct Filter {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};    // a client's key sees that client's events only
  std::vector<analytics::EventType> types = {};  // none: all
};

/// An event with the names a reader would otherwise have to ask for. What was deleted since has no names.
struct Entry {
  Position position;
  std::string event_id;
  analytics::EventType type = analytics::EventType::Sent;
  TimeMs at_ms = 0;
  std::optional<std::int64_t> client_id;
  std::optional<std::int64_t> campaign_id;
  std::optional<std::string> campaign_name;
  std::optional<std::int64_t> campaign_lead_id;
  std::optional<std::int64_t> lead_id;
  std::optional<std::string> lead_email;
  std::optional<std::int64_t> mailbox_id;
  std::optional<std::string> from_email;
  std::optional<std::string> stats_id;
  std::optional<std::int64_t> seq_number;
  std::optional<std::int64_t> variant_id;
  bool is_first = false;
  std::string data;  // a JSON object
};

struct Page {
  std::vector<Entry> entries;
  Position next;          // read on from here
  bool has_more = false;  // there is more to read at once, though perhaps nothing that the filter wants
  bool has_gap = false;   // events after the given position were deleted before this reader came
};

inline constexpr std::int64_t kPageMax = 1000;
/// What one page looks at, so that a filter that wants next to nothing cannot make it endless.
inline constexpr std::int64_t kLookedAtMax = 10'000;

/// At most `limit` events after the position. Errors: those of the database.
Result<Page> read_page(db::Tx& tx, const Filter& filter, Position after, std::int64_t limit);

/// Behind the newest event that is shown now.
Result<Position> newest(db::Tx& tx, std::int64_t workspace_id);

/// Deletes events of before `before_ms`, the oldest first, at most kPruneMax, and notes how far; returns how
/// many it passed, 0 when there are no more. Complaints stay: lists ask for them.
Result<std::int64_t> prune(db::Tx& tx, std::int64_t workspace_id, TimeMs before_ms);
inline constexpr std::int64_t kPruneMax = 1000;

/// A database that was dumped and restored counts its transactions anew. Events with numbers of its former
/// life go to the front of the order, where they belong. The first statement of its transaction, once at
/// start.
Result<> rebase_restored(db::Tx& tx, std::int64_t workspace_id);

Result<std::vector<std::int64_t>> list_workspaces(db::Tx& tx);

}  // namespace outrider::events
