// One look at the database as a snapshot for the planner, and the planner's answer as orders for the ledger.
#pragma once

#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "campaigns/campaign.h"
#include "db/database.h"
#include "sending/claim.h"
#include "sending/plan_store.h"
#include "sending/planner.h"

namespace outrider::sending {

struct FeedRules {
  PlanRules plan;
  std::int64_t day_max_default = 30;  // of a mailbox without a cap of its own
  // Of all mailboxes of a sender domain, for campaigns with domain_level_rate_limit: relays refuse more than
  // 100 an hour (BEHAVIOUR 1.7), and ten such hours are a day.
  std::int64_t sender_domain_hour_max = 100;
  std::int64_t sender_domain_day_max = 1000;
  TimeMs ahead_ms = 5 * kSecondMs;  // slots are claimed this long before they are due
  std::size_t backlog_max = 64;     // claimed mails of one mailbox
  Leaseholder node;
};

/// A campaign is looked at when one of its instants has come, or when anything may have changed.
using WantsLook = std::function<bool(const campaigns::Campaign&)>;
/// Mails of a mailbox that are claimed and here.
using BacklogOf = std::function<std::size_t(std::int64_t mailbox_id)>;

/// Mail of the last 24 hours by mailbox: read once an hour, and counted up in between. Any thread.
class RecentMail {
 public:
  Result<RollingDay> of(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms);
  /// A claim.
  void add(std::int64_t mailbox_id, TimeMs at_ms);
  /// A claim came to nothing: read anew, so that only mail counts.
  void forget(std::int64_t mailbox_id);

 private:
  struct Known {
    RollingDay day;
    TimeMs read_at_ms = 0;
  };
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Known> known_;
};

struct Snapshot {
  PlanInput input;
  std::unordered_map<std::int64_t, campaigns::Campaign> campaigns;
  std::unordered_map<std::int64_t, MailboxRecord> mailboxes;
  std::vector<Head> heads;            // one for each candidate
  std::vector<Head> finished;         // all steps sent, and the wait after the last one over
  std::vector<Head> unscanned;        // follow-ups of mailboxes whose inbox was never read
  std::vector<std::int64_t> drained;  // campaigns without anything at the head of a queue
  std::unordered_map<std::int64_t, TimeMs> next_new_lead_ms;  // by campaign: due after this plan
};

class PlanFeed {
 public:
  explicit PlanFeed(FeedRules rules) : rules_(std::move(rules)) {}

  Result<Snapshot> read(db::Tx& tx, const WantsLook& wants, const BacklogOf& backlog, TimeMs now_ms);

  RecentMail& recent() { return recent_; }
  const FeedRules& rules() const { return rules_; }

 private:
  struct Reading;

  Result<> add_campaign(Reading& reading, const campaigns::Campaign& campaign);
  Result<PlanCampaign> plan_campaign(Reading& reading,
                                     const campaigns::Campaign& campaign,
                                     const campaigns::Schedule& schedule) const;
  Result<> add_mailbox(Reading& reading, const MailboxRecord& mailbox);
  Result<> add_domain_counts(Reading& reading);
  Result<> add_sender_domain(Reading& reading, const MailboxRecord& of);
  Result<> add_heads(Reading& reading,
                     const campaigns::Campaign& campaign,
                     const std::vector<MailboxRecord>& mailboxes) const;
  bool is_paced() const { return rules_.plan.gap_floor_ms > 0; }

  FeedRules rules_;
  RecentMail recent_;
};

/// What is to be claimed, in the order of its slots.
std::vector<ClaimOrder> orders_of(const Snapshot& snapshot, const Plan& plan);

}  // namespace outrider::sending
