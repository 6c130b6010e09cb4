#include "sending/mailbox_store.h"

#include <algorithm>

#include "analytics/event.h"
#include "mail/html_text.h"
#include "mailboxes/client_settings.h"
#include "mailboxes/store.h"
#include "sending/schedule_columns.h"

namespace outrider::sending {
namespace {

constexpr db::Query kLoad{"sending.load_mailbox", R"sql(
  SELECT mailbox.id, mailbox.client_id, mailbox.from_name, mailbox.from_email, mailbox.smtp_host,
         COALESCE(mailbox.timezone, workspace.timezone), mailbox.max_email_per_day, mailbox.min_gap_minutes,
         mailbox.is_suspended, mailbox.deleted_at_ms, mailbox.smtp_state, mailbox.smtp_auth_failures,
         mailbox.smtp_failures, mailbox.smtp_failing_since_ms, mailbox.smtp_retry_at_ms,
         mailbox.provider_limit_until_ms, mailbox.cap_halved_until_ms, mailbox.last_send_at_ms,
         mailbox.next_slot_at_ms, mailbox.inbound_watermark_ms, mailbox.created_at_ms,
         mailbox.send_lease_until_ms, mailbox.send_node, mailbox.signature, mailbox.custom_tracking_url
    FROM mailbox
    JOIN workspace ON workspace.id = mailbox.workspace_id
   WHERE mailbox.workspace_id = $1
     AND mailbox.id = $2
)sql"};

constexpr db::Query kOfCampaign{"sending.campaign_mailboxes", R"sql(
  SELECT mailbox.id, mailbox.client_id, mailbox.from_name, mailbox.from_email, mailbox.smtp_host,
         COALESCE(mailbox.timezone, workspace.timezone), mailbox.max_email_per_day, mailbox.min_gap_minutes,
         mailbox.is_suspended, mailbox.deleted_at_ms, mailbox.smtp_state, mailbox.smtp_auth_failures,
         mailbox.smtp_failures, mailbox.smtp_failing_since_ms, mailbox.smtp_retry_at_ms,
         mailbox.provider_limit_until_ms, mailbox.cap_halved_until_ms, mailbox.last_send_at_ms,
         mailbox.next_slot_at_ms, mailbox.inbound_watermark_ms, mailbox.created_at_ms,
         mailbox.send_lease_until_ms, mailbox.send_node, mailbox.signature, mailbox.custom_tracking_url
    FROM campaign_mailbox
    JOIN mailbox
      ON mailbox.workspace_id = campaign_mailbox.workspace_id AND mailbox.id = campaign_mailbox.mailbox_id
    JOIN workspace ON workspace.id = mailbox.workspace_id
   WHERE campaign_mailbox.workspace_id = $1
     AND campaign_mailbox.campaign_id = $2
     AND mailbox.deleted_at_ms IS NULL
   ORDER BY mailbox.id
)sql"};

constexpr db::Query kOfDomain{"sending.domain_mailboxes", R"sql(
  SELECT mailbox.id, mailbox.client_id, mailbox.from_name, mailbox.from_email, mailbox.smtp_host,
         COALESCE(mailbox.timezone, workspace.timezone), mailbox.max_email_per_day, mailbox.min_gap_minutes,
         mailbox.is_suspended, mailbox.deleted_at_ms, mailbox.smtp_state, mailbox.smtp_auth_failures,
         mailbox.smtp_failures, mailbox.smtp_failing_since_ms, mailbox.smtp_retry_at_ms,
         mailbox.provider_limit_until_ms, mailbox.cap_halved_until_ms, mailbox.last_send_at_ms,
         mailbox.next_slot_at_ms, mailbox.inbound_watermark_ms, mailbox.created_at_ms,
         mailbox.send_lease_until_ms, mailbox.send_node, mailbox.signature, mailbox.custom_tracking_url
    FROM mailbox
    JOIN workspace ON workspace.id = mailbox.workspace_id
   WHERE mailbox.workspace_id = $1
     AND mailbox.from_email LIKE '%' || CAST($2 AS TEXT)
   ORDER BY mailbox.id
)sql"};

static_assert(static_cast<int>(mailboxes::ConnectionState::Disconnected) == 2);
constexpr db::Query kStoreCircuit{"sending.store_circuit", R"sql(
  UPDATE mailbox
     SET smtp_state = $3,
         smtp_auth_failures = $4,
         smtp_failures = $5,
         smtp_failing_since_ms = $6,
         smtp_retry_at_ms = $7,
         provider_limit_until_ms = $8,
         cap_halved_until_ms = $9,
         smtp_error = $10,
         smtp_disconnected_at_ms =
           CASE WHEN CAST($3 AS SMALLINT) = 2 THEN COALESCE(smtp_disconnected_at_ms, $11) END,
         updated_at_ms = $11
   WHERE workspace_id = $1
     AND id = $2
)sql"};

// In the order in which sums lock mailboxes. Deleted mailboxes too while mail of theirs is claimed: somebody
// has to release it.
constexpr db::Query kLease{"sending.lease_mailboxes", R"sql(
  UPDATE mailbox
     SET send_node = $1,
         send_lease_until_ms = $2
   WHERE id IN (SELECT id
                  FROM mailbox
                 WHERE (deleted_at_ms IS NULL OR id IN (SELECT mailbox_id FROM outgoing WHERE state = 0))
                   AND (send_node = $1 OR send_lease_until_ms <= $3)
                 ORDER BY workspace_id, id
                /*+for_update*/)
)sql"};

constexpr db::Query kReleaseLeases{"sending.release_mailboxes", R"sql(
  UPDATE mailbox
     SET send_lease_until_ms = 0
   WHERE send_node = $1
)sql"};

constexpr db::Query kNoteSlot{"sending.note_slot", R"sql(
  UPDATE mailbox
     SET next_slot_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND next_slot_at_ms < $3
)sql"};

constexpr db::Query kNoteSend{"sending.note_send", R"sql(
  UPDATE mailbox
     SET last_send_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
     AND last_send_at_ms < $3
)sql"};

constexpr db::Query kCountSend{"sending.count_mailbox_day", R"sql(
  INSERT INTO mailbox_day (workspace_id, mailbox_id, local_date, sent, replies)
  VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT (workspace_id, mailbox_id, local_date)
      DO UPDATE SET sent = mailbox_day.sent + excluded.sent, replies = mailbox_day.replies + excluded.replies
)sql"};

using mailboxes::ConnectionState;

Circuit circuit_of(const db::Row& row) {
  return {.disconnected = row.as<ConnectionState>(10) == ConnectionState::Disconnected,
          .auth_failures = static_cast<int>(row.int64(11)),
          .network_failures = static_cast<int>(row.int64(12)),
          .unreachable_since_ms = row.opt_int64(13).value_or(0),
          .retry_at_ms = row.int64(14),
          .limited_until_ms = row.int64(15),
          .halved_until_ms = row.int64(16)};
}

ConnectionState state_of(const Circuit& circuit) {
  if (circuit.disconnected) return ConnectionState::Disconnected;
  const bool is_failing = circuit.auth_failures > 0 || circuit.network_failures > 0;
  return is_failing ? ConnectionState::Failing : ConnectionState::Connected;
}

MailboxRecord mailbox_of(std::int64_t workspace_id, const db::Row& row) {
  return {.workspace_id = workspace_id,
          .id = row.int64(0),
          .client_id = row.opt_int64(1),
          .from_name = row.string(2),
          .from_email = row.string(3),
          .smtp_host = row.string(4),
          .zone = zone_or_utc(row.text(5)),
          .day_max = row.opt_int64(6),
          .min_gap_minutes = row.opt_int64(7).value_or(0),
          .is_usable = !row.flag(8) && row.is_null(9),
          .circuit = circuit_of(row),
          .last_send_ms = row.int64(17),
          .next_slot_ms = row.int64(18),
          .inbound_watermark_ms = row.int64(19),
          .created_at_ms = row.int64(20),
          .send_lease_until_ms = row.int64(21),
          .send_node = row.opt_string(22).value_or(""),
          .signature = row.opt_string(23).value_or(""),
          .custom_tracking_url = row.opt_string(24)};
}

}  // namespace

std::optional<NotYet> MailboxRecord::held(TimeMs now_ms) const {
  if (!is_usable) return NotYet{Reason::MailboxDisconnected, kOnChange};
  return sending::held(circuit, now_ms);
}

TimeMs MailboxRecord::seen_for_new_leads_ms() const {
  return std::max(inbound_watermark_ms, created_at_ms);
}

Sender MailboxRecord::sender() const {
  return {.name = from_name,
          .email = from_email,
          .signature_html = signature,
          .signature_text = mail::html_to_text(signature)};
}

Result<MailboxRecord> load_mailbox_record(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kLoad, workspace_id, id));
  if (!row) return fail(Code::NotFound, "Email account not found");
  return mailbox_of(workspace_id, *row);
}

Result<std::vector<MailboxRecord>> list_campaign_mailboxes(db::Tx& tx,
                                                           std::int64_t workspace_id,
                                                           std::int64_t campaign_id) {
  TRY_AS(const auto rows, tx.rows(kOfCampaign, workspace_id, campaign_id));
  std::vector<MailboxRecord> mailboxes;
  mailboxes.reserve(rows.size());
  for (const auto& row : rows) mailboxes.push_back(mailbox_of(workspace_id, row));
  return mailboxes;
}

Result<std::vector<MailboxRecord>> list_domain_mailboxes(db::Tx& tx,
                                                         std::int64_t workspace_id,
                                                         std::string_view domain) {
  TRY_AS(const auto rows, tx.rows(kOfDomain, workspace_id, domain));
  std::vector<MailboxRecord> mailboxes;
  mailboxes.reserve(rows.size());
  for (const auto& row : rows) mailboxes.push_back(mailbox_of(workspace_id, row));
  return mailboxes;
}

Result<mail::SmtpSettings> load_smtp_settings(db::Tx& tx,
                                              const MasterKey& key,
                                              std::int64_t workspace_id,
                                              std::int64_t id) {
  TRY_AS(const auto mailbox, mailboxes::load(tx, {.workspace_id = workspace_id}, id));
  return mailboxes::smtp_settings(mailbox, key);
}

Result<> store_circuit(
    db::Tx& tx, const MailboxRecord& mailbox, const Circuit& circuit, std::string_view error, TimeMs now_ms) {
  const auto since_ms =
      circuit.network_failures > 0 ? std::optional(circuit.unreachable_since_ms) : std::nullopt;
  const auto shown = error.empty() ? std::nullopt : std::optional(error);
  TRY(tx.run(kStoreCircuit,
             mailbox.workspace_id,
             mailbox.id,
             state_of(circuit),
             circuit.auth_failures,
             circuit.network_failures,
             since_ms,
             circuit.retry_at_ms,
             circuit.limited_until_ms,
             circuit.halved_until_ms,
             shown,
             now_ms));
  if (!circuit.disconnected || mailbox.circuit.disconnected) return {};
  return analytics::record(tx,
                           {.workspace_id = mailbox.workspace_id,
                            .type = analytics::EventType::MailboxDisconnected,
                            .at_ms = now_ms,
                            .client_id = mailbox.client_id,
                            .mailbox_id = mailbox.id});
}

Result<> lease_mailboxes(db::Tx& tx, std::string_view node, TimeMs until_ms, TimeMs now_ms) {
  TRY(tx.run(kLease, node, until_ms, now_ms));
  return {};
}

Result<> release_mailboxes(db::Tx& tx, std::string_view node) {
  TRY(tx.run(kReleaseLeases, node));
  return {};
}

void note_slot(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs slot_ms) {
  tx.raise(kNoteSlot, {workspace_id, id}, slot_ms);
}

void note_send(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs at_ms) {
  tx.raise(kNoteSend, {workspace_id, id}, at_ms);
}

void count_send(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, LocalDay day, Counted as) {
  const bool is_campaign = as == Counted::Campaign;
  tx.add(kCountSend, {workspace_id, id, day}, {is_campaign ? 1 : 0, is_campaign ? 0 : 1});
}

}  // namespace outrider::sending
