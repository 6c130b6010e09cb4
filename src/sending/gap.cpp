#include "sending/gap.h"

#include <algorithm>

#include "core/random.h"

namespace outrider::sending {
namespace {

constexpr double kJitterShare = 0.5;
constexpr TimeMs kJitterMinMs = 5 * kSecondMs;
constexpr TimeMs kJitterSpanMs = 50 * kSecondMs;
constexpr TimeMs kFirstSendSpreadMs = 25 * kMinuteMs;
constexpr TimeMs kFirstSendShareOfWindow = 4;
constexpr std::uint64_t kOffMinuteSpanMs = 4000;

enum class Draw : std::uint64_t { Gap = 1, FirstSend, OffMinute };

Random draw(Draw what, std::int64_t mailbox_id, std::int64_t about) {
  const auto seed = mix_seed(static_cast<std::uint64_t>(what), static_cast<std::uint64_t>(mailbox_id));
  return Random(mix_seed(seed, static_cast<std::uint64_t>(about)));
}

TimeMs share(double fraction, TimeMs of_ms) {
  return static_cast<TimeMs>(fraction * static_cast<double>(of_ms));
}

}  // namespace

TimeMs base_gap_ms(const GapSettings& settings) {
  return std::max(
      {settings.campaign_minutes * kMinuteMs, settings.mailbox_minutes * kMinuteMs, settings.floor_ms});
}

TimeMs gap_ms(TimeMs base_ms, std::int64_t mailbox_id, TimeMs last_send_ms) {
  if (base_ms <= 0) return 0;
  auto random = draw(Draw::Gap, mailbox_id, last_send_ms);
  const auto stretch_ms = share(random.unit() * kJitterShare, base_ms);
  return base_ms + stretch_ms + kJitterMinMs + share(random.unit(), kJitterSpanMs);
}

TimeMs first_send_offset_ms(std::int64_t mailbox_id, LocalDay day, TimeMs window_ms) {
  const auto spread_ms = std::min(kFirstSendSpreadMs, window_ms / kFirstSendShareOfWindow);
  return share(draw(Draw::FirstSend, mailbox_id, day).unit(), spread_ms);
}

TimeMs off_the_minute(TimeMs at_ms, std::int64_t mailbox_id) {
  const auto minute = at_ms / kMinuteMs;
  if (at_ms - minute * kMinuteMs >= kSecondMs) return at_ms;
  auto random = draw(Draw::OffMinute, mailbox_id, minute);
  return minute * kMinuteMs + kSecondMs + static_cast<TimeMs>(random.below(kOffMinuteSpanMs));
}

}  // namespace outrider::sending
