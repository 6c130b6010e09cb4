// What leaves next, from which mailbox and at which instant; and for everything else, why not and when
// (BEHAVIOUR 1.2 to 1.6, 1.11, 1.12). Pure: a snapshot goes in, a plan comes out; the same snapshot gives the
// same plan, so a slot never drifts. The same function sends, forecasts and explains.
//
// What must be fed. Only heads of queues, never all leads:
//  - every ACTIVE campaign that has work, and every mailbox attached to one: held ones too, they are reasons;
//  - replies from the inbox: per mailbox, the oldest;
//  - bound work (subsequence steps, follow-ups, first steps that have a mailbox): per mailbox and campaign,
//    the oldest by (due_ms, order);
//  - unbound new leads: per campaign, the first due ones by order; per recipient provider where the campaign
//    matches providers.
//  One more of each than can leave between now_ms and until_ms: with a gap and a horizon of a minute that is
//  2 a lane, and as many new leads as the campaign has mailboxes (64 more where it limits domains).
//  Only work whose lead may be written to (not paused, suppressed, out of office).
//
// What to do with it. Claim the slots whose instant has come; plan again after a change and at wake_at_ms.
// A claim counts at once: last_send_ms, sent_today and the campaign's counts include claimed mail, and lose
// it again when it failed before DATA.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "campaigns/schedule.h"
#include "core/random.h"
#include "sending/gap.h"
#include "sending/limits.h"
#include "sending/reason.h"

namespace outrider::sending {

/// In order of precedence.
enum class Work : std::uint8_t { Reply, Subsequence, FollowUp, NewLead };

/// Who runs a mail domain, as far as matching goes.
enum class Provider : std::uint8_t { Other, Google, Microsoft };
inline constexpr std::size_t kProviders = 3;

/// Soft: matching pairs first, nobody waits. Wait: a lead waits for a mailbox of its provider, if there is
/// one.
enum class EspMatch : std::uint8_t { Off, Soft, Wait };

/// A domain as a number; 0 is left for "does not matter" (freemail).
inline std::uint64_t domain_key(std::string_view domain) {
  return mix_seed(0, domain) | 1U;
}

struct PlanCampaign {
  std::int64_t id = 0;
  campaigns::Schedule schedule;
  std::optional<NotYet> held;  // PAUSED, BOUNCE_GUARD, ...
  TimeMs started_at_ms = 0;    // when someone last started or resumed it
  std::vector<std::int64_t> mailbox_ids;
  int follow_up_percentage = 100;  // the share of the day's capacity that follow-ups take before new leads
  std::int64_t sends_per_day_max = kUnlimited;
  std::int64_t new_leads_today = 0;  // counts of the campaign's local day, claimed ones included
  std::int64_t follow_ups_today = 0;
  TimeMs last_served_ms = 0;  // when a new lead of it was last claimed
  EspMatch esp_match = EspMatch::Off;
  TimeMs esp_wait_ms = 0;                // the longest wait of EspMatch::Wait, from the lead's due_ms on
  bool domain_level_rate_limit = false;  // obeys the limits of sender and recipient domains
  bool ignores_mailbox_limit = false;  // neither the mailbox's day nor its hour; the provider's ceiling holds
};

struct DomainCount {
  std::uint64_t domain = 0;
  std::int64_t new_leads = 0;
};

struct PlanMailbox {
  std::int64_t id = 0;
  Zone zone;                                  // its day's cap begins anew at midnight here
  std::optional<NotYet> held;                 // MAILBOX_DISCONNECTED, PROVIDER_LIMIT, AUTH_GATE, HEALTH_BAND
  std::int64_t day_max = kUnlimited;          // campaign mail
  std::int64_t hour_max = 0;                  // all mail; 0 = a quarter of day_max
  std::int64_t rolling_day_max = kUnlimited;  // all mail: the provider's ceiling
  std::int64_t min_gap_minutes = 0;
  std::int64_t sent_today = 0;  // campaign mail of its local day
  RollingDay sent;              // all mail of the last 24 hours
  TimeMs last_send_ms = 0;      // the newest mail of any kind, warm-up included; 0 = never
  TimeMs inbound_seen_ms = 0;   // everything that had arrived by then has been read
  double health = 1;            // 0 to 1, multiplies its chance of a new lead
  Provider provider = Provider::Other;
  std::uint64_t sender_domain = 0;                 // domain_key
  std::vector<DomainCount> leads_by_domain_today;  // first steps of its local day, by recipient domain
};

/// Limits that all mailboxes of a sender domain share.
struct PlanDomain {
  std::uint64_t domain = 0;
  Zone zone = {};
  std::int64_t day_max = kUnlimited;
  std::int64_t hour_max = kUnlimited;
  std::int64_t sent_today = 0;      // of every campaign
  std::int64_t sent_this_hour = 0;  // UTC hour
};

struct Candidate {
  Work work = Work::NewLead;
  std::int64_t lead_map_id = 0;
  std::int64_t campaign_id = 0;  // 0 for replies
  std::int64_t mailbox_id = 0;   // 0 = a new lead that has none yet
  TimeMs due_ms = 0;
  std::int64_t order = 0;              // among equals: the lead's creation or priority
  std::uint64_t recipient_domain = 0;  // domain_key; 0 for freemail
  Provider recipient_provider = Provider::Other;
};

/// One installation's numbers.
struct PlanRules {
  TimeMs gap_floor_ms = kGapFloorMs;  // 0: no floor, no offset at the day's start (sandbox, benchmarks)
  TimeMs follow_up_freshness_ms = 15 * kMinuteMs;
  TimeMs new_lead_freshness_ms = 60 * kMinuteMs;
  std::int64_t domain_leads_per_day_max = 15;  // of one recipient domain, per mailbox and day
};

struct PlanInput {
  TimeMs now_ms = 0;
  TimeMs until_ms = 0;  // slots are planned to here, inclusive; not before now_ms
  std::uint64_t seed = 0;
  PlanRules rules;
  std::vector<PlanCampaign> campaigns;
  std::vector<PlanMailbox> mailboxes;
  std::vector<PlanDomain> domains;
  std::vector<Candidate> candidates;
};

struct Slot {
  std::size_t candidate = 0;  // index into PlanInput::candidates
  std::int64_t mailbox_id = 0;
  TimeMs at_ms = 0;

  bool operator==(const Slot&) const = default;
};

struct Waiting {
  std::size_t candidate = 0;
  NotYet not_yet;  // its instant is after until_ms, or kOnChange
};

struct Plan {
  std::vector<Slot> slots;       // by at_ms; those up to now_ms are to be claimed now
  std::vector<Waiting> waiting;  // every candidate without a slot, once
  TimeMs wake_at_ms = kNever;    // the earliest instant after now_ms at which the plan holds something
};

/// O(c log c) for c candidates plus, per slot, the campaigns of its mailbox. Unknown campaign or mailbox ids
/// are not an error: the work waits with PAUSED or MAILBOX_DISCONNECTED.
Plan plan(const PlanInput& input);

}  // namespace outrider::sending
