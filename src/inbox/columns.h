// Reads the columns of a wide row one after the other, in the order of the query's SELECT.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "db/database.h"
#include "wire/wire.h"

namespace outrider::inbox {

class Columns {
 public:
  explicit Columns(const db::Row& row) : row_(row) {}

  std::int64_t int64() { return row_.int64(at_++); }
  bool flag() { return row_.flag(at_++); }
  std::string text() { return row_.string(at_++); }
  std::optional<std::int64_t> opt_int64() { return row_.opt_int64(at_++); }
  std::optional<std::string> opt_text() { return row_.opt_string(at_++); }
  std::optional<wire::Instant> opt_instant() {
    const auto at_ms = opt_int64();
    return at_ms ? std::optional(wire::Instant{*at_ms}) : std::nullopt;
  }
  template <class E>
  E as() {
    return row_.as<E>(at_++);
  }

 private:
  const db::Row& row_;
  std::size_t at_ = 0;
};

}  // namespace outrider::inbox
