#include "mailboxes/state_store.h"

namespace outrider::mailboxes {
namespace {

constexpr db::Query kStoreSmtpConnection{"mailboxes.store_smtp_connection", R"sql(
  UPDATE mailbox
     SET smtp_state = $3,
         smtp_auth_failures = $4,
         smtp_failures = $5,
         smtp_failing_since_ms = $6,
         smtp_retry_at_ms = $7,
         smtp_error = $8,
         smtp_disconnected_at_ms = CASE WHEN CAST($3 AS SMALLINT) = 2 THEN smtp_disconnected_at_ms END
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreImapConnection{"mailboxes.store_imap_connection", R"sql(
  UPDATE mailbox
     SET imap_state = $3,
         imap_auth_failures = $4,
         imap_failures = $5,
         imap_failing_since_ms = $6,
         imap_retry_at_ms = $7,
         imap_error = $8
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreProviderLimit{"mailboxes.store_provider_limit", R"sql(
  UPDATE mailbox
     SET provider_limit_until_ms = $3,
         cap_halved_until_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreSendClock{"mailboxes.store_send_clock", R"sql(
  UPDATE mailbox
     SET last_send_at_ms = CASE WHEN last_send_at_ms < $3 THEN $3 ELSE last_send_at_ms END,
         next_slot_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kStoreWatermark{"mailboxes.store_inbound_watermark", R"sql(
  UPDATE mailbox
     SET inbound_watermark_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND inbound_watermark_ms < $3
)sql"};

constexpr db::Query kForgetFolders{"mailboxes.forget_folders", R"sql(
  DELETE FROM mailbox_folder WHERE workspace_id = $1 AND mailbox_id = $2
)sql"};
constexpr db::Query kForgetWatermark{"mailboxes.forget_watermark", R"sql(
  UPDATE mailbox SET inbound_watermark_ms = 0 WHERE workspace_id = $1 AND id = $2
)sql"};

}  // namespace

Result<> store_connection(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, Channel channel, const Connection& connection) {
  TRY(tx.run(channel == Channel::Smtp ? kStoreSmtpConnection : kStoreImapConnection,
             workspace_id,
             id,
             connection.state,
             connection.auth_failures,
             connection.network_failures,
             connection.failing_since_ms,
             connection.retry_at_ms,
             connection.error));
  return {};
}

Result<> reset_connections(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY(store_connection(tx, workspace_id, id, Channel::Smtp, {}));
  return store_connection(tx, workspace_id, id, Channel::Imap, {});
}

Result<> store_provider_limit(db::Tx& tx,
                              std::int64_t workspace_id,
                              std::int64_t id,
                              TimeMs provider_limit_until_ms,
                              TimeMs cap_halved_until_ms) {
  TRY(tx.run(kStoreProviderLimit, workspace_id, id, provider_limit_until_ms, cap_halved_until_ms));
  return {};
}

Result<> store_send_clock(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs last_send_at_ms, TimeMs next_slot_at_ms) {
  TRY(tx.run(kStoreSendClock, workspace_id, id, last_send_at_ms, next_slot_at_ms));
  return {};
}

Result<> store_inbound_watermark(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs at_ms) {
  TRY(tx.run(kStoreWatermark, workspace_id, id, at_ms));
  return {};
}

Result<> forget_folders(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY(tx.run(kForgetFolders, workspace_id, id));
  TRY(tx.run(kForgetWatermark, workspace_id, id));
  return {};
}

}  // namespace outrider::mailboxes
