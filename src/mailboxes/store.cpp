#include "mailboxes/store.h"

#include <algorithm>

#include "db/dialect.h"
#include "wire/json.h"
#include "workspaces/store.h"

namespace outrider::mailboxes {
namespace {

/// Takes the columns of a row in their order.
class Columns {
 public:
  explicit Columns(const db::Row& row) : row_(row) {}

  std::int64_t int64() { return row_.int64(next_++); }
  int integer() { return static_cast<int>(int64()); }
  bool flag() { return row_.flag(next_++); }
  std::string text() { return row_.string(next_++); }
  std::optional<std::int64_t> opt_int64() { return row_.opt_int64(next_++); }
  std::optional<std::string> opt_text() { return row_.opt_string(next_++); }
  std::optional<std::string> opt_blob() {
    const auto bytes = row_.opt_blob(next_++);
    return bytes ? std::optional<std::string>(*bytes) : std::nullopt;
  }
  template <class E>
  E as() {
    return row_.as<E>(next_++);
  }

 private:
  const db::Row& row_;
  std::size_t next_ = 0;
};

Server read_server(Columns& columns) {
  return {.host = columns.text(),
          .port = columns.integer(),
          .security = columns.as<Security>(),
          .user = columns.text(),
          .sealed_secret = columns.opt_blob()};
}

Warmup read_warmup(Columns& columns) {
  return {.is_enabled = columns.flag(),
          .per_day = columns.opt_int64(),
          .rampup = columns.opt_int64(),
          .reply_rate = columns.opt_int64(),
          .key = columns.opt_text(),
          .created_at_ms = columns.opt_int64()};
}

Connection read_connection(Columns& columns) {
  return {.state = columns.as<ConnectionState>(),
          .auth_failures = columns.integer(),
          .network_failures = columns.integer(),
          .failing_since_ms = columns.opt_int64(),
          .retry_at_ms = columns.int64(),
          .error = columns.opt_text()};
}

/// In the order in which the three queries below list the columns; braces evaluate from left to right.
Mailbox mailbox_of(const db::Row& row) {
  Columns columns(row);
  return {.workspace_id = columns.int64(),
          .id = columns.int64(),
          .user_id = columns.int64(),
          .client_id = columns.opt_int64(),
          .from_name = columns.text(),
          .from_email = columns.text(),
          .kind = columns.as<Kind>(),
          .smtp = read_server(columns),
          .imap = read_server(columns),
          .sealed_oauth_token = columns.opt_blob(),
          .reply_to = columns.opt_text(),
          .bcc = columns.opt_text(),
          .signature = columns.opt_text(),
          .custom_tracking_url = columns.opt_text(),
          .timezone = columns.opt_text(),
          .max_email_per_day = columns.opt_int64(),
          .min_gap_minutes = columns.opt_int64(),
          .is_suspended = columns.flag(),
          .warmup = read_warmup(columns),
          .smtp_connection = read_connection(columns),
          .imap_connection = read_connection(columns),
          .provider_limit_until_ms = columns.int64(),
          .cap_halved_until_ms = columns.int64(),
          .last_send_at_ms = columns.int64(),
          .next_slot_at_ms = columns.int64(),
          .inbound_watermark_ms = columns.int64(),
          .created_at_ms = columns.int64(),
          .updated_at_ms = columns.int64()};
}

std::vector<Mailbox> mailboxes_of(const db::Rows& rows) {
  std::vector<Mailbox> mailboxes;
  mailboxes.reserve(rows.size());
  for (const auto& row : rows) mailboxes.push_back(mailbox_of(row));
  return mailboxes;
}

std::optional<db::Blob> blob(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<db::Blob>({*bytes}) : std::nullopt;
}

constexpr db::Query kLoad{"mailboxes.load", R"sql(
  SELECT workspace_id, id, user_id, client_id, from_name, from_email, kind, smtp_host, smtp_port,
         smtp_security, smtp_user, smtp_secret, imap_host, imap_port, imap_security, imap_user, imap_secret,
         oauth_token, reply_to, bcc, signature, custom_tracking_url, timezone, max_email_per_day,
         min_gap_minutes, is_suspended, warmup_enabled, warmup_per_day, warmup_rampup, warmup_reply_rate,
         warmup_key, warmup_created_at_ms, smtp_state, smtp_auth_failures, smtp_failures,
         smtp_failing_since_ms, smtp_retry_at_ms, smtp_error, imap_state, imap_auth_failures, imap_failures,
         imap_failing_since_ms, imap_retry_at_ms, imap_error, provider_limit_until_ms, cap_halved_until_ms,
         last_send_at_ms, next_slot_at_ms, inbound_watermark_ms, created_at_ms, updated_at_ms
    FROM mailbox
   WHERE workspace_id = $1
     AND id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kList{"mailboxes.list", R"sql(
  SELECT workspace_id, id, user_id, client_id, from_name, from_email, kind, smtp_host, smtp_port,
         smtp_security, smtp_user, smtp_secret, imap_host, imap_port, imap_security, imap_user, imap_secret,
         oauth_token, reply_to, bcc, signature, custom_tracking_url, timezone, max_email_per_day,
         min_gap_minutes, is_suspended, warmup_enabled, warmup_per_day, warmup_rampup, warmup_reply_rate,
         warmup_key, warmup_created_at_ms, smtp_state, smtp_auth_failures, smtp_failures,
         smtp_failing_since_ms, smtp_retry_at_ms, smtp_error, imap_state, imap_auth_failures, imap_failures,
         imap_failing_since_ms, imap_retry_at_ms, imap_error, provider_limit_until_ms, cap_halved_until_ms,
         last_send_at_ms, next_slot_at_ms, inbound_watermark_ms, created_at_ms, updated_at_ms
    FROM mailbox
   WHERE workspace_id = $1
     AND deleted_at_ms IS NULL
     AND (CAST($2 AS BIGINT) IS NULL OR client_id = $2)
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
     AND (CAST($4 AS BIGINT) IS NULL OR id IN (SELECT mailbox_id
                                                 FROM campaign_mailbox
                                                WHERE workspace_id = $1
                                                  AND campaign_id = $4))
     AND (CAST($5 AS BIGINT) IS NULL OR CASE WHEN EXISTS (SELECT 1
                                                            FROM campaign_mailbox AS used
                                                           WHERE used.workspace_id = mailbox.workspace_id
                                                             AND used.mailbox_id = mailbox.id)
                                             THEN 1 ELSE 0 END = $5)
     AND (CAST($6 AS BIGINT) IS NULL OR warmup_enabled = $6)
     AND (CAST($7 AS BIGINT) IS NULL OR CASE WHEN smtp_state = 0 THEN 1 ELSE 0 END = $7)
     AND (CAST($8 AS BIGINT) IS NULL OR CASE WHEN kind = 3 THEN 0 ELSE kind END = $8)
     AND (CAST($9 AS TEXT) IS NULL OR smtp_user /*+like*/ $9 ESCAPE '\')
   ORDER BY id
   LIMIT $10
  OFFSET $11
)sql"};
static_assert(static_cast<int>(ConnectionState::Connected) == 0 && static_cast<int>(Kind::Zoho) == 3);

constexpr db::Query kListLive{"mailboxes.list_live", R"sql(
  SELECT workspace_id, id, user_id, client_id, from_name, from_email, kind, smtp_host, smtp_port,
         smtp_security, smtp_user, smtp_secret, imap_host, imap_port, imap_security, imap_user, imap_secret,
         oauth_token, reply_to, bcc, signature, custom_tracking_url, timezone, max_email_per_day,
         min_gap_minutes, is_suspended, warmup_enabled, warmup_per_day, warmup_rampup, warmup_reply_rate,
         warmup_key, warmup_created_at_ms, smtp_state, smtp_auth_failures, smtp_failures,
         smtp_failing_since_ms, smtp_retry_at_ms, smtp_error, imap_state, imap_auth_failures, imap_failures,
         imap_failing_since_ms, imap_retry_at_ms, imap_error, provider_limit_until_ms, cap_halved_until_ms,
         last_send_at_ms, next_slot_at_ms, inbound_watermark_ms, created_at_ms, updated_at_ms
    FROM mailbox
   WHERE deleted_at_ms IS NULL
   ORDER BY id
)sql"};

constexpr db::Query kFindAddress{"mailboxes.find_address", R"sql(
  SELECT id, client_id
    FROM mailbox
   WHERE workspace_id = $1
     AND from_email = $2
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kInsert{"mailboxes.insert", R"sql(
  INSERT INTO mailbox (workspace_id, user_id, client_id, from_name, from_email, kind, smtp_host, smtp_port,
                       smtp_security, smtp_user, imap_host, imap_port, imap_security, imap_user,
                       created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
  ON CONFLICT DO NOTHING
  RETURNING id
)sql"};

constexpr db::Query kStoreSettings{"mailboxes.store_settings", R"sql(
  UPDATE mailbox
     SET client_id = $3,
         from_name = $4,
         from_email = $5,
         kind = $6,
         oauth_token = $7,
         reply_to = $8,
         bcc = $9,
         signature = $10,
         custom_tracking_url = $11,
         timezone = $12,
         max_email_per_day = $13,
         min_gap_minutes = $14,
         is_suspended = $15,
         updated_at_ms = $16
   WHERE workspace_id = $1
     AND id = $2
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kStoreServers{"mailboxes.store_servers", R"sql(
  UPDATE mailbox
     SET smtp_host = $3,
         smtp_port = $4,
         smtp_security = $5,
         smtp_user = $6,
         smtp_secret = $7,
         imap_host = $8,
         imap_port = $9,
         imap_security = $10,
         imap_user = $11,
         imap_secret = $12
   WHERE workspace_id = $1
     AND id = $2
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kStoreWarmup{"mailboxes.store_warmup", R"sql(
  UPDATE mailbox
     SET warmup_enabled = $3,
         warmup_per_day = $4,
         warmup_rampup = $5,
         warmup_reply_rate = $6,
         warmup_key = $7,
         warmup_created_at_ms = $8
   WHERE workspace_id = $1
     AND id = $2
     AND deleted_at_ms IS NULL
)sql"};

constexpr db::Query kRemove{"mailboxes.remove", R"sql(
  UPDATE mailbox
     SET deleted_at_ms = $3,
         updated_at_ms = $3,
         warmup_enabled = 0,
         smtp_secret = NULL,
         imap_secret = NULL,
         oauth_token = NULL
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kDayCounts{"mailboxes.day_counts", R"sql(
  SELECT mailbox_id, local_date, sent
    FROM mailbox_day
   WHERE workspace_id = $1
     AND mailbox_id IN (SELECT value FROM /*+json_ints($2)*/)
     AND local_date BETWEEN $3 AND $4
)sql"};

}  // namespace

Result<std::optional<std::int64_t>> create(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms) {
  TRY_AS(const auto row,
         tx.row(kInsert,
                mailbox.workspace_id,
                mailbox.user_id,
                mailbox.client_id,
                mailbox.from_name,
                mailbox.from_email,
                mailbox.kind,
                mailbox.smtp.host,
                mailbox.smtp.port,
                mailbox.smtp.security,
                mailbox.smtp.user,
                mailbox.imap.host,
                mailbox.imap.port,
                mailbox.imap.security,
                mailbox.imap.user,
                now_ms));
  if (!row) return std::nullopt;
  Mailbox stored = mailbox;
  stored.id = row->int64(0);
  TRY(store_settings(tx, stored, now_ms));
  return stored.id;
}

Result<Mailbox> load(db::Tx& tx, const Scope& scope, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kLoad, scope.workspace_id, id, scope.client_id));
  if (!row) return fail(Code::NotFound, "Email account not found");
  return mailbox_of(*row);
}

Result<std::optional<AddressHolder>> find_address(db::Tx& tx,
                                                  std::int64_t workspace_id,
                                                  std::string_view from_email) {
  TRY_AS(const auto row, tx.row(kFindAddress, workspace_id, from_email));
  if (!row) return std::nullopt;
  return AddressHolder{.id = row->int64(0), .client_id = row->opt_int64(1)};
}

Result<std::vector<Mailbox>> list(db::Tx& tx, const Scope& scope, const Filter& filter, const Page& page) {
  const auto pattern =
      filter.username.empty() ? std::nullopt : std::optional(db::like_containing(filter.username));
  TRY_AS(const auto rows,
         tx.rows(kList,
                 scope.workspace_id,
                 scope.client_id,
                 filter.client_id,
                 filter.campaign_id,
                 filter.is_in_use,
                 filter.is_warming,
                 filter.is_smtp_connected,
                 filter.kind,
                 pattern,
                 page.limit,
                 page.offset));
  return mailboxes_of(rows);
}

Result<std::vector<Mailbox>> list_live(db::Tx& tx) {
  TRY_AS(const auto rows, tx.rows(kListLive));
  return mailboxes_of(rows);
}

Result<> store_settings(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms) {
  TRY(tx.run(kStoreSettings,
             mailbox.workspace_id,
             mailbox.id,
             mailbox.client_id,
             mailbox.from_name,
             mailbox.from_email,
             mailbox.kind,
             blob(mailbox.sealed_oauth_token),
             mailbox.reply_to,
             mailbox.bcc,
             mailbox.signature,
             mailbox.custom_tracking_url,
             mailbox.timezone,
             mailbox.max_email_per_day,
             mailbox.min_gap_minutes,
             mailbox.is_suspended,
             now_ms));
  TRY(tx.run(kStoreServers,
             mailbox.workspace_id,
             mailbox.id,
             mailbox.smtp.host,
             mailbox.smtp.port,
             mailbox.smtp.security,
             mailbox.smtp.user,
             blob(mailbox.smtp.sealed_secret),
             mailbox.imap.host,
             mailbox.imap.port,
             mailbox.imap.security,
             mailbox.imap.user,
             blob(mailbox.imap.sealed_secret)));
  TRY(tx.run(kStoreWarmup,
             mailbox.workspace_id,
             mailbox.id,
             mailbox.warmup.is_enabled,
             mailbox.warmup.per_day,
             mailbox.warmup.rampup,
             mailbox.warmup.reply_rate,
             mailbox.warmup.key,
             mailbox.warmup.created_at_ms));
  return {};
}

Result<> remove(db::Tx& tx, const Mailbox& mailbox, TimeMs now_ms) {
  TRY(tx.run(kRemove, mailbox.workspace_id, mailbox.id, now_ms));
  return {};
}

Zone zone_of(const Mailbox& mailbox, const Zone& workspace_zone) {
  if (!mailbox.timezone) return workspace_zone;
  return Zone::load(*mailbox.timezone).value_or(workspace_zone);
}

Result<std::map<std::int64_t, std::int64_t>> sent_today(db::Tx& tx,
                                                        std::int64_t workspace_id,
                                                        std::span<const Mailbox> mailboxes,
                                                        TimeMs now_ms) {
  TRY_AS(const auto timezone, workspaces::load_timezone(tx, workspace_id));
  const Zone workspace_zone = Zone::load(timezone).value_or(Zone());
  std::map<std::int64_t, LocalDay> today;
  std::vector<std::int64_t> ids;
  for (const Mailbox& mailbox : mailboxes) {
    today.emplace(mailbox.id, zone_of(mailbox, workspace_zone).day_of(now_ms));
    ids.push_back(mailbox.id);
  }
  // No zone's date is further than one day from that of UTC.
  const LocalDay utc_day = Zone().day_of(now_ms);
  const std::string wanted = json_ids(ids);
  TRY_AS(const auto rows, tx.rows(kDayCounts, workspace_id, wanted, utc_day - 1, utc_day + 1));
  std::map<std::int64_t, std::int64_t> sent;
  for (const auto& row : rows)
    if (today.at(row.int64(0)) == row.int64(1)) sent[row.int64(0)] = row.int64(2);
  return sent;
}

std::string json_ids(std::span<const std::int64_t> ids) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const auto id : ids) writer.value(id);
  writer.end_list();
  return json;
}

}  // namespace outrider::mailboxes
