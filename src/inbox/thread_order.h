// Rows of a table in the order of a column, newest first and of equal ones the larger id first, kept while
// rows change: a list of short sorted pieces, so that moving a row touches two of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace outrider::inbox {

class ThreadOrder {
 public:
  using Row = std::uint32_t;
  static constexpr std::size_t kPieceMax = 1024;

  /// Both columns are read by row number and outlive the order. They may only change for rows that are not in
  /// it.
  ThreadOrder(const std::vector<std::int64_t>& column, const std::vector<std::int64_t>& ids)
      : column_(&column), ids_(&ids) {}

  /// Replaces everything.
  void assign(std::vector<Row> rows);
  /// The row must not be in the order.
  void insert(Row row);
  /// The row must be in the order, and its columns as they were when it was inserted.
  void erase(Row row);

  bool is_before(Row a, Row b) const {
    const std::int64_t of_a = (*column_)[a];
    const std::int64_t of_b = (*column_)[b];
    return of_a != of_b ? of_a > of_b : (*ids_)[a] > (*ids_)[b];
  }

  /// Calls `visit(row)` in order until it returns false.
  template <class Visit>
  void walk(Visit visit) const {
    for (const auto& piece : pieces_)
      for (const Row row : piece)
        if (!visit(row)) return;
  }

  std::size_t bytes() const;

 private:
  std::size_t piece_of(Row row) const;

  const std::vector<std::int64_t>* column_;
  const std::vector<std::int64_t>* ids_;
  std::vector<std::vector<Row>> pieces_;  // none is empty
};

}  // namespace outrider::inbox
