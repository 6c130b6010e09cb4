#include "sending/plan_state.h"

#include <algorithm>
#include <numeric>

namespace outrider::sending {
namespace {

constexpr int kWholePercent = 100;

std::int64_t hour_max_of(const PlanMailbox& mailbox) {
  return mailbox.hour_max > 0 ? mailbox.hour_max : default_hour_max(mailbox.day_max);
}

/// In each queue: oldest due first; of new leads the earliest in order among those already due.
std::vector<Index> in_order(const PlanInput& input) {
  struct Key {
    TimeMs due_ms;
    std::int64_t order;
    std::int64_t id;
    Index index;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  keys.reserve(input.candidates.size());
  for (Index i = 0; i < input.candidates.size(); ++i) {
    const auto& candidate = input.candidates[i];
    const bool is_new = candidate.work == Work::NewLead;
    keys.push_back({.due_ms = is_new ? std::max(candidate.due_ms, input.now_ms) : candidate.due_ms,
                    .order = candidate.order,
                    .id = candidate.lead_map_id,
                    .index = i});
  }
  std::ranges::sort(keys);
  std::vector<Index> order;
  order.reserve(keys.size());
  for (const auto& key : keys) order.push_back(key.index);
  return order;
}

}  // namespace

bool CampaignState::is_fresh_empty() const {
  return std::ranges::all_of(fresh, [](const Queue& queue) { return queue.empty(); });
}

const std::optional<campaigns::Window>& CampaignState::window_from(TimeMs at_ms) {
  const bool known = window_asked_ms <= at_ms && (!window || at_ms < window->closes_ms);
  if (!known) {
    window = campaigns::window_at_or_after(in->schedule, at_ms);
    window_asked_ms = at_ms;
  }
  return window;
}

PlanState::PlanState(const PlanInput& snapshot) : input(snapshot) {
  add_campaigns();
  add_mailboxes();
  attach();
  for (const auto index : in_order(input)) place(index);
}

void PlanState::add_campaigns() {
  campaigns.reserve(input.campaigns.size());
  for (const auto& in : input.campaigns) {
    const auto daily = [&](std::int64_t max, std::int64_t used) {
      return Quota::per_day(in.schedule.zone, max, used, input.now_ms);
    };
    const auto new_leads_max = std::max(0, in.schedule.new_leads_per_day_max);
    campaign_at_.emplace(in.id, static_cast<Index>(campaigns.size()));
    campaigns.push_back({.in = &in,
                         .sends = daily(in.sends_per_day_max, in.new_leads_today + in.follow_ups_today),
                         .new_leads = daily(new_leads_max, in.new_leads_today),
                         .follow_ups = daily(kUnlimited, in.follow_ups_today),
                         .last_served_ms = in.last_served_ms});
  }
}

void PlanState::add_mailboxes() {
  std::unordered_map<std::uint64_t, Index> domain_at;
  for (const auto& in : input.domains) {
    domain_at.emplace(in.domain, static_cast<Index>(domains.size()));
    domains.push_back({.domain = in.domain,
                       .day = Quota::per_day(in.zone, in.day_max, in.sent_today, input.now_ms),
                       .hour = Quota::per_hour(in.hour_max, in.sent_this_hour, input.now_ms)});
  }
  mailboxes.reserve(input.mailboxes.size());
  for (const auto& in : input.mailboxes) {
    const auto daily = [&](std::int64_t max, std::int64_t used) {
      return Quota::per_day(in.zone, max, used, input.now_ms);
    };
    const auto domain = domain_at.find(in.sender_domain);
    mailbox_at_.emplace(in.id, static_cast<Index>(mailboxes.size()));
    mailboxes.push_back({.in = &in,
                         .day = daily(in.day_max, in.sent_today),
                         .sent = in.sent,
                         .hour_max = hour_max_of(in),
                         .last_send_ms = in.last_send_ms,
                         .sender_domain = domain == domain_at.end() ? kNone : domain->second});
    for (const auto& [key, used] : in.leads_by_domain_today)
      mailboxes.back().domain_leads.push_back({key, daily(input.rules.domain_leads_per_day_max, used)});
  }
}

void PlanState::attach() {
  for (Index c = 0; c < campaigns.size(); ++c) {
    auto& campaign = campaigns[c];
    for (const auto id : campaign.in->mailbox_ids) {
      const auto found = mailbox_at_.find(id);
      if (found == mailbox_at_.end()) continue;
      auto& mailbox = mailboxes[found->second];
      mailbox.lanes.push_back({.campaign = c, .work = Work::NewLead, .takes_fresh = true});
      const bool is_gone = mailbox.in->held && mailbox.in->held->next_attempt_ms == kOnChange;
      if (!is_gone) campaign.has_provider[static_cast<std::size_t>(mailbox.in->provider)] = true;
    }
    split_capacity(campaign);
  }
}

void PlanState::split_capacity(CampaignState& campaign) const {
  const auto percent = std::clamp(campaign.in->follow_up_percentage, 0, kWholePercent);
  if (percent == kWholePercent) return;
  std::int64_t capacity = 0;
  for (const auto id : campaign.in->mailbox_ids) {
    const auto found = mailbox_at_.find(id);
    if (found == mailbox_at_.end()) continue;
    const auto day_max = mailboxes[found->second].in->day_max;
    if (day_max < 0 || capacity < 0)
      capacity = kUnlimited;
    else
      capacity += day_max;
  }
  const auto own_max = campaign.in->sends_per_day_max;
  if (own_max >= 0) capacity = capacity < 0 ? own_max : std::min(capacity, own_max);
  if (capacity < 0) return;
  campaign.follow_up_share = (capacity * percent + kWholePercent - 1) / kWholePercent;
  campaign.new_lead_share = capacity * (kWholePercent - percent) / kWholePercent;
}

void PlanState::place(Index index) {
  const auto& work = candidate(index);
  const auto campaign = campaign_at_.find(work.campaign_id);
  if (work.work != Work::Reply && campaign == campaign_at_.end()) {
    misplaced.push_back({index, {Reason::Paused, kOnChange}});
    return;
  }
  if (work.work == Work::NewLead && work.mailbox_id == 0) {
    auto& home = campaigns[campaign->second];
    const bool matches = home.in->esp_match != EspMatch::Off;
    home.fresh[matches ? static_cast<std::size_t>(work.recipient_provider) : 0].items.push_back(index);
    return;
  }
  const auto mailbox = mailbox_at_.find(work.mailbox_id);
  if (mailbox == mailbox_at_.end()) {
    misplaced.push_back({index, {Reason::MailboxDisconnected, kOnChange}});
    return;
  }
  place_bound(index, mailboxes[mailbox->second], work.work == Work::Reply ? kNone : campaign->second);
}

void PlanState::place_bound(Index index, MailboxState& mailbox, Index campaign) {
  const auto work = candidate(index).work;
  const bool is_attached = std::ranges::any_of(
      mailbox.lanes, [&](const Lane& lane) { return lane.takes_fresh && lane.campaign == campaign; });
  // A subsequence goes on from its parent's mailbox, which need not be among its own.
  const bool must_be_attached = work == Work::FollowUp || work == Work::NewLead;
  if (must_be_attached && !is_attached) {
    misplaced.push_back({index, {Reason::NoActiveMailbox, kOnChange}});
    return;
  }
  for (auto& lane : mailbox.lanes) {
    if (lane.campaign != campaign || lane.work != work) continue;
    lane.bound.items.push_back(index);
    return;
  }
  mailbox.lanes.push_back({.campaign = campaign, .work = work, .bound = {.items = {index}}});
}

}  // namespace outrider::sending
