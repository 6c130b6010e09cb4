#include "db/rows.h"

#include <charconv>
#include <stdexcept>
#include <system_error>

#include "core/assert.h"

namespace outrider::db {
namespace {

template <class T>
std::optional<T> parse(std::string_view text) {
  T value{};
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

void Table::add_integer(std::int64_t value) {
  Cell cell;
  cell.kind = Kind::Integer;
  cell.integer = value;
  cells.push_back(cell);
}

void Table::add_real(double value) {
  Cell cell;
  cell.kind = Kind::Real;
  cell.real = value;
  cells.push_back(cell);
}

void Table::add_bytes(Kind kind, std::string_view text) {
  Cell cell;
  cell.kind = kind;
  cell.length = text.size();
  cell.offset = bytes.size();
  cells.push_back(cell);
  bytes += text;
}

const Table::Cell& Row::cell(std::size_t column) const {
  OUTRIDER_ASSERT(table_ != nullptr, "a row is read only after a query gave it");
  if (column >= table_->columns) wrong(column, "does not exist");
  return table_->cells[index_ * table_->columns + column];
}

std::string_view Row::bytes_of(const Table::Cell& cell) const {
  return std::string_view(table_->bytes).substr(cell.offset, cell.length);
}

void Row::wrong(std::size_t column, const char* what) const {
  throw std::logic_error("column " + std::to_string(column) + " of " + table_->query + " " + what);
}

std::int64_t Row::int64(std::size_t column) const {
  const auto& value = cell(column);
  if (value.kind == Table::Kind::Integer) return value.integer;
  // PostgreSQL sums integers into its NUMERIC, which arrives as text.
  if (value.kind == Table::Kind::Text) {
    if (const auto parsed = parse<std::int64_t>(bytes_of(value))) return *parsed;
  }
  wrong(column, value.kind == Table::Kind::Null ? "is NULL" : "is not an integer");
}

double Row::number(std::size_t column) const {
  const auto& value = cell(column);
  if (value.kind == Table::Kind::Real) return value.real;
  if (value.kind == Table::Kind::Integer) return static_cast<double>(value.integer);
  if (value.kind == Table::Kind::Text) {
    if (const auto parsed = parse<double>(bytes_of(value))) return *parsed;
  }
  wrong(column, value.kind == Table::Kind::Null ? "is NULL" : "is not a number");
}

std::string_view Row::text(std::size_t column) const {
  const auto& value = cell(column);
  if (value.kind != Table::Kind::Text) {
    wrong(column, value.kind == Table::Kind::Null ? "is NULL" : "is not text");
  }
  return bytes_of(value);
}

std::string_view Row::blob(std::size_t column) const {
  const auto& value = cell(column);
  if (value.kind != Table::Kind::Blob) {
    wrong(column, value.kind == Table::Kind::Null ? "is NULL" : "is not a blob");
  }
  return bytes_of(value);
}

std::optional<std::int64_t> Row::opt_int64(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return int64(column);
}

std::optional<double> Row::opt_number(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::optional<bool> Row::opt_flag(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return flag(column);
}

std::optional<std::string_view> Row::opt_text(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<std::string> Row::opt_string(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return string(column);
}

std::optional<std::string_view> Row::opt_blob(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return blob(column);
}

Row Rows::operator[](std::size_t index) const {
  OUTRIDER_ASSERT(index < table_->rows, "a row's index is below the number of rows");
  return {table_, index};
}

}  // namespace outrider::db
