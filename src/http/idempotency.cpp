#include "http/idempotency.h"

namespace outrider::http {
namespace {

/// Column idempotency_key.state.
enum class State : std::uint8_t { Running = 0, Answered = 1 };

constexpr std::int64_t column(State state) {
  return static_cast<std::int64_t>(state);
}

/// A row that has expired, or whose server died over the same request, is taken over.
constexpr db::Query kClaim{"idempotency.claim", R"sql(
  INSERT INTO idempotency_key
         (workspace_id, key, request_hash, state, status, content_type, body, created_at_ms, expires_at_ms)
  VALUES ($1, $2, $3, 0, NULL, NULL, NULL, $4, $5)
      ON CONFLICT (workspace_id, key)
      DO UPDATE
     SET request_hash  = EXCLUDED.request_hash,
         state         = 0,
         status        = NULL,
         content_type  = NULL,
         body          = NULL,
         created_at_ms = EXCLUDED.created_at_ms,
         expires_at_ms = EXCLUDED.expires_at_ms
   WHERE idempotency_key.expires_at_ms <= $4
      OR (idempotency_key.state = 0
          AND idempotency_key.created_at_ms <= $6
          AND idempotency_key.request_hash = EXCLUDED.request_hash)
)sql"};

Result<bool> insert_claim(
    db::Tx& tx, std::int64_t workspace_id, std::string_view key, std::string_view hash, TimeMs now_ms) {
  TRY_AS(const auto claimed,
         tx.run(kClaim,
                workspace_id,
                key,
                hash,
                now_ms,
                now_ms + kIdempotencyAgeMaxMs,
                now_ms - kIdempotencyLeaseMs));
  return claimed == 1;
}

constexpr db::Query kFind{"idempotency.find", R"sql(
  SELECT request_hash, state, status, content_type, body
    FROM idempotency_key
   WHERE workspace_id = $1
     AND key = $2
)sql"};

Result<IdempotencyClaim> find_claim(db::Tx& tx,
                                    std::int64_t workspace_id,
                                    std::string_view key,
                                    std::string_view hash) {
  using enum IdempotencyClaim::State;
  TRY_AS(const auto row, tx.row(kFind, workspace_id, key));
  if (!row) return IdempotencyClaim{.state = InProgress};
  if (row->text(0) != hash) return IdempotencyClaim{.state = Conflict};
  if (row->int64(1) == column(State::Running)) return IdempotencyClaim{.state = InProgress};
  return IdempotencyClaim{.state = Replay,
                          .answer = {.status = static_cast<int>(row->int64(2)),
                                     .content_type = std::string(row->text(3)),
                                     .body = std::string(row->blob(4))}};
}

constexpr db::Query kComplete{"idempotency.complete", R"sql(
  UPDATE idempotency_key
     SET state        = 1,
         status       = $3,
         content_type = $4,
         body         = $5
   WHERE workspace_id = $1
     AND key = $2
     AND state = 0
)sql"};

constexpr db::Query kAbandon{"idempotency.abandon", R"sql(
  DELETE FROM idempotency_key
   WHERE workspace_id = $1
     AND key = $2
     AND state = 0
)sql"};

constexpr db::Query kPurge{"idempotency.purge", R"sql(
  DELETE FROM idempotency_key
   WHERE (workspace_id, key) IN (SELECT workspace_id, key
                                   FROM idempotency_key
                                  WHERE expires_at_ms <= $1
                                  ORDER BY expires_at_ms, workspace_id, key
                                  LIMIT $2)
)sql"};

}  // namespace

Result<IdempotencyClaim> DatabaseIdempotencyStore::claim(std::int64_t workspace_id,
                                                         std::string_view key,
                                                         std::string_view request_hash) {
  const TimeMs now_ms = clock_.now_ms();
  return database_.write([&](db::Tx& tx) -> Result<IdempotencyClaim> {
    TRY_AS(const bool is_ours, insert_claim(tx, workspace_id, key, request_hash, now_ms));
    if (is_ours) return IdempotencyClaim{};
    return find_claim(tx, workspace_id, key, request_hash);
  });
}

Result<void> DatabaseIdempotencyStore::complete(std::int64_t workspace_id,
                                                std::string_view key,
                                                const Raw& answer) {
  return database_.write([&](db::Tx& tx) -> Result<void> {
    TRY(tx.run(kComplete, workspace_id, key, answer.status, answer.content_type, db::Blob{answer.body}));
    return {};
  });
}

Result<void> DatabaseIdempotencyStore::abandon(std::int64_t workspace_id, std::string_view key) {
  return database_.write([&](db::Tx& tx) -> Result<void> {
    TRY(tx.run(kAbandon, workspace_id, key));
    return {};
  });
}

Result<std::int64_t> purge_idempotency_keys(db::Tx& tx, TimeMs now_ms, int rows_max) {
  return tx.run(kPurge, now_ms, rows_max);
}

}  // namespace outrider::http
