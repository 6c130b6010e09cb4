#include "inbox/thread_order.h"

#include <algorithm>

#include "core/assert.h"

namespace outrider::inbox {

void ThreadOrder::assign(std::vector<Row> rows) {
  std::ranges::sort(rows, [this](Row a, Row b) { return is_before(a, b); });
  pieces_.clear();
  constexpr std::size_t kFilled = kPieceMax * 3 / 4;  // room for some that come in
  for (std::size_t at = 0; at < rows.size(); at += kFilled) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(at);
    const auto count = static_cast<std::ptrdiff_t>(std::min(kFilled, rows.size() - at));
    pieces_.emplace_back(first, first + count);
  }
}

/// The first piece that does not end before the row; the last one when all do.
std::size_t ThreadOrder::piece_of(Row row) const {
  const auto found = std::ranges::partition_point(
      pieces_, [&](const std::vector<Row>& piece) { return is_before(piece.back(), row); });
  const auto at = static_cast<std::size_t>(found - pieces_.begin());
  return std::min(at, pieces_.size() - 1);
}

void ThreadOrder::insert(Row row) {
  if (pieces_.empty()) {
    pieces_.push_back({row});
    return;
  }
  const std::size_t at = piece_of(row);
  auto& piece = pieces_[at];
  piece.insert(std::ranges::partition_point(piece, [&](Row other) { return is_before(other, row); }), row);
  if (piece.size() < kPieceMax) return;
  const auto middle = piece.begin() + kPieceMax / 2;
  std::vector<Row> rest(middle, piece.end());
  piece.erase(middle, piece.end());
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(rest));
}

void ThreadOrder::erase(Row row) {
  OUTRIDER_ASSERT(!pieces_.empty(), "a row that is taken out is in the order");
  const std::size_t at = piece_of(row);
  auto& piece = pieces_[at];
  const auto found = std::ranges::partition_point(piece, [&](Row other) { return is_before(other, row); });
  OUTRIDER_ASSERT(found != piece.end() && *found == row, "a row is taken out by the columns it came in with");
  piece.erase(found);
  if (piece.empty()) pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(at));
}

std::size_t ThreadOrder::bytes() const {
  std::size_t bytes = pieces_.capacity() * sizeof(decltype(pieces_)::value_type);
  for (const auto& piece : pieces_) bytes += piece.capacity() * sizeof(Row);
  return bytes;
}

}  // namespace outrider::inbox
