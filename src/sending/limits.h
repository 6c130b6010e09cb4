// Counters that hold a sender back: per local day, per hour, and the providers' rolling 24 hours
// (BEHAVIOUR 1.5, 1.7). They count accepted or claimed mail only; a full one defers, it never pauses
// anything.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/zone.h"
#include "sending/reason.h"

namespace outrider::sending {

/// Later than every instant.
inline constexpr TimeMs kNever = std::numeric_limits<TimeMs>::max();

inline constexpr std::int64_t kUnlimited = -1;

/// At most so many in a calendar period, which begins anew at the zone's midnight or at the full UTC hour.
class Quota {
 public:
  /// `used` of `max` (kUnlimited, or 0 and up) in the period that holds `now_ms`.
  static Quota per_day(Zone zone, std::int64_t max, std::int64_t used, TimeMs now_ms);
  static Quota per_hour(std::int64_t max, std::int64_t used, TimeMs now_ms);

  /// Empty when one more may be taken at `at_ms`. With a limit of 0 nothing renews it: kOnChange.
  std::optional<NotYet> check(Reason reason, TimeMs at_ms) const;
  void take(TimeMs at_ms);

  std::int64_t used(TimeMs at_ms) const { return at_ms < renews_at_ms_ ? used_ : 0; }
  /// What is left at `at_ms`, as a share of the maximum: 0 to 1.
  double room(TimeMs at_ms) const;

 private:
  enum class Period : std::uint8_t { Day, Hour };
  Quota(Period period, Zone zone, std::int64_t max, std::int64_t used, TimeMs now_ms);
  TimeMs renewal_after(TimeMs at_ms) const;

  Period period_;
  Zone zone_;
  std::int64_t max_;
  std::int64_t used_;
  TimeMs renews_at_ms_;
};

/// Mail of the last 24 hours in buckets of a UTC hour. A bucket counts until its last possible mail is 24
/// hours old, so a ceiling is never passed.
class RollingDay {
 public:
  void add(TimeMs at_ms, std::int64_t mails = 1);

  std::int64_t count(TimeMs at_ms) const;
  std::int64_t in_hour(TimeMs at_ms) const;

  /// Whether one more would pass `max` in 24 hours (ProviderLimit). `max` kUnlimited, or 1 and up.
  std::optional<NotYet> check_day(std::int64_t max, TimeMs at_ms) const;
  /// Whether one more would pass `max` in this UTC hour (MailboxDailyLimit). `max` kUnlimited, or 1 and up.
  std::optional<NotYet> check_hour(std::int64_t max, TimeMs at_ms) const;

 private:
  static constexpr std::int64_t kBuckets = 25;
  struct Bucket {
    std::int64_t hour = std::numeric_limits<std::int64_t>::min();
    std::int64_t mails = 0;
  };
  std::int64_t in_bucket(std::int64_t hour) const;

  std::array<Bucket, kBuckets> buckets_;
};

/// The hourly limit of a mailbox that has none of its own: a quarter of the day's, rounded up.
constexpr std::int64_t default_hour_max(std::int64_t day_max) {
  return day_max < 0 ? kUnlimited : (day_max + 3) / 4;
}
static_assert(default_hour_max(30) == 8);

}  // namespace outrider::sending
