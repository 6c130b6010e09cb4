// What is bound to the `$n` of a query. A value never owns its text: the caller's string must live until the
// call that takes the value has returned.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace outrider::db {

/// Bytes for a column of the dialect type blob, as opposed to text.
struct Blob {
  std::string_view bytes;
};

/// NULL, an integer (also booleans as 0 and 1, and enums), a real number, text or bytes. Text must be valid
/// UTF-8 without NUL (`to_valid_utf8` repairs it); a query given anything else fails with Invalid on both
/// engines.
class Value {
 public:
  using Variant = std::variant<std::monostate, std::int64_t, double, std::string_view, Blob>;

  Value(std::nullptr_t = nullptr) {}
  template <std::integral T>
    requires(!std::same_as<T, char>)
  Value(T value) : value_(static_cast<std::int64_t>(value)) {}
  template <class T>
    requires std::is_enum_v<T>
  Value(T value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(std::string_view value) : value_(value) {}
  Value(const char* value) : value_(std::string_view(value)) {}
  Value(const std::string& value) : value_(std::string_view(value)) {}
  Value(std::string&&) = delete;  // would dangle in a kept Args
  Value(Blob value) : value_(value) {}
  Value(std::nullopt_t) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) value_ = Value(*value).value_;
  }
  Value(std::optional<std::string>&&) = delete;

  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

/// The values of one execution in `Tx::run_many`.
using Args = std::vector<Value>;

}  // namespace outrider::db
