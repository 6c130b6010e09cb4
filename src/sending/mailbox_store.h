// A mailbox as the engine sees it: its limits, its clock, its circuit breaker, and how to log in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/secrets.h"
#include "core/zone.h"
#include "db/database.h"
#include "mail/smtp_client.h"
#include "sending/circuit.h"
#include "sending/expression.h"

namespace outrider::sending {

struct MailboxRecord {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::optional<std::int64_t> client_id;
  std::string from_name;
  std::string from_email;
  std::string smtp_host;
  Zone zone;                            // its own, else the workspace's
  std::optional<std::int64_t> day_max;  // campaign mail
  std::int64_t min_gap_minutes = 0;
  bool is_usable = true;  // neither suspended nor deleted
  Circuit circuit;        // of SMTP
  TimeMs last_send_ms = 0;
  TimeMs next_slot_ms = 0;  // the latest claimed slot
  TimeMs inbound_watermark_ms = 0;
  TimeMs created_at_ms = 0;
  TimeMs send_lease_until_ms = 0;
  std::string send_node;
  std::string signature;
  std::optional<std::string> custom_tracking_url;

  /// Why nothing may be sent through it now.
  std::optional<NotYet> held(TimeMs now_ms) const;
  /// A new mailbox may begin before its first scan is done; follow-ups may not.
  TimeMs seen_for_new_leads_ms() const;
  Sender sender() const;
};

/// Errors: NotFound.
Result<MailboxRecord> load_mailbox_record(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);

/// Those attached to a campaign, by id.
Result<std::vector<MailboxRecord>> list_campaign_mailboxes(db::Tx& tx,
                                                           std::int64_t workspace_id,
                                                           std::int64_t campaign_id);

/// Those of a workspace whose address ends with the domain: also those of its subdomains, and of a domain
/// that only ends alike.
Result<std::vector<MailboxRecord>> list_domain_mailboxes(db::Tx& tx,
                                                         std::int64_t workspace_id,
                                                         std::string_view domain);

/// How the engine logs in. Errors: NotFound; Internal when a secret was sealed with another key.
Result<mail::SmtpSettings> load_smtp_settings(db::Tx& tx,
                                              const MasterKey& key,
                                              std::int64_t workspace_id,
                                              std::int64_t id);

/// After something worked or failed; records an event when the mailbox becomes disconnected. `error` is what
/// people see beside the mailbox.
Result<> store_circuit(
    db::Tx& tx, const MailboxRecord& mailbox, const Circuit& circuit, std::string_view error, TimeMs now_ms);

/// Takes or renews this node's lease on every mailbox that no other node holds.
Result<> lease_mailboxes(db::Tx& tx, std::string_view node, TimeMs until_ms, TimeMs now_ms);

/// Another node may go on at once.
Result<> release_mailboxes(db::Tx& tx, std::string_view node);

/// Moves the clock of the mailbox forward; never back.
void note_slot(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs slot_ms);
void note_send(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs at_ms);

enum class Counted : std::uint8_t { Campaign, Personal };
/// One more mail on the mailbox's local day.
void count_send(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, LocalDay day, Counted as);

}  // namespace outrider::sending
