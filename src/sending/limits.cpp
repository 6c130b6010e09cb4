#include "sending/limits.h"

#include <algorithm>

namespace outrider::sending {

Quota Quota::per_day(Zone zone, std::int64_t max, std::int64_t used, TimeMs now_ms) {
  return {Period::Day, zone, max, used, now_ms};
}

Quota Quota::per_hour(std::int64_t max, std::int64_t used, TimeMs now_ms) {
  return {Period::Hour, Zone(), max, used, now_ms};
}

Quota::Quota(Period period, Zone zone, std::int64_t max, std::int64_t used, TimeMs now_ms)
    : period_(period), zone_(zone), max_(max), used_(used), renews_at_ms_(renewal_after(now_ms)) {}

TimeMs Quota::renewal_after(TimeMs at_ms) const {
  if (period_ == Period::Hour) return (at_ms / kHourMs + 1) * kHourMs;
  return zone_.midnight(zone_.day_of(at_ms) + 1);
}

std::optional<NotYet> Quota::check(Reason reason, TimeMs at_ms) const {
  if (max_ == 0) return NotYet{reason, kOnChange};
  if (max_ < 0 || used(at_ms) < max_) return std::nullopt;
  return NotYet{reason, renews_at_ms_};
}

void Quota::take(TimeMs at_ms) {
  used_ = used(at_ms) + 1;
  if (at_ms >= renews_at_ms_) renews_at_ms_ = renewal_after(at_ms);
}

double Quota::room(TimeMs at_ms) const {
  if (max_ < 0) return 1;
  if (max_ == 0) return 0;
  return static_cast<double>(std::max<std::int64_t>(0, max_ - used(at_ms))) / static_cast<double>(max_);
}

void RollingDay::add(TimeMs at_ms, std::int64_t mails) {
  const auto hour = at_ms / kHourMs;
  auto& bucket = buckets_[static_cast<std::size_t>(hour % kBuckets)];
  if (bucket.hour > hour) return;  // older than everything that still counts
  if (bucket.hour < hour) bucket = {.hour = hour, .mails = 0};
  bucket.mails += mails;
}

std::int64_t RollingDay::in_bucket(std::int64_t hour) const {
  const auto& bucket = buckets_[static_cast<std::size_t>(hour % kBuckets)];
  return bucket.hour == hour ? bucket.mails : 0;
}

std::int64_t RollingDay::count(TimeMs at_ms) const {
  const auto hour = at_ms / kHourMs;
  std::int64_t mails = 0;
  for (const auto& bucket : buckets_)
    if (bucket.hour > hour - kBuckets && bucket.hour <= hour) mails += bucket.mails;
  return mails;
}

std::int64_t RollingDay::in_hour(TimeMs at_ms) const {
  return in_bucket(at_ms / kHourMs);
}

std::optional<NotYet> RollingDay::check_day(std::int64_t max, TimeMs at_ms) const {
  if (max < 0) return std::nullopt;
  auto mails = count(at_ms);
  if (mails < max) return std::nullopt;
  const auto hour = at_ms / kHourMs;
  for (auto oldest = hour - kBuckets + 1; oldest <= hour; ++oldest) {
    mails -= in_bucket(oldest);
    if (mails < max) return NotYet{Reason::ProviderLimit, (oldest + kBuckets) * kHourMs};
  }
  return NotYet{Reason::ProviderLimit, kOnChange};
}

std::optional<NotYet> RollingDay::check_hour(std::int64_t max, TimeMs at_ms) const {
  if (max < 0 || in_hour(at_ms) < max) return std::nullopt;
  return NotYet{Reason::MailboxDailyLimit, (at_ms / kHourMs + 1) * kHourMs};
}

}  // namespace outrider::sending
