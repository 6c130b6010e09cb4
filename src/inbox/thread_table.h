// The conversations of one workspace as columns in memory: what the inbox's lists filter and sort by, some
// seventy bytes for each. A query is one pass over the columns it names, giving a bit for each row; the count
// is exact and a page is a walk along a kept order, so a deep page costs little more than the first. Holds no
// text and knows no SQL; thread_tables.h keeps it current. Not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "inbox/filter.h"
#include "inbox/thread_order.h"

namespace outrider::inbox {

/// What is true of a conversation, each a bit. The statuses are those of the emailStatus filter, by which one
/// conversation may be found under several.
namespace fact {
inline constexpr std::uint16_t kActive = 1 << 0;  // anything was sent or received; the lists show only these
inline constexpr std::uint16_t kSent = 1 << 1;
inline constexpr std::uint16_t kRead = 1 << 2;
inline constexpr std::uint16_t kArchived = 1 << 3;
inline constexpr std::uint16_t kImportant = 1 << 4;
inline constexpr std::uint16_t kSnoozed = 1 << 5;  // kept by the table
inline constexpr std::uint16_t kAccepted = 1 << 6;
inline constexpr std::uint16_t kOpened = 1 << 7;
inline constexpr std::uint16_t kClicked = 1 << 8;
inline constexpr std::uint16_t kReplied = 1 << 9;
inline constexpr std::uint16_t kNotReplied = 1 << 10;
inline constexpr std::uint16_t kBounced = 1 << 11;
inline constexpr std::uint16_t kUnsubscribed = 1 << 12;
}  // namespace fact

/// Ids of 0 stand for none.
struct ThreadRow {
  std::int64_t id = 0;  // of campaign_lead
  std::int64_t campaign_id = 0;
  std::int64_t mailbox_id = 0;
  std::int64_t category_id = 0;
  std::int64_t assigned_user_id = 0;
  std::int64_t sub_sequence_id = 0;
  TimeMs sent_at_ms = 0;        // the newest
  TimeMs replied_at_ms = 0;     // the newest; 0 without a reply
  TimeMs engaged_at_ms = 0;     // newest reply, else newest of click, open and send
  TimeMs snoozed_until_ms = 0;  // 0 when not snoozed
  std::uint16_t facts = 0;      // all but kSnoozed
};

using Ids = std::vector<std::int64_t>;

/// What is asked for; everything given must hold. An absent list does not narrow, an empty one matches
/// nothing.
struct Selection {
  std::uint16_t with = fact::kActive;  // all of these
  std::uint16_t without = 0;           // none of these
  std::uint16_t any_of = 0;            // at least one of these; 0 does not narrow
  TimeMs from_ms = 0;                  // of engaged_at_ms, both ends included
  TimeMs to_ms = INT64_MAX;
  std::optional<Ids> campaigns = {};
  std::optional<Ids> mailboxes = {};
  std::optional<Ids> members = {};
  std::optional<Ids> sub_sequences = {};
  std::optional<CategoryFilter> categories = {};
  std::optional<Ids> threads = {};  // only these conversations
  std::optional<Ids> found = {};    // and only these
};

/// A bit for each row of a table.
using RowSet = std::vector<std::uint64_t>;

class ThreadTable {
 public:
  using Row = ThreadOrder::Row;

  ThreadTable();
  ThreadTable(const ThreadTable&) = delete;
  ThreadTable& operator=(const ThreadTable&) = delete;

  /// Many at once, into an empty table.
  void fill(const std::vector<ThreadRow>& rows);
  /// Adds a conversation or replaces what was known of it.
  void put(const ThreadRow& row);
  /// An unknown id is passed over.
  void remove(std::int64_t id);

  /// Whether a snooze has run out; `wake` ends all such.
  bool is_waking(TimeMs now_ms) const { return !snoozes_.empty() && snoozes_.begin()->first <= now_ms; }
  void wake(TimeMs now_ms);

  RowSet select(const Selection& selection) const;
  static std::int64_t count(const RowSet& rows);
  bool holds(const RowSet& rows, std::int64_t id) const;
  /// Ids of the rows in order, from `offset`, at most `limit`.
  Ids page(const RowSet& rows, SortBy sort, std::int64_t offset, int limit) const;

  std::size_t size() const { return live_; }
  std::size_t bytes() const;

 private:
  /// Ids as small numbers; 0 stands for none.
  class Codes {
   public:
    std::uint32_t code_of(std::int64_t id);
    std::optional<std::uint32_t> find(std::int64_t id) const;
    const Ids& ids() const { return ids_; }

   private:
    Ids ids_{0};
    std::unordered_map<std::int64_t, std::uint32_t> codes_{{0, 0}};
  };
  struct Coded {
    Codes codes;
    std::vector<std::uint32_t> column;
  };

  Row row_of(std::int64_t id);
  std::optional<Row> find(std::int64_t id) const;
  void grow_slots();
  void write(Row row, const ThreadRow& from);
  void enter(Row row);
  void leave(Row row);

  RowSet set_of(const Ids& ids) const;
  static void keep_wanted(RowSet& rows, const Coded& coded, const std::vector<std::uint8_t>& wanted);
  static void keep_ids(RowSet& rows, const Coded& coded, const std::optional<Ids>& ids);

  // Columns by row number, padded to whole words of a RowSet. A removed row stays, without facts.
  Ids ids_;
  std::vector<std::int64_t> by_reply_;  // answered ones by reply, far before the others by send
  std::vector<std::int64_t> sent_at_ms_;
  std::vector<std::int64_t> engaged_at_ms_;
  std::vector<std::uint16_t> facts_;
  Coded campaigns_;
  Coded mailboxes_;
  Coded categories_;
  Coded members_;
  Coded sub_sequences_;

  Row rows_ = 0;
  std::size_t live_ = 0;
  std::vector<Row> slots_;  // hash table of row + 1 by id; 0 is free
  ThreadOrder reply_order_;
  ThreadOrder sent_order_;
  std::set<std::pair<TimeMs, Row>> snoozes_;
  std::unordered_map<Row, TimeMs> snoozed_until_ms_;
};

}  // namespace outrider::inbox
