// Remembers the answer to a request that carried an Idempotency-Key, so that a client may repeat it (RULINGS
// 9).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "db/database.h"
#include "http/answer.h"

namespace outrider::http {

inline constexpr std::size_t kIdempotencyKeyMax = 255;
inline constexpr TimeMs kIdempotencyAgeMaxMs = 48 * kHourMs;
/// A claim without an answer is given up after this: its server must have died.
inline constexpr TimeMs kIdempotencyLeaseMs = 5 * kMinuteMs;

struct IdempotencyClaim {
  enum class State : std::uint8_t {
    Fresh,       // ours: run the request, then complete() or abandon()
    Replay,      // answered before: `answer`
    Conflict,    // the key was used for another request
    InProgress,  // the first one has not ended
  };
  State state = State::Fresh;
  Raw answer = {};
};

/// Thread-safe; may block. `request_hash` stands for verb, path and body.
class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;
  virtual Result<IdempotencyClaim> claim(std::int64_t workspace_id,
                                         std::string_view key,
                                         std::string_view request_hash) = 0;
  virtual Result<void> complete(std::int64_t workspace_id, std::string_view key, const Raw& answer) = 0;
  /// Frees the key: the request changed nothing.
  virtual Result<void> abandon(std::int64_t workspace_id, std::string_view key) = 0;
};

/// In the table idempotency_key.
class DatabaseIdempotencyStore : public IdempotencyStore {
 public:
  DatabaseIdempotencyStore(db::Database& database, Clock& clock) : database_(database), clock_(clock) {}

  Result<IdempotencyClaim> claim(std::int64_t workspace_id,
                                 std::string_view key,
                                 std::string_view request_hash) override;
  Result<void> complete(std::int64_t workspace_id, std::string_view key, const Raw& answer) override;
  Result<void> abandon(std::int64_t workspace_id, std::string_view key) override;

 private:
  db::Database& database_;
  Clock& clock_;
};

/// Deletes up to `rows_max` expired keys; answers how many.
Result<std::int64_t> purge_idempotency_keys(db::Tx& tx, TimeMs now_ms, int rows_max);

}  // namespace outrider::http
