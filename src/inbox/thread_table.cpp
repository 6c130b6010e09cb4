#include "inbox/thread_table.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace outrider::inbox {
namespace {

constexpr std::size_t kWordBits = 64;
/// Below every time of a reply, above every time of a send that was moved by it.
constexpr std::int64_t kUnanswered = -(1LL << 61);
/// So few matches are sorted; more are met soon enough along the order.
constexpr std::int64_t kSortedMax = 4'096;

std::size_t words_for(std::size_t rows) {
  return (rows + kWordBits - 1) / kWordBits;
}

/// Drops the rows for which `test(row)` is false. Rows beyond the last are tested too: columns are padded.
template <class Test>
void keep(RowSet& rows, Test test) {
  for (std::size_t word = 0; word < rows.size(); ++word) {
    if (rows[word] == 0) continue;
    const std::size_t first = word * kWordBits;
    std::uint64_t kept = 0;
    for (std::size_t i = 0; i < kWordBits; ++i)
      kept |= static_cast<std::uint64_t>(test(first + i) ? 1 : 0) << i;
    rows[word] &= kept;
  }
}

bool has(const RowSet& rows, ThreadTable::Row row) {
  return (rows[row / kWordBits] >> row % kWordBits & 1) != 0;
}

std::size_t hash_of(std::int64_t id) {
  return static_cast<std::size_t>((static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15ULL) >> 20);
}

}  // namespace

std::uint32_t ThreadTable::Codes::code_of(std::int64_t id) {
  const auto [known, is_new] = codes_.try_emplace(id, static_cast<std::uint32_t>(ids_.size()));
  if (is_new) ids_.push_back(id);
  return known->second;
}

std::optional<std::uint32_t> ThreadTable::Codes::find(std::int64_t id) const {
  const auto known = codes_.find(id);
  return known == codes_.end() ? std::nullopt : std::optional(known->second);
}

ThreadTable::ThreadTable() : reply_order_(by_reply_, ids_), sent_order_(sent_at_ms_, ids_) {}

void ThreadTable::fill(const std::vector<ThreadRow>& rows) {
  for (const auto& row : rows) write(row_of(row.id), row);
  std::vector<Row> all(rows_);
  std::iota(all.begin(), all.end(), 0);
  reply_order_.assign(all);
  sent_order_.assign(std::move(all));
  live_ = rows_;
}

void ThreadTable::put(const ThreadRow& from) {
  const Row row = row_of(from.id);
  leave(row);
  write(row, from);
  enter(row);
}

void ThreadTable::remove(std::int64_t id) {
  if (const auto row = find(id)) leave(*row);
}

void ThreadTable::enter(Row row) {
  reply_order_.insert(row);
  sent_order_.insert(row);
  ++live_;
}

/// Without facts a row matches no selection.
void ThreadTable::leave(Row row) {
  if (facts_[row] == 0) return;
  reply_order_.erase(row);
  sent_order_.erase(row);
  facts_[row] = 0;
  --live_;
  const auto snooze = snoozed_until_ms_.find(row);
  if (snooze == snoozed_until_ms_.end()) return;
  snoozes_.erase({snooze->second, row});
  snoozed_until_ms_.erase(snooze);
}

void ThreadTable::write(Row row, const ThreadRow& from) {
  by_reply_[row] = from.replied_at_ms > 0 ? from.replied_at_ms : from.sent_at_ms + kUnanswered;
  sent_at_ms_[row] = from.sent_at_ms;
  engaged_at_ms_[row] = from.engaged_at_ms;
  facts_[row] = from.facts | fact::kActive;
  campaigns_.column[row] = campaigns_.codes.code_of(from.campaign_id);
  mailboxes_.column[row] = mailboxes_.codes.code_of(from.mailbox_id);
  categories_.column[row] = categories_.codes.code_of(from.category_id);
  members_.column[row] = members_.codes.code_of(from.assigned_user_id);
  sub_sequences_.column[row] = sub_sequences_.codes.code_of(from.sub_sequence_id);
  if (from.snoozed_until_ms == 0) return;
  facts_[row] |= fact::kSnoozed;
  snoozes_.emplace(from.snoozed_until_ms, row);
  snoozed_until_ms_[row] = from.snoozed_until_ms;
}

void ThreadTable::wake(TimeMs now_ms) {
  while (is_waking(now_ms)) {
    const Row row = snoozes_.begin()->second;
    facts_[row] &= static_cast<std::uint16_t>(~fact::kSnoozed);
    snoozed_until_ms_.erase(row);
    snoozes_.erase(snoozes_.begin());
  }
}

std::optional<ThreadTable::Row> ThreadTable::find(std::int64_t id) const {
  if (slots_.empty()) return std::nullopt;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash_of(id) & mask; slots_[at] != 0; at = (at + 1) & mask)
    if (ids_[slots_[at] - 1] == id) return slots_[at] - 1;
  return std::nullopt;
}

/// The row of this id; a new one without facts when there is none.
ThreadTable::Row ThreadTable::row_of(std::int64_t id) {
  if (const auto known = find(id)) return *known;
  const Row row = rows_++;
  if (rows_ > ids_.size()) {
    const std::size_t padded = words_for(rows_) * kWordBits;
    ids_.resize(padded);
    by_reply_.resize(padded);
    sent_at_ms_.resize(padded);
    engaged_at_ms_.resize(padded);
    facts_.resize(padded);
    for (auto* coded : {&campaigns_, &mailboxes_, &categories_, &members_, &sub_sequences_})
      coded->column.resize(padded);
  }
  ids_[row] = id;
  if (rows_ * 2 > slots_.size()) {
    grow_slots();
  } else {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash_of(id) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = row + 1;
  }
  return row;
}

void ThreadTable::grow_slots() {
  slots_.assign(std::bit_ceil(std::max<std::size_t>(kWordBits, std::size_t{rows_} * 3)), 0);
  const std::size_t mask = slots_.size() - 1;
  for (Row row = 0; row < rows_; ++row) {
    std::size_t at = hash_of(ids_[row]) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = row + 1;
  }
}

RowSet ThreadTable::set_of(const Ids& ids) const {
  RowSet rows(words_for(rows_));
  for (const std::int64_t id : ids)
    if (const auto row = find(id)) rows[*row / kWordBits] |= std::uint64_t{1} << *row % kWordBits;
  return rows;
}

void ThreadTable::keep_wanted(RowSet& rows, const Coded& coded, const std::vector<std::uint8_t>& wanted) {
  const auto* column = coded.column.data();
  const auto* is_wanted = wanted.data();
  keep(rows, [=](std::size_t row) { return is_wanted[column[row]] != 0; });
}

void ThreadTable::keep_ids(RowSet& rows, const Coded& coded, const std::optional<Ids>& ids) {
  if (!ids) return;
  std::vector<std::uint8_t> wanted(coded.codes.ids().size());
  for (const std::int64_t id : *ids)
    if (const auto code = coded.codes.find(id); code && id != 0) wanted[*code] = 1;
  keep_wanted(rows, coded, wanted);
}

RowSet ThreadTable::select(const Selection& selection) const {
  RowSet rows = selection.threads ? set_of(*selection.threads) : RowSet(words_for(rows_), ~std::uint64_t{0});
  if (selection.found) {
    const RowSet found = set_of(*selection.found);
    for (std::size_t word = 0; word < rows.size(); ++word) rows[word] &= found[word];
  }
  const auto* facts = facts_.data();
  const auto asked = static_cast<std::uint16_t>(selection.with | selection.without);
  keep(rows, [=, with = selection.with](std::size_t row) { return (facts[row] & asked) == with; });
  if (selection.any_of != 0)
    keep(rows, [=, any_of = selection.any_of](std::size_t row) { return (facts[row] & any_of) != 0; });
  keep_ids(rows, campaigns_, selection.campaigns);
  keep_ids(rows, mailboxes_, selection.mailboxes);
  keep_ids(rows, members_, selection.members);
  keep_ids(rows, sub_sequences_, selection.sub_sequences);
  if (selection.categories) {
    std::vector<std::uint8_t> wanted;
    for (const std::int64_t id : categories_.codes.ids())
      wanted.push_back(selection.categories->accepts(id == 0 ? std::nullopt : std::optional(id)) ? 1 : 0);
    keep_wanted(rows, categories_, wanted);
  }
  if (selection.from_ms > 0 || selection.to_ms < INT64_MAX) {
    const auto* engaged = engaged_at_ms_.data();
    keep(rows, [=, from = selection.from_ms, to = selection.to_ms](std::size_t row) {
      return engaged[row] >= from && engaged[row] <= to;
    });
  }
  return rows;
}

std::int64_t ThreadTable::count(const RowSet& rows) {
  std::int64_t count = 0;
  for (const std::uint64_t word : rows) count += std::popcount(word);
  return count;
}

bool ThreadTable::holds(const RowSet& rows, std::int64_t id) const {
  const auto row = find(id);
  return row && has(rows, *row);
}

Ids ThreadTable::page(const RowSet& rows, SortBy sort, std::int64_t offset, int limit) const {
  const std::int64_t total = count(rows);
  Ids ids;
  if (offset >= total) return ids;
  const ThreadOrder& order = sort == SortBy::SentTime ? sent_order_ : reply_order_;
  if (total > kSortedMax) {
    order.walk([&](Row row) {
      if (!has(rows, row) || offset-- > 0) return true;
      ids.push_back(ids_[row]);
      return ids.size() < static_cast<std::size_t>(limit);
    });
    return ids;
  }
  std::vector<Row> matches;
  for (std::size_t word = 0; word < rows.size(); ++word)
    for (std::uint64_t left = rows[word]; left != 0; left &= left - 1)
      matches.push_back(static_cast<Row>(word * kWordBits) + static_cast<Row>(std::countr_zero(left)));
  std::ranges::sort(matches, [&](Row a, Row b) { return order.is_before(a, b); });
  const auto last = std::min(total, offset + limit);
  for (auto at = offset; at < last; ++at) ids.push_back(ids_[matches[static_cast<std::size_t>(at)]]);
  return ids;
}

std::size_t ThreadTable::bytes() const {
  const std::size_t by_row = 4 * sizeof(std::int64_t) + sizeof(std::uint16_t) + 5 * sizeof(std::uint32_t);
  return ids_.capacity() * by_row + slots_.capacity() * sizeof(Row) + reply_order_.bytes() +
         sent_order_.bytes();
}

}  // namespace outrider::inbox
