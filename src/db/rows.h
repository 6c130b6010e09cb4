// The rows a query returned: copied out of the engine, so they outlive the transaction. Text and blobs are
// views into the rows they came from; a Row keeps its rows alive.
//
// Asking for a column that is absent, NULL or of another kind is a bug in the query or its reader and throws
// std::logic_error, which ends the request or job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::db {

/// The cells of a result, row by row, with all text in one buffer. Made by the engines.
struct Table {
  enum class Kind : std::uint8_t { Null, Integer, Real, Text, Blob };
  struct Cell {
    Kind kind = Kind::Null;
    std::size_t length = 0;
    union {
      std::int64_t integer = 0;
      double real;
      std::size_t offset;
    };
  };

  std::string query;
  std::size_t columns = 0;
  std::size_t rows = 0;
  std::vector<Cell> cells;
  std::string bytes;

  void add_null() { cells.emplace_back(); }
  void add_integer(std::int64_t value);
  void add_real(double value);
  void add_text(std::string_view text) { add_bytes(Kind::Text, text); }
  void add_blob(std::string_view blob) { add_bytes(Kind::Blob, blob); }

 private:
  void add_bytes(Kind kind, std::string_view text);
};

class Row {
 public:
  Row() = default;
  Row(std::shared_ptr<const Table> table, std::size_t index) : table_(std::move(table)), index_(index) {}

  bool is_null(std::size_t column) const { return cell(column).kind == Table::Kind::Null; }
  std::int64_t int64(std::size_t column) const;
  double number(std::size_t column) const;
  bool flag(std::size_t column) const { return int64(column) != 0; }
  std::string_view text(std::size_t column) const;
  std::string string(std::size_t column) const { return std::string(text(column)); }
  std::string_view blob(std::size_t column) const;
  /// A small integer as the enum that stands beside the table.
  template <class E>
  E as(std::size_t column) const {
    return static_cast<E>(int64(column));
  }

  std::optional<std::int64_t> opt_int64(std::size_t column) const;
  std::optional<double> opt_number(std::size_t column) const;
  std::optional<bool> opt_flag(std::size_t column) const;
  std::optional<std::string_view> opt_text(std::size_t column) const;
  std::optional<std::string> opt_string(std::size_t column) const;
  std::optional<std::string_view> opt_blob(std::size_t column) const;

 private:
  friend class Rows;
  const Table::Cell& cell(std::size_t column) const;
  std::string_view bytes_of(const Table::Cell& cell) const;
  [[noreturn]] void wrong(std::size_t column, const char* what) const;

  std::shared_ptr<const Table> table_;
  std::size_t index_ = 0;
};

class Rows {
 public:
  class Iterator {
   public:
    Iterator(std::shared_ptr<const Table> table, std::size_t index) : row_(std::move(table), index) {}
    /// Valid until the iterator moves; copy the row to keep it.
    const Row& operator*() const { return row_; }
    const Row* operator->() const { return &row_; }
    Iterator& operator++() {
      ++row_.index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return row_.index_ == other.row_.index_; }

   private:
    Row row_;
  };

  Rows() : table_(std::make_shared<const Table>()) {}
  explicit Rows(Table table) : table_(std::make_shared<const Table>(std::move(table))) {}

  std::size_t size() const { return table_->rows; }
  bool empty() const { return table_->rows == 0; }
  Row operator[](std::size_t index) const;
  Row front() const { return (*this)[0]; }
  Iterator begin() const { return {table_, 0}; }
  Iterator end() const { return {table_, table_->rows}; }

 private:
  friend class Row;
  std::shared_ptr<const Table> table_;
};

}  // namespace outrider::db
