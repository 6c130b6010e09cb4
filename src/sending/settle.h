// How rows of the send ledger end, each in one transaction with everything that follows from it: the lead's
// next step, the sums, the caps and the event (BEHAVIOUR 1.9, 3.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "sending/ledger.h"
#include "sending/outcome.h"

namespace outrider::sending {

/// After its last step a lead stays in the campaign this long, then it has completed it.
inline constexpr TimeMs kLastStepWaitMs = kDayMs;

struct Acceptance {
  TimeMs at_ms = 0;
  int smtp_code = 0;
  std::string smtp_text = {};
  std::string tls = {};
  std::string provider_id = {};  // the Message-ID the provider gave it, where it said so
};

/// The server took the mail. Also ends the wait of an Unknown row. False when the row had ended before.
Result<bool> settle_sent(db::Tx& tx,
                         std::int64_t workspace_id,
                         std::int64_t id,
                         const Acceptance& acceptance);

/// Cut between the body and the final reply, or the process was killed there: from now on it counts as sent
/// for the caps.
Result<> settle_unknown(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs now_ms);

/// No evidence came: counts as sent, and is never sent again by itself.
Result<> settle_unconfirmed(db::Tx& tx, std::int64_t workspace_id, std::int64_t id, TimeMs now_ms);

/// Refused for good.
Result<> settle_failed(db::Tx& tx, const Outgoing& row, const Decision& decision, TimeMs now_ms);

/// A reply or a report named this message of ours, or it lies in the Sent folder: it was sent after all.
/// False when nobody doubted it.
Result<bool> confirm_sent(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs now_ms);

/// The id in `250 2.0.0 OK <id@host> ...` of servers that rewrite it (Office 365); empty when there is none.
std::string provider_id_in(std::string_view reply_text);

}  // namespace outrider::sending
