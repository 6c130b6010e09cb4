// The clock of one mailbox: how long it rests between two mails, over campaigns, warm-up and manual replies
// (BEHAVIOUR 1.3). Everything is drawn from stable facts, so a restart or a second look gives the same
// instant.
#pragma once

#include <cstdint>

#include "core/clock.h"
#include "core/zone.h"

namespace outrider::sending {

/// No mailbox of a real campaign rests less. Sandbox and benchmarks plan with 0.
inline constexpr TimeMs kGapFloorMs = kMinuteMs;

struct GapSettings {
  std::int64_t campaign_minutes = 0;  // min_time_btw_emails
  std::int64_t mailbox_minutes = 0;   // time_to_wait_in_mins
  TimeMs floor_ms = kGapFloorMs;
};
/// The largest of the three.
TimeMs base_gap_ms(const GapSettings& settings);

/// base * (1 + U(0, 0.5)) + U(5 s, 55 s), drawn from the mailbox and its last send; 0 when the base is 0.
TimeMs gap_ms(TimeMs base_ms, std::int64_t mailbox_id, TimeMs last_send_ms);

/// How long after the opening of its first window of `day` a mailbox begins: U(0, 25 min), and no more than a
/// quarter of the window.
TimeMs first_send_offset_ms(std::int64_t mailbox_id, LocalDay day, TimeMs window_ms);

/// `at_ms`, or some seconds later where it lies in the first second of a minute: people do not write on the
/// dot.
TimeMs off_the_minute(TimeMs at_ms, std::int64_t mailbox_id);

}  // namespace outrider::sending
