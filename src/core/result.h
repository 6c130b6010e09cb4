// The one error type of the program and the macros that pass it on.
//
// Whatever can fail for a reason outside the program returns Result<T>. An exception means "this request
// cannot go on" and is caught in three places only: the HTTP dispatcher, the job runner and main.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace outrider {

/// What kind of failure it was; http/ alone maps it to a status.
enum class Code : std::uint8_t {
  Malformed,     // not parseable (400)
  Invalid,       // parseable, not acceptable (422)
  Unauthorized,  // 401
  Forbidden,     // 403
  NotFound,      // 404, also for what belongs to another workspace
  Conflict,      // 409
  TooLarge,      // 413
  RateLimited,   // 429
  Unavailable,   // 503: something outside did not answer
  Timeout,       // 503: it took too long
  Internal,      // 500
};

/// The facts of a broken input rule, for the error body of RULINGS 8. All optional.
struct Offence {
  std::string field = {};                           // path of the first offending value: "filters.campaignId"
  std::string source = {};                          // "body", "query" or "params"
  std::vector<std::string> keys = {};               // every offending path
  std::optional<std::string> provided_value = {};   // the value as JSON text
  std::optional<std::int64_t> provided_count = {};  // how many were given
  std::optional<std::int64_t> max_allowed = {};     // how many may be given
};

struct [[nodiscard]] Error {
  Code code = Code::Internal;
  std::string message;  // names the thing and the fix; never a secret, never SQL
  Offence offence = {};

  /// The same error with where it happened in front: `imap.example: login refused`.
  Error within(const std::string& where) && {
    message = where + ": " + message;
    return std::move(*this);
  }
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

/// A 422 about one field.
inline std::unexpected<Error> fail_field(std::string field, std::string message) {
  Offence offence{.field = field, .source = "body", .keys = {field}};
  return std::unexpected(
      Error{.code = Code::Invalid, .message = std::move(message), .offence = std::move(offence)});
}

}  // namespace outrider

// Statements only, inside a braced block: TRY(step()); TRY_AS(const auto value, load(id));
#define OUTRIDER_CAT_(a, b) a##b
#define OUTRIDER_CAT(a, b) OUTRIDER_CAT_(a, b)
#define TRY(...)                                                                           \
  do {                                                                                     \
    if (auto try_ = (__VA_ARGS__); !try_) return std::unexpected(std::move(try_.error())); \
  } while (false)
#define CO_TRY(...)                                                                           \
  do {                                                                                        \
    if (auto try_ = (__VA_ARGS__); !try_) co_return std::unexpected(std::move(try_.error())); \
  } while (false)
#define OUTRIDER_TRY_AS(tmp, leave, lhs, ...)              \
  auto tmp = (__VA_ARGS__);                                \
  if (!tmp) leave std::unexpected(std::move(tmp.error())); \
  lhs = *std::move(tmp)
#define TRY_AS(lhs, ...) OUTRIDER_TRY_AS(OUTRIDER_CAT(try_, __LINE__), return, lhs, __VA_ARGS__)
#define CO_TRY_AS(lhs, ...) OUTRIDER_TRY_AS(OUTRIDER_CAT(try_, __LINE__), co_return, lhs, __VA_ARGS__)
