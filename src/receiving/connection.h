// How a mailbox's IMAP connection fares: the circuit breaker applied, stored, and told as an event when the
// mailbox becomes disconnected or works again (BEHAVIOUR 1.8).
#pragma once

#include "core/result.h"
#include "db/database.h"
#include "mailboxes/mailbox.h"

namespace outrider::receiving {

enum class LoginOutcome : std::uint8_t { Worked, Refused, Unreachable };

/// What an error of the IMAP client says about the connection.
LoginOutcome outcome_of(Code code);

/// The connection after the attempt.
mailboxes::Connection after(mailboxes::Connection connection,
                            LoginOutcome outcome,
                            const std::string& error,
                            TimeMs now_ms);

/// Stores the outcome beside the mailbox as it stands in the database now; returns the connection. Errors:
/// NotFound for a mailbox that is gone.
Result<mailboxes::Connection> store_outcome(db::Tx& tx,
                                            const mailboxes::Mailbox& mailbox,
                                            LoginOutcome outcome,
                                            const std::string& error,
                                            TimeMs now_ms);

}  // namespace outrider::receiving
