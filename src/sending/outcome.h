// What a failed attempt means for the row, the lead and the mailbox (BEHAVIOUR 1.8, 1.9, 3.6). Pure: a
// sender-side failure never touches the lead, an ambiguous one is never tried again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mail/bounce_class.h"
#include "mail/smtp_client.h"
#include "sending/ledger.h"
#include "sending/reason.h"

namespace outrider::sending {

inline constexpr std::int64_t kSoftBouncesMax = 2;
inline constexpr TimeMs kSoftBounceRetryMs = 3 * kDayMs;
inline constexpr TimeMs kRejectedRetryMs = 72 * kHourMs;
inline constexpr TimeMs kDeferredMaxMs = 3 * kDayMs;

/// What becomes of the ledger row.
enum class RowFate : std::uint8_t {
  Retry,    // same row, same Message-ID, later
  Release,  // the planner decides anew
  Fail,
  Unknown,
};

enum class LeadFate : std::uint8_t {
  Untouched,
  Blocked,   // the address does not exist: suppressed in the whole workspace
  GivenUp,   // it would not take mail for days: blocked in this campaign
  Finished,  // this mail cannot be delivered, and nothing comes after it
};

enum class MailboxFate : std::uint8_t { Fine, LoginRefused, Unreachable, Limited };

struct Decision {
  RowFate row = RowFate::Retry;
  LeadFate lead = LeadFate::Untouched;
  MailboxFate mailbox = MailboxFate::Fine;
  Reason reason = Reason::Deferred;
  TimeMs retry_at_ms = 0;
  std::optional<mail::BounceClass> bounce = {};
  int smtp_code = 0;
  std::string text = {};  // the server's words, or what went wrong
};

Decision decide(const mail::SmtpFailure& failure, const Outgoing& row, TimeMs now_ms);

/// 15 minutes, an hour, four hours, then daily; `attempt` counts from 1.
TimeMs deferral_ms(std::int64_t attempt);

}  // namespace outrider::sending
