// Pauses a campaign whose first mails bounce (BEHAVIOUR 3.7): a bad list costs the mailboxes their
// reputation. It decides by sums that are there once a bounce is committed, so it looks a moment later.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::sending {

inline constexpr std::int64_t kGuardSendsMin = 20;  // no rate is told from fewer
inline constexpr std::int64_t kGuardWindowSends = 200;
inline constexpr TimeMs kGuardWindowMs = 7 * kDayMs;   // the longer of the two windows counts
inline constexpr std::int64_t kGuardEarlySends = 50;   // within the first of these ...
inline constexpr std::int64_t kGuardEarlyBounces = 5;  // ... so many are enough, whatever the rate
inline constexpr std::int64_t kGuardRearmSends = 200;  // after it has paused a campaign

/// First mails of a stretch of time, as the sums keep them.
struct FirstMails {
  TimeMs since_ms = 0;
  std::int64_t accepted = 0;
  std::int64_t bounced = 0;  // for good, in the dialogue or by a report
};

/// Whether the campaign is to be paused. `newest_first`: its whole history. `percent`: above it is too much.
/// `armed_from`: as long as fewer were accepted the guard is asleep.
bool bounces_too_much(std::span<const FirstMails> newest_first,
                      double percent,
                      std::int64_t armed_from,
                      TimeMs now_ms);

struct GuardedCampaign {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
};
/// Active campaigns with a threshold that had a bounce within the last hour or two.
Result<std::vector<GuardedCampaign>> list_bouncing(db::Tx& tx, TimeMs now_ms);

/// Pauses the campaign when it is over its threshold, with BOUNCE_GUARD as its reason. Returns whether it
/// did.
Result<bool> guard_bounces(db::Tx& tx, const GuardedCampaign& guarded, TimeMs now_ms);

}  // namespace outrider::sending
