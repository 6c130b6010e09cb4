// What a classified message does: to its thread, its lead, the person's other threads and the sums. Each
// function runs in the transaction of the message (BEHAVIOUR 3.3 to 3.6).
#pragma once

#include <optional>
#include <vector>

#include "classifier/store.h"
#include "db/database.h"
#include "mail/mime.h"
#include "receiving/inbound.h"
#include "receiving/lookup.h"

namespace outrider::receiving {

inline constexpr std::int64_t kDomainPausesMax = 5'000;  // leads paused by one answer of their company
inline constexpr std::int64_t kReturnDefaultDays = 7;    // of a note without a date
inline constexpr std::int64_t kReturnMarginDays = 1;     // after the day of return

/// A message on its way into the database.
struct Arrival {
  const MailboxKey& mailbox;
  const mail::ParsedMessage& parsed;
  const Reading& reading;
  Classification classification;
  TimeMs received_ms = 0;
  TimeMs now_ms = 0;
  classifier::Models& models;
};

/// The thread an arrival belongs to, and the message of ours it is about.
struct Target {
  Thread thread;
  std::optional<Answered> answered;
  std::vector<std::int64_t> also_stop = {};  // the person's other threads
};
Result<Target> load_target(db::Tx& tx,
                           const MailboxKey& mailbox,
                           std::int64_t campaign_lead_id,
                           std::optional<std::int64_t> message_id);

/// Each returns the id of the stored message.
Result<std::int64_t> apply_reply(db::Tx& tx, const Arrival& arrival, const Target& target);
Result<std::int64_t> apply_auto_reply(db::Tx& tx, const Arrival& arrival, const Target& target);
Result<std::int64_t> apply_unsubscribe(db::Tx& tx, const Arrival& arrival, const Target& target);
Result<std::int64_t> apply_bounce(db::Tx& tx, const Arrival& arrival, const Target& target);
Result<std::int64_t> apply_complaint(db::Tx& tx, const Arrival& arrival, const Target& target);
Result<std::int64_t> store_untracked(db::Tx& tx, const Arrival& arrival);

}  // namespace outrider::receiving
