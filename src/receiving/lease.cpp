#include "receiving/lease.h"

namespace outrider::receiving {

constexpr db::Query kLease{"receiving.lease_mailboxes", R"sql(
  UPDATE mailbox
     SET receive_node = $1,
         receive_lease_until_ms = $3
   WHERE deleted_at_ms IS NULL
     AND (receive_node = $1 OR receive_lease_until_ms <= $2)
  RETURNING id
)sql"};

Result<std::set<std::int64_t>> lease_mailboxes(db::Tx& tx, std::string_view node, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kLease, node, now_ms, now_ms + kReceiveLeaseMs));
  std::set<std::int64_t> ids;
  for (const auto& row : rows) ids.insert(row.int64(0));
  return ids;
}

constexpr db::Query kRelease{"receiving.release_mailboxes", R"sql(
  UPDATE mailbox
     SET receive_lease_until_ms = 0
   WHERE receive_node = $1
     AND receive_lease_until_ms > 0
)sql"};

Result<> release_mailboxes(db::Tx& tx, std::string_view node) {
  TRY(tx.run(kRelease, node));
  return {};
}

}  // namespace outrider::receiving
