#include "receiving/connection.h"

#include "analytics/event.h"
#include "mailboxes/state_store.h"
#include "mailboxes/store.h"
#include "sending/circuit.h"
#include "wire/json.h"

namespace outrider::receiving {
namespace {

using mailboxes::Connection;
using mailboxes::ConnectionState;
using mailboxes::Mailbox;

constexpr std::size_t kErrorBytesMax = 500;

Result<> record_change(db::Tx& tx, const Mailbox& mailbox, const Connection& now, TimeMs now_ms) {
  const bool was_down = mailbox.imap_connection.state == ConnectionState::Disconnected;
  const bool is_down = now.state == ConnectionState::Disconnected;
  if (was_down == is_down) return {};
  std::string data;
  wire::Writer(data)
      .begin_object()
      .member("protocol", "IMAP")
      .member("error", now.error.value_or(""))
      .end_object();
  return analytics::record(
      tx,
      {.workspace_id = mailbox.workspace_id,
       .type = is_down ? analytics::EventType::MailboxDisconnected : analytics::EventType::MailboxReconnected,
       .at_ms = now_ms,
       .client_id = mailbox.client_id,
       .mailbox_id = mailbox.id,
       .data = std::move(data)});
}

}  // namespace

LoginOutcome outcome_of(Code code) {
  return code == Code::Unauthorized ? LoginOutcome::Refused : LoginOutcome::Unreachable;
}

Connection after(Connection connection, LoginOutcome outcome, const std::string& error, TimeMs now_ms) {
  if (outcome == LoginOutcome::Worked) return {};
  sending::Circuit circuit{.disconnected = connection.state == ConnectionState::Disconnected,
                           .auth_failures = connection.auth_failures,
                           .network_failures = connection.network_failures,
                           .unreachable_since_ms = connection.failing_since_ms.value_or(0),
                           .retry_at_ms = connection.retry_at_ms};
  circuit = outcome == LoginOutcome::Refused ? sending::after_auth_failure(circuit, now_ms)
                                             : sending::after_network_failure(circuit, now_ms);
  return {.state = circuit.disconnected ? ConnectionState::Disconnected : ConnectionState::Failing,
          .auth_failures = circuit.auth_failures,
          .network_failures = circuit.network_failures,
          .failing_since_ms = circuit.network_failures > 0 ? circuit.unreachable_since_ms : now_ms,
          .retry_at_ms = circuit.retry_at_ms,
          .error = error.substr(0, kErrorBytesMax)};
}

Result<Connection> store_outcome(
    db::Tx& tx, const Mailbox& mailbox, LoginOutcome outcome, const std::string& error, TimeMs now_ms) {
  TRY_AS(const auto current, mailboxes::load(tx, {.workspace_id = mailbox.workspace_id}, mailbox.id));
  auto next = after(current.imap_connection, outcome, error, now_ms);
  if (next == current.imap_connection) return next;
  TRY(mailboxes::store_connection(tx, mailbox.workspace_id, mailbox.id, mailboxes::Channel::Imap, next));
  TRY(record_change(tx, current, next, now_ms));
  return next;
}

}  // namespace outrider::receiving
