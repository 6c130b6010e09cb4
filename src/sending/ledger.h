// Rows of the send ledger before and while they are sent: what is due, the last look before DATA, and the
// ways back (BEHAVIOUR 1.9). How a row ends is in settle.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campaigns/schedule.h"
#include "core/clock.h"
#include "db/database.h"
#include "inbox/outgoing.h"
#include "mail/bounce_class.h"
#include "sending/reason.h"

namespace outrider::sending {

using inbox::OutgoingKind;
using inbox::OutgoingState;

/// A ledger row as the dispatcher carries it.
struct OutgoingRef {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::int64_t mailbox_id = 0;
  TimeMs not_before_ms = 0;

  bool operator==(const OutgoingRef&) const = default;
};

struct Outgoing {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  OutgoingKind kind = OutgoingKind::Step;
  std::int64_t campaign_lead_id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t step_id = 0;
  std::int64_t message_id = 0;
  std::int64_t mailbox_id = 0;
  std::string header_id;
  OutgoingState state = OutgoingState::Claimed;
  std::int64_t attempt = 0;
  TimeMs not_before_ms = 0;
  std::optional<LocalDay> first_step_date;  // where a new lead was reserved
  std::optional<mail::BounceClass> last_bounce;
  TimeMs created_at_ms = 0;
  std::int64_t soft_bounces = 0;  // of the lead
  bool is_counted = false;        // was taken for sent before: a person sends it again
};

/// Locks the row on PostgreSQL. Nothing when it is gone, for instance with its campaign.
Result<std::optional<Outgoing>> find_outgoing(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);

/// Which node asks. On one machine the lease does not matter.
struct Leaseholder {
  std::string id;
  bool needs_lease = false;
};

/// Claimed rows of all workspaces whose slot is at `until_ms` or before, earliest first; where leases are
/// needed, those of mailboxes that the node holds.
Result<std::vector<OutgoingRef>> list_due(db::Tx& tx,
                                          const Leaseholder& node,
                                          TimeMs until_ms,
                                          std::int64_t rows_max);

/// Rows in Sending that nobody works on once the caller has left out its own: those of this node's mailboxes
/// and of mailboxes whose lease has run out; on one machine all. A killed process leaves them behind.
Result<std::vector<OutgoingRef>> list_interrupted(db::Tx& tx,
                                                  const Leaseholder& node,
                                                  TimeMs now_ms,
                                                  std::int64_t rows_max);

struct Doubtful {
  OutgoingRef ref;
  std::string header_id;
  TimeMs sending_at_ms = 0;
};
/// Rows whose fate is unknown, longest waiting first.
Result<std::vector<Doubtful>> list_unknown(db::Tx& tx, std::int64_t rows_max);

struct BeginRules {
  TimeMs follow_up_freshness_ms = 15 * kMinuteMs;
  TimeMs new_lead_freshness_ms = 60 * kMinuteMs;
  Leaseholder node;
};

struct BeginRequest {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::string_view mime_sha256;
};

enum class Begun : std::uint8_t {
  Yes,        // the row is Sending: go on with DATA
  Released,   // must not leave now: the row is back with the planner
  Elsewhere,  // gone, withdrawn, or another node's
};

/// The same look as begin_sending, for the row's slot, before a connection is opened for it: nothing is asked
/// of a server for a mail that must not leave. `Yes` changes nothing.
Result<Begun> look_ahead(
    db::Tx& tx, std::int64_t workspace_id, std::int64_t id, const BeginRules& rules, TimeMs now_ms);

/// The look at the last moment, in the transaction that makes the row Sending: campaign active, lead live and
/// not suppressed, window open, inbound scan fresh, mailbox fine.
Result<Begun> begin_sending(db::Tx& tx, const BeginRequest& request, const BeginRules& rules, TimeMs now_ms);

/// Back to Claimed under the same Message-ID: definitely not delivered, to be tried again at `retry_at_ms`.
struct Retry {
  TimeMs retry_at_ms = 0;
  Reason reason = Reason::Deferred;
  int smtp_code = 0;
  std::string_view smtp_text = {};
  std::optional<mail::BounceClass> bounce = {};
};
Result<> put_back(db::Tx& tx, const Outgoing& row, const Retry& retry, TimeMs now_ms);

/// Back to Claimed as if nothing had been tried: a kept connection turned out to be dead.
Result<> undo_begin(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);

enum class Binding : std::uint8_t { Keep, Drop };

/// The claim is given up before anything was delivered: the lead is planned anew and the day's new lead is
/// free again. `Drop` lets a first step go to another mailbox. What a person wrote waits instead.
struct Release {
  Reason reason = Reason::Paused;
  TimeMs next_attempt_ms = kOnChange;
  Binding binding = Binding::Keep;
};
Result<> release(db::Tx& tx, const Outgoing& row, const Release& release, TimeMs now_ms);

}  // namespace outrider::sending
