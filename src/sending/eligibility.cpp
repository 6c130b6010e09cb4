#include "sending/eligibility.h"

#include <algorithm>

namespace outrider::sending {
namespace {

constexpr int kRoundsMax = 16;
constexpr TimeMs kSyncRecheckMs = kMinuteMs;

bool is_about_the_window(Reason reason) {
  return reason == Reason::OutsideWindow || reason == Reason::BeforeStartTime ||
         reason == Reason::BlackoutDate;
}

/// Moves an instant forward past one limit after the other and remembers the first that moved it.
class Search {
 public:
  explicit Search(TimeMs from_ms) : verdict_{.at_ms = from_ms} {}

  TimeMs at_ms() const { return verdict_.at_ms; }
  const Verdict& verdict() const { return verdict_; }

  void push(Reason reason, TimeMs to_ms) {
    if (to_ms <= verdict_.at_ms) return;
    // A gap that runs past the closing is a wait for the next opening; what never ends is the true reason.
    const bool says_more = verdict_.reason == Reason::MailboxGap && is_about_the_window(reason);
    if (!verdict_.reason || says_more || to_ms == kNever) verdict_.reason = reason;
    verdict_.at_ms = to_ms;
  }
  void push(const std::optional<NotYet>& not_yet) {
    if (not_yet)
      push(not_yet->reason, not_yet->next_attempt_ms == kOnChange ? kNever : not_yet->next_attempt_ms);
  }

 private:
  Verdict verdict_;
};

Reason why_closed(const campaigns::Schedule& schedule, TimeMs at_ms) {
  switch (campaigns::closed_because(schedule, at_ms)) {
    case campaigns::Closed::BeforeStart:
      return Reason::BeforeStartTime;
    case campaigns::Closed::Blackout:
      return Reason::BlackoutDate;
    case campaigns::Closed::No:
    case campaigns::Closed::OutsideWindow:
      break;
  }
  return Reason::OutsideWindow;
}

void push_window(Search& search,
                 const PlanState& state,
                 const MailboxState& mailbox,
                 CampaignState& campaign) {
  const auto& window = campaign.window_from(search.at_ms());
  const auto& schedule = campaign.in->schedule;
  if (!window) return search.push(why_closed(schedule, search.at_ms()), kNever);
  if (search.at_ms() < window->opens_ms) search.push(why_closed(schedule, search.at_ms()), window->opens_ms);

  // A campaign that was started within its hours begins at once: the offset belongs to the day's opening.
  const auto started_ms = std::max(schedule.start_at_ms, campaign.in->started_at_ms);
  const bool begins_the_day = mailbox.last_send_ms < window->opens_ms && started_ms < window->opens_ms;
  if (state.input.rules.gap_floor_ms <= 0 || !begins_the_day) return;
  const auto length_ms = window->closes_ms - window->opens_ms;
  search.push(Reason::MailboxGap,
              window->opens_ms + first_send_offset_ms(mailbox.in->id, window->day, length_ms));
}

/// A reply that was not read yet must still be able to stop the lead (I2).
void push_freshness(Search& search, const PlanState& state, const MailboxState& mailbox, Work work) {
  const auto& input = state.input;
  const auto limit_ms =
      work == Work::NewLead ? input.rules.new_lead_freshness_ms : input.rules.follow_up_freshness_ms;
  if (input.now_ms - mailbox.in->inbound_seen_ms > limit_ms)
    search.push(Reason::InboundSyncStale, std::max(input.now_ms + kSyncRecheckMs, input.until_ms + 1));
}

void push_limits(Search& search,
                 const PlanState& state,
                 const MailboxState& mailbox,
                 const CampaignState& campaign,
                 const Lane& lane) {
  if (lane.work == Work::NewLead) {
    search.push(campaign.new_leads.check(Reason::NewLeadLimit, search.at_ms()));
    search.push(Reason::DomainLimit, lane.domain_full_until_ms);
  }
  search.push(campaign.sends.check(Reason::CampaignDailyLimit, search.at_ms()));
  if (!campaign.in->ignores_mailbox_limit) {
    search.push(mailbox.day.check(Reason::MailboxDailyLimit, search.at_ms()));
    if (search.at_ms() == kNever) return;
    search.push(mailbox.sent.check_hour(mailbox.hour_max, search.at_ms()));
  }
  if (search.at_ms() == kNever) return;
  if (campaign.in->domain_level_rate_limit && mailbox.sender_domain != kNone) {
    const auto& domain = state.domains[mailbox.sender_domain];
    search.push(domain.day.check(Reason::DomainLimit, search.at_ms()));
    search.push(domain.hour.check(Reason::DomainLimit, search.at_ms()));
  }
}

void push_gap(Search& search,
              const PlanState& state,
              const MailboxState& mailbox,
              const CampaignState& campaign) {
  const auto base_ms = base_gap_ms({.campaign_minutes = campaign.in->schedule.min_gap_minutes,
                                    .mailbox_minutes = mailbox.in->min_gap_minutes,
                                    .floor_ms = state.input.rules.gap_floor_ms});
  if (base_ms <= 0) return;
  if (mailbox.last_send_ms > 0)
    search.push(Reason::MailboxGap,
                mailbox.last_send_ms + gap_ms(base_ms, mailbox.in->id, mailbox.last_send_ms));
  search.push(Reason::MailboxGap, off_the_minute(search.at_ms(), mailbox.in->id));
}

/// When a new lead of recipient provider `queue` may go to this mailbox (BEHAVIOUR 1.12).
Verdict match(const PlanState& state,
              const MailboxState& mailbox,
              const CampaignState& campaign,
              std::size_t queue) {
  const auto due_ms = state.candidate(campaign.fresh[queue].head()).due_ms;
  const bool waits = campaign.in->esp_match == EspMatch::Wait && campaign.has_provider[queue] &&
                     queue != static_cast<std::size_t>(Provider::Other) &&
                     queue != static_cast<std::size_t>(mailbox.in->provider);
  if (waits) return {due_ms + campaign.in->esp_wait_ms, Reason::WaitingEspMatch};
  return {due_ms, Reason::WaitingStepDelay};
}

}  // namespace

Verdict ready_fresh(const PlanState& state,
                    const MailboxState& mailbox,
                    const CampaignState& campaign,
                    std::size_t queue) {
  if (campaign.fresh[queue].empty()) return {};
  return match(state, mailbox, campaign, queue);
}

Verdict ready(const PlanState& state, const MailboxState& mailbox, const Lane& lane) {
  Verdict best;
  if (!lane.bound.empty()) best = {state.candidate(lane.bound.head()).due_ms, Reason::WaitingStepDelay};
  if (!lane.takes_fresh) return best;
  for (std::size_t queue = 0; queue < kProviders; ++queue) {
    const auto fresh = ready_fresh(state, mailbox, state.campaigns[lane.campaign], queue);
    if (fresh.at_ms < best.at_ms) best = fresh;
  }
  return best;
}

Verdict earliest(
    PlanState& state, const MailboxState& mailbox, const Lane& lane, Verdict ready, TimeMs from_ms) {
  if (ready.at_ms == kNever) return {};
  Search search(from_ms);
  search.push(ready.reason.value_or(Reason::WaitingStepDelay), ready.at_ms);
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto before_ms = search.at_ms();
    if (lane.campaign != kNone) search.push(state.campaigns[lane.campaign].in->held);
    search.push(mailbox.in->held);
    if (search.at_ms() == kNever) break;
    if (lane.campaign != kNone) {
      auto& campaign = state.campaigns[lane.campaign];
      push_window(search, state, mailbox, campaign);
      if (search.at_ms() == kNever) break;
      push_freshness(search, state, mailbox, lane.work);
      push_limits(search, state, mailbox, campaign, lane);
      if (search.at_ms() == kNever) break;
      push_gap(search, state, mailbox, campaign);
    }
    search.push(mailbox.sent.check_day(mailbox.in->rolling_day_max, search.at_ms()));
    if (search.at_ms() == before_ms || search.at_ms() == kNever) break;
  }
  return search.verdict();
}

}  // namespace outrider::sending
