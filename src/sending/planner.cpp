#include "sending/planner.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <queue>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/assert.h"
#include "sending/eligibility.h"
#include "sending/plan_state.h"

namespace outrider::sending {
namespace {

constexpr std::size_t kTopShare = 3;  // new leads go to the best third of the free mailboxes
constexpr int kDrawsMax = 32;         // of the weighted draw, before the last one is taken as it is
constexpr std::size_t kDomainLookaheadMax = 64;  // leads looked at for one whose domain has room
constexpr TimeMs kStepOverMs = kSecondMs;

struct Scored {
  double score = 0;
  Index mailbox = kNone;
};

/// A campaign's free mailboxes at one instant, best first.
struct Turn {
  Index campaign = kNone;
  std::vector<Scored> free;
};

/// Deals slots out in the order of time: the mailboxes are runners, and whose clock is next takes the best
/// work that may leave then.
class Dealer {
 public:
  explicit Dealer(const PlanInput& input) : state_(input), served_in_round_(state_.mailboxes.size(), 0) {}

  Plan deal() {
    for (Index m = 0; m < state_.mailboxes.size(); ++m) schedule(m, next_work(m, state_.input.now_ms));
    while (!clocks_.empty()) {
      const auto at_ms = clocks_.top().first;
      std::vector<Index> free;
      for (; !clocks_.empty() && clocks_.top().first == at_ms; clocks_.pop())
        free.push_back(clocks_.top().second);
      run(free, at_ms);
    }
    explain_the_rest();
    find_wake_instant();
    return std::move(plan_);
  }

 private:
  bool may_send(const MailboxState& mailbox, const Lane& lane, TimeMs at_ms) {
    return earliest(state_, mailbox, lane, ready(state_, mailbox, lane), at_ms).at_ms == at_ms;
  }

  TimeMs next_work(Index m, TimeMs from_ms) {
    const auto& mailbox = state_.mailboxes[m];
    TimeMs next_ms = kNever;
    for (const auto& lane : mailbox.lanes)
      next_ms =
          std::min(next_ms, earliest(state_, mailbox, lane, ready(state_, mailbox, lane), from_ms).at_ms);
    return next_ms;
  }

  void schedule(Index m, TimeMs at_ms) {
    if (at_ms <= state_.input.until_ms) clocks_.emplace(at_ms, m);
  }

  /// One mail at most for each mailbox whose clock is at `at_ms`.
  void run(const std::vector<Index>& free, TimeMs at_ms) {
    ++round_;
    std::vector<Index> left;
    for (const auto m : free)
      if (!send_bound(m, at_ms, Split::Kept)) left.push_back(m);
    deal_new_leads(left, at_ms);
    // What nobody else used goes to follow-ups beyond their share.
    for (const auto m : left)
      if (!is_served(m)) send_bound(m, at_ms, Split::Ignored);
    for (const auto m : free) {
      auto next_ms = next_work(m, at_ms);
      if (next_ms == at_ms && !is_served(m)) next_ms = next_work(m, at_ms + kStepOverMs);
      schedule(m, next_ms);
    }
  }

  bool is_served(Index m) const { return served_in_round_[m] == round_; }

  // ---- replies, subsequences, follow-ups

  enum class Split : std::uint8_t { Kept, Ignored };

  bool send_bound(Index m, TimeMs at_ms, Split split) {
    auto& mailbox = state_.mailboxes[m];
    Lane* best = nullptr;
    for (auto& lane : mailbox.lanes) {
      if (lane.work == Work::NewLead || lane.bound.empty()) continue;
      if (best != nullptr && !comes_before(lane, *best)) continue;
      if (!may_send(mailbox, lane, at_ms)) continue;
      if (split == Split::Kept && yields_to_new_leads(mailbox, lane, at_ms)) continue;
      best = &lane;
    }
    if (best == nullptr) return false;
    send(m, *best, best->bound.items[best->bound.next++], at_ms);
    return true;
  }

  bool comes_before(const Lane& a, const Lane& b) const {
    const auto key = [&](const Lane& lane) {
      const auto& head = state_.candidate(lane.bound.head());
      return std::tuple(lane.work, head.due_ms, head.order, head.lead_map_id);
    };
    return key(a) < key(b);
  }

  /// Whether the campaign's follow-ups have had their share of the day, and its new leads not yet theirs.
  bool yields_to_new_leads(const MailboxState& mailbox, const Lane& lane, TimeMs at_ms) {
    if (lane.work != Work::FollowUp) return false;
    const auto& campaign = state_.campaigns[lane.campaign];
    if (campaign.follow_up_share < 0 || campaign.follow_ups.used(at_ms) < campaign.follow_up_share)
      return false;
    if (campaign.new_leads.used(at_ms) >= campaign.new_lead_share) return false;
    return std::ranges::any_of(mailbox.lanes, [&](const Lane& other) {
      return other.work == Work::NewLead && other.campaign == lane.campaign &&
             may_send(mailbox, other, at_ms);
    });
  }

  // ---- new leads

  void deal_new_leads(const std::vector<Index>& free, TimeMs at_ms) {
    auto turns = turns_of(free, at_ms);
    const auto waited_less = [&](Index a, Index b) { return waiting_key(turns[a]) > waiting_key(turns[b]); };
    std::priority_queue<Index, std::vector<Index>, decltype(waited_less)> next(waited_less);
    for (Index i = 0; i < turns.size(); ++i) next.push(i);
    while (!next.empty()) {
      const auto turn = next.top();
      next.pop();
      if (serve(turns[turn], at_ms)) next.push(turn);
    }
  }

  std::tuple<TimeMs, std::uint64_t, std::int64_t> waiting_key(const Turn& turn) const {
    const auto& campaign = state_.campaigns[turn.campaign];
    return {campaign.last_served_ms, campaign.served, campaign.in->id};
  }

  std::vector<Turn> turns_of(const std::vector<Index>& free, TimeMs at_ms) {
    std::vector<Turn> turns;
    std::unordered_map<Index, std::size_t> turn_of;
    for (const auto m : free) {
      const auto& mailbox = state_.mailboxes[m];
      const auto score = mailbox.day.room(at_ms) * mailbox.in->health;
      for (const auto& lane : mailbox.lanes) {
        if (lane.work != Work::NewLead || !may_send(mailbox, lane, at_ms)) continue;
        const auto [found, is_new] = turn_of.try_emplace(lane.campaign, turns.size());
        if (is_new) turns.push_back({.campaign = lane.campaign, .free = {}});
        turns[found->second].free.push_back({score, m});
      }
    }
    for (auto& turn : turns)
      std::ranges::sort(
          turn.free, std::greater(), [](const Scored& one) { return std::pair(one.score, one.mailbox); });
    return turns;
  }

  /// Gives the campaign's next new lead to one of its free mailboxes. False when it has no further turn.
  bool serve(Turn& turn, TimeMs at_ms) {
    auto& campaign = state_.campaigns[turn.campaign];
    Random random(mix_seed(mix_seed(state_.input.seed, static_cast<std::uint64_t>(campaign.in->id)),
                           static_cast<std::uint64_t>(at_ms) + campaign.served));
    while (!turn.free.empty()) {
      const auto drawn = draw(turn.free, random);
      const auto m = turn.free[drawn].mailbox;
      turn.free.erase(turn.free.begin() + static_cast<std::ptrdiff_t>(drawn));
      auto& mailbox = state_.mailboxes[m];
      if (is_served(m)) continue;
      auto& lane = *std::ranges::find_if(mailbox.lanes, [&](const Lane& one) {
        return one.work == Work::NewLead && one.campaign == turn.campaign;
      });
      if (!may_send(mailbox, lane, at_ms)) continue;
      const auto lead = take_new_lead(mailbox, lane, at_ms);
      if (!lead) continue;
      send(m, lane, *lead, at_ms);
      return true;
    }
    return false;
  }

  /// Weighted by score among the best third, so that unequal mailboxes neither starve nor make a pattern.
  static std::size_t draw(const std::vector<Scored>& free, Random& random) {
    const auto top = (free.size() + kTopShare - 1) / kTopShare;
    auto drawn = random.below(top);
    for (int i = 0; i < kDrawsMax && random.unit() * free.front().score > free[drawn].score; ++i)
      drawn = random.below(top);
    return drawn;
  }

  std::optional<Index> take_new_lead(MailboxState& mailbox, Lane& lane, TimeMs at_ms) {
    auto& bound = lane.bound;
    if (!bound.empty() && state_.candidate(bound.head()).due_ms <= at_ms) return bound.items[bound.next++];

    auto& campaign = state_.campaigns[lane.campaign];
    const bool matches = campaign.in->esp_match != EspMatch::Off;
    const auto own = matches ? static_cast<std::size_t>(mailbox.in->provider) : 0;
    if (auto lead = take_fresh(mailbox, lane, own, at_ms)) return lead;
    std::vector<std::size_t> others;
    for (std::size_t queue = 0; queue < kProviders; ++queue)
      if (queue != own && !campaign.fresh[queue].empty()) others.push_back(queue);
    std::ranges::sort(
        others, {}, [&](std::size_t queue) { return state_.candidate(campaign.fresh[queue].head()).order; });
    for (const auto queue : others)
      if (auto lead = take_fresh(mailbox, lane, queue, at_ms)) return lead;
    return std::nullopt;
  }

  std::optional<Index> take_fresh(MailboxState& mailbox, Lane& lane, std::size_t which, TimeMs at_ms) {
    auto& campaign = state_.campaigns[lane.campaign];
    if (ready_fresh(state_, mailbox, campaign, which).at_ms > at_ms) return std::nullopt;
    auto& queue = campaign.fresh[which];
    const auto end = std::min(queue.items.size(), queue.next + kDomainLookaheadMax);
    for (auto i = queue.next; i < end; ++i) {
      const auto lead = queue.items[i];
      if (state_.candidate(lead).due_ms > at_ms) break;
      if (const auto full = domain_full(mailbox, campaign, lead, at_ms)) {
        lane.domain_full_until_ms = full->next_attempt_ms == kOnChange ? kNever : full->next_attempt_ms;
        continue;
      }
      std::rotate(queue.items.begin() + static_cast<std::ptrdiff_t>(queue.next),
                  queue.items.begin() + static_cast<std::ptrdiff_t>(i),
                  queue.items.begin() + static_cast<std::ptrdiff_t>(i + 1));
      ++queue.next;
      lane.domain_full_until_ms = 0;
      return lead;
    }
    return std::nullopt;
  }

  static DomainLeads* leads_of(MailboxState& mailbox, std::uint64_t domain) {
    const auto found = std::ranges::find(mailbox.domain_leads, domain, &DomainLeads::domain);
    return found == mailbox.domain_leads.end() ? nullptr : &*found;
  }

  std::optional<NotYet> domain_full(MailboxState& mailbox,
                                    const CampaignState& campaign,
                                    Index lead,
                                    TimeMs at_ms) {
    const auto domain = state_.candidate(lead).recipient_domain;
    if (domain == 0 || !campaign.in->domain_level_rate_limit) return std::nullopt;
    const auto* const known = leads_of(mailbox, domain);
    return known == nullptr ? std::nullopt : known->leads.check(Reason::DomainLimit, at_ms);
  }

  void count_domain(MailboxState& mailbox, std::uint64_t domain, TimeMs at_ms) {
    if (domain == 0) return;
    auto* known = leads_of(mailbox, domain);
    if (known == nullptr) {
      const auto max = state_.input.rules.domain_leads_per_day_max;
      known = &mailbox.domain_leads.emplace_back(domain, Quota::per_day(mailbox.in->zone, max, 0, at_ms));
    }
    known->leads.take(at_ms);
  }

  // ---- what a slot costs

  void send(Index m, const Lane& lane, Index candidate, TimeMs at_ms) {
    auto& mailbox = state_.mailboxes[m];
    served_in_round_[m] = round_;
    plan_.slots.push_back({.candidate = candidate, .mailbox_id = mailbox.in->id, .at_ms = at_ms});
    mailbox.last_send_ms = at_ms;
    mailbox.sent.add(at_ms);
    if (lane.campaign == kNone) return;

    auto& campaign = state_.campaigns[lane.campaign];
    mailbox.day.take(at_ms);
    campaign.sends.take(at_ms);
    if (mailbox.sender_domain != kNone) {
      auto& domain = state_.domains[mailbox.sender_domain];
      domain.day.take(at_ms);
      domain.hour.take(at_ms);
    }
    if (lane.work != Work::NewLead) return campaign.follow_ups.take(at_ms);
    campaign.new_leads.take(at_ms);
    campaign.last_served_ms = at_ms;
    ++campaign.served;
    count_domain(mailbox, state_.candidate(candidate).recipient_domain, at_ms);
  }

  // ---- why not, and when

  void explain_the_rest() {
    plan_.waiting = std::move(state_.misplaced);
    const auto from_ms = state_.input.until_ms + 1;
    std::vector<std::array<NotYet, kProviders>> fresh(state_.campaigns.size(), {kNobody, kNobody, kNobody});
    for (const auto& mailbox : state_.mailboxes) {
      for (const auto& lane : mailbox.lanes) {
        if (!lane.bound.empty()) explain(lane.bound, bound_verdict(mailbox, lane, from_ms));
        if (lane.takes_fresh) note_fresh(mailbox, lane, from_ms, fresh[lane.campaign]);
      }
    }
    for (Index c = 0; c < state_.campaigns.size(); ++c) {
      const auto& campaign = state_.campaigns[c];
      for (std::size_t queue = 0; queue < kProviders; ++queue) {
        const auto& held = campaign.in->held;
        const bool is_held = held && (held->next_attempt_ms == kOnChange || held->next_attempt_ms >= from_ms);
        explain(campaign.fresh[queue], is_held ? *held : fresh[c][queue]);
      }
    }
  }

  static constexpr NotYet kNobody{Reason::NoActiveMailbox, kOnChange};

  NotYet bound_verdict(const MailboxState& mailbox, const Lane& lane, TimeMs from_ms) {
    const Verdict head{state_.candidate(lane.bound.head()).due_ms, Reason::WaitingStepDelay};
    return not_yet(earliest(state_, mailbox, lane, head, from_ms));
  }

  /// Keeps the mailbox that could take the campaign's next new lead first.
  void note_fresh(const MailboxState& mailbox,
                  const Lane& lane,
                  TimeMs from_ms,
                  std::array<NotYet, kProviders>& best) {
    const bool is_gone = mailbox.in->held && mailbox.in->held->next_attempt_ms == kOnChange;
    if (is_gone) return;
    const auto& campaign = state_.campaigns[lane.campaign];
    for (std::size_t queue = 0; queue < kProviders; ++queue) {
      if (campaign.fresh[queue].empty()) continue;
      const auto head = ready_fresh(state_, mailbox, campaign, queue);
      const auto found = not_yet(earliest(state_, mailbox, lane, head, from_ms));
      const auto instant = [](const NotYet& one) {
        return one.next_attempt_ms == kOnChange ? kNever : one.next_attempt_ms;
      };
      if (best[queue] == kNobody || instant(found) < instant(best[queue])) best[queue] = found;
    }
  }

  static NotYet not_yet(const Verdict& verdict) {
    // Without a reason it could leave just after until_ms: other work of the mailbox is in front of it.
    return {verdict.reason.value_or(Reason::MailboxGap), verdict.at_ms == kNever ? kOnChange : verdict.at_ms};
  }

  void explain(const Queue& queue, const NotYet& head) {
    for (const auto index : queue.rest()) {
      const auto due_ms = state_.candidate(index).due_ms;
      const bool is_later = due_ms > head.next_attempt_ms && head.next_attempt_ms != kOnChange;
      plan_.waiting.push_back({index, is_later ? NotYet{Reason::WaitingStepDelay, due_ms} : head});
    }
  }

  void find_wake_instant() {
    const auto note = [&](TimeMs at_ms) {
      if (at_ms > state_.input.now_ms) plan_.wake_at_ms = std::min(plan_.wake_at_ms, at_ms);
    };
    for (const auto& slot : plan_.slots) note(slot.at_ms);
    for (const auto& waiting : plan_.waiting) note(waiting.not_yet.next_attempt_ms);
  }

  using Clock = std::pair<TimeMs, Index>;
  PlanState state_;
  Plan plan_;
  std::uint64_t round_ = 0;
  std::vector<std::uint64_t> served_in_round_;  // by mailbox
  std::priority_queue<Clock, std::vector<Clock>, std::greater<>> clocks_;
};

}  // namespace

Plan plan(const PlanInput& input) {
  OUTRIDER_ASSERT(input.until_ms >= input.now_ms, "a plan reaches from now on");
  return Dealer(input).deal();
}

}  // namespace outrider::sending
