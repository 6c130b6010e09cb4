// Why something is not being sent, and when it will be tried again: the one vocabulary of planner,
// diagnostics and API (BEHAVIOUR 1.11). Every mail that does not leave has exactly one of these.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.h"

namespace outrider::sending {

/// Stored as these numbers: new ones go to the end.
enum class Reason : std::uint8_t {
  OutsideWindow,
  BeforeStartTime,
  BlackoutDate,
  CampaignDailyLimit,
  NewLeadLimit,
  MailboxDailyLimit,  // also the mailbox's hourly limit
  MailboxGap,         // also: other work of the same mailbox is in front
  ProviderLimit,
  DomainLimit,
  NoActiveMailbox,
  MailboxDisconnected,
  InboundSyncStale,
  AuthGate,
  HealthBand,
  WaitingStepDelay,
  WaitingEspMatch,
  OooUntil,
  Paused,
  Suppressed,
  MissingVariable,
  BounceGuard,
  NoLeads,
  SenderRejected,  // the receiving side refused us, not the address
  Deferred,        // the receiving side said "later"
  StepFailed,      // this mail cannot be delivered as it is
  RecentlyMailed,  // another campaign wrote to this person first within 24 hours
};

inline constexpr std::array<std::string_view, 26> kReasonNames{"OUTSIDE_WINDOW",
                                                               "BEFORE_START_TIME",
                                                               "BLACKOUT_DATE",
                                                               "CAMPAIGN_DAILY_LIMIT",
                                                               "NEW_LEAD_LIMIT",
                                                               "MAILBOX_DAILY_LIMIT",
                                                               "MAILBOX_GAP",
                                                               "PROVIDER_LIMIT",
                                                               "DOMAIN_LIMIT",
                                                               "NO_ACTIVE_MAILBOX",
                                                               "MAILBOX_DISCONNECTED",
                                                               "INBOUND_SYNC_STALE",
                                                               "AUTH_GATE",
                                                               "HEALTH_BAND",
                                                               "WAITING_STEP_DELAY",
                                                               "WAITING_ESP_MATCH",
                                                               "OOO_UNTIL",
                                                               "PAUSED",
                                                               "SUPPRESSED",
                                                               "MISSING_VARIABLE",
                                                               "BOUNCE_GUARD",
                                                               "NO_LEADS",
                                                               "SENDER_REJECTED",
                                                               "DEFERRED",
                                                               "STEP_FAILED",
                                                               "RECENTLY_MAILED"};
static_assert(kReasonNames.size() == static_cast<std::size_t>(Reason::RecentlyMailed) + 1);

constexpr std::string_view name(Reason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

constexpr std::optional<Reason> reason_from_name(std::string_view text) {
  for (std::size_t i = 0; i < kReasonNames.size(); ++i)
    if (kReasonNames[i] == text) return static_cast<Reason>(i);
  return std::nullopt;
}
static_assert(reason_from_name("NO_LEADS") == Reason::NoLeads);

/// Instead of an instant: tried again when what the reason names has changed (resumed, reconnected, ...).
inline constexpr TimeMs kOnChange = 0;

struct NotYet {
  Reason reason = Reason::Paused;
  TimeMs next_attempt_ms = kOnChange;

  bool operator==(const NotYet&) const = default;
};

}  // namespace outrider::sending
