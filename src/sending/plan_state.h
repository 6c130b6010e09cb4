// The planner's working copy of a snapshot: counters that move while slots are dealt out, and the queues of
// each mailbox. Only planner.cpp and eligibility.cpp know it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "sending/planner.h"

namespace outrider::sending {

using Index = std::uint32_t;
inline constexpr Index kNone = static_cast<Index>(-1);

/// Candidates in the order in which they leave.
struct Queue {
  std::vector<Index> items;
  std::size_t next = 0;

  bool empty() const { return next == items.size(); }
  Index head() const { return items[next]; }
  std::span<const Index> rest() const { return std::span(items).subspan(next); }
};

struct CampaignState {
  const PlanCampaign* in = nullptr;
  Quota sends;
  Quota new_leads;
  Quota follow_ups;                           // only counts
  std::int64_t follow_up_share = kUnlimited;  // of the day's capacity; kUnlimited = no split
  std::int64_t new_lead_share = 0;
  TimeMs last_served_ms = 0;
  std::uint64_t served = 0;               // new leads dealt out in this plan
  std::array<Queue, kProviders> fresh{};  // unbound new leads; without provider matching all in the first
  std::array<bool, kProviders> has_provider{};
  std::optional<campaigns::Window> window = {};  // the last answer of window_from, asked for window_asked_ms
  TimeMs window_asked_ms = kNever;

  bool is_fresh_empty() const;
  /// As campaigns::window_at_or_after, remembered.
  const std::optional<campaigns::Window>& window_from(TimeMs at_ms);
};

/// The work of one mailbox for one campaign and kind. A campaign's unbound new leads are behind the NewLead
/// lane of each of its mailboxes.
struct Lane {
  Index campaign = kNone;  // kNone for replies
  Work work = Work::Reply;
  bool takes_fresh = false;  // attached: unbound new leads may come here
  Queue bound = {};
  TimeMs domain_full_until_ms = 0;
};

struct DomainLeads {
  std::uint64_t domain = 0;
  Quota leads;
};

struct DomainState {
  std::uint64_t domain = 0;
  Quota day;
  Quota hour;
};

struct MailboxState {
  const PlanMailbox* in = nullptr;
  Quota day;
  RollingDay sent;
  std::int64_t hour_max = kUnlimited;
  TimeMs last_send_ms = 0;
  Index sender_domain = kNone;
  std::vector<Lane> lanes = {};
  std::vector<DomainLeads> domain_leads = {};
};

struct PlanState {
  explicit PlanState(const PlanInput& snapshot);

  const PlanInput& input;
  std::vector<CampaignState> campaigns;
  std::vector<MailboxState> mailboxes;
  std::vector<DomainState> domains;
  std::vector<Waiting> misplaced;  // work whose campaign or mailbox the snapshot does not hold

  const Candidate& candidate(Index index) const { return input.candidates[index]; }

 private:
  using IndexOf = std::unordered_map<std::int64_t, Index>;
  void add_campaigns();
  void add_mailboxes();
  void attach();
  void split_capacity(CampaignState& campaign) const;
  void place(Index candidate);
  void place_bound(Index candidate, MailboxState& mailbox, Index campaign);

  IndexOf campaign_at_;
  IndexOf mailbox_at_;
};

}  // namespace outrider::sending
