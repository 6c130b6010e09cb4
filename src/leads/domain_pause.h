// Leads that wait because somebody of their company answered (BEHAVIOUR 3.3): a person lets them go on.
#pragma once

#include "leads/membership.h"

namespace outrider::leads {

inline constexpr std::int64_t kReleasedAtOnceMax = 5'000;

/// Resumes the live leads of the same company and client as `place` that an answer paused, in every campaign.
/// Those that something else paused stay. Returns how many went on.
Result<std::int64_t> release_company(db::Tx& tx, const Membership& place, const Cause& cause, TimeMs now_ms);

}  // namespace outrider::leads
