// What the engine looks after between plans: leads that have finished or whose pause is over, campaigns that
// are done, and mails of unknown fate.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "campaigns/campaign.h"
#include "db/database.h"
#include "net/task.h"
#include "sending/ledger.h"
#include "sending/plan_store.h"

namespace outrider::sending {

/// Looks for a mail in the Sent folder of its mailbox by Message-ID; implemented over IMAP by whoever reads
/// mailboxes. Many servers do not file mail there, so `false` proves nothing.
class SentLookup {
 public:
  virtual ~SentLookup() = default;
  virtual Task<bool> find_sent(std::int64_t workspace_id, std::int64_t mailbox_id, std::string header_id) = 0;
};

/// Leads whose pause ends by itself and is over; returns how many.
Result<std::int64_t> resume_due_leads(db::Tx& tx, TimeMs now_ms);

/// Leads that sent everything and waited.
Result<> complete_leads(db::Tx& tx, std::span<const Head> finished, TimeMs now_ms);

/// How long the leads of a mailbox that cannot log in wait for it before they go on with another
/// (BEHAVIOUR 1.6).
inline constexpr TimeMs kReassignAfterMs = 2 * kHourMs;

/// Hands over the leads of mailboxes that have been disconnected since `until_ms` or longer: of those
/// disconnected after `from_ms` all, of the others what has come up since. Returns whether everything found
/// another mailbox.
Result<bool> hand_over_leads(db::Tx& tx, TimeMs from_ms, TimeMs until_ms, TimeMs now_ms);

/// Completes the campaign when no lead of it is live any more; false when some are, or it has none.
Result<bool> complete_campaign(db::Tx& tx, const campaigns::Campaign& campaign, TimeMs now_ms);

}  // namespace outrider::sending
