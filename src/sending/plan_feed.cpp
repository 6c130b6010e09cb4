#include "sending/plan_feed.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "campaigns/store.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "sending/provider.h"

namespace outrider::sending {
namespace {

constexpr TimeMs kRecentReadMs = kHourMs;
constexpr std::int64_t kPacedHeadsMax = 8;  // of one lane
constexpr std::int64_t kUnpacedHeadsMax = 64;
constexpr std::int64_t kUnpacedNewLeadsMax = 1024;  // of one campaign
constexpr TimeMs kBacklogPauseMs = kSecondMs;
constexpr std::int64_t kDomainLookaheadMax = 64;  // more new leads where domains are limited

Work work_of(const campaigns::Campaign& campaign, const Head& head) {
  if (head.sent_count == 0 && !campaign.parent_campaign_id) return Work::NewLead;
  return campaign.parent_campaign_id ? Work::Subsequence : Work::FollowUp;
}

/// Each workspace counts its own: it knows nothing of the others' mail.
std::uint64_t sender_domain_of(const MailboxRecord& mailbox) {
  const auto domain = mail::organisational_domain(mail::domain_of(mailbox.from_email));
  return mix_seed(domain_key(domain), static_cast<std::uint64_t>(mailbox.workspace_id)) | 1U;
}

std::uint64_t recipient_domain_key(std::string_view domain) {
  return mail::is_shared_domain(domain) ? 0 : domain_key(domain);
}

std::int64_t count_in(const std::unordered_map<std::int64_t, std::int64_t>& counts, std::int64_t id) {
  const auto found = counts.find(id);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

Result<RollingDay> RecentMail::of(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(mailbox.id);
    if (known != known_.end() && now_ms - known->second.read_at_ms < kRecentReadMs) return known->second.day;
  }
  TRY_AS(const auto day, load_rolling_day(tx, mailbox, now_ms));
  const std::lock_guard lock(mutex_);
  known_[mailbox.id] = {.day = day, .read_at_ms = now_ms};
  return day;
}

void RecentMail::add(std::int64_t mailbox_id, TimeMs at_ms) {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(mailbox_id);
  if (known != known_.end()) known->second.day.add(at_ms);
}

void RecentMail::forget(std::int64_t mailbox_id) {
  const std::lock_guard lock(mutex_);
  known_.erase(mailbox_id);
}

/// What one reading works on.
struct PlanFeed::Reading {
  db::Tx& tx;
  const BacklogOf& backlog;
  Pending pending;
  TimeMs now_ms = 0;
  Snapshot snapshot = {};
};

Result<Snapshot> PlanFeed::read(db::Tx& tx, const WantsLook& wants, const BacklogOf& backlog, TimeMs now_ms) {
  TRY_AS(auto pending, load_pending(tx));
  Reading reading{.tx = tx, .backlog = backlog, .pending = std::move(pending), .now_ms = now_ms};
  auto& input = reading.snapshot.input;
  input.now_ms = now_ms;
  input.until_ms = now_ms + rules_.ahead_ms;
  input.rules = rules_.plan;
  TRY_AS(const auto active, campaigns::list_active(tx));
  for (const auto& campaign : active)
    if (wants(campaign)) TRY(add_campaign(reading, campaign));
  TRY(add_domain_counts(reading));
  return std::move(reading.snapshot);
}

/// Only for campaigns that limit domains: what their mailboxes, and all others of the same sender domains,
/// have sent so far.
Result<> PlanFeed::add_domain_counts(Reading& reading) {
  auto& input = reading.snapshot.input;
  std::unordered_set<std::int64_t> limited;
  for (const auto& campaign : input.campaigns)
    if (campaign.domain_level_rate_limit)
      limited.insert(campaign.mailbox_ids.begin(), campaign.mailbox_ids.end());
  if (limited.empty()) return {};
  TRY_AS(const auto open, load_open_first_steps(reading.tx));
  std::unordered_set<std::uint64_t> counted;
  for (auto& planned : input.mailboxes) {
    if (!limited.contains(planned.id)) continue;
    const auto& mailbox = reading.snapshot.mailboxes.at(planned.id);
    const auto since_ms = mailbox.zone.midnight(mailbox.zone.day_of(reading.now_ms));
    TRY_AS(auto leads, load_first_steps(reading.tx, mailbox, since_ms));
    if (const auto found = open.find(mailbox.id); found != open.end())
      for (const auto& [domain, count] : found->second) leads[domain] += count;
    for (const auto& [domain, count] : leads)
      if (const auto key = recipient_domain_key(domain); key != 0)
        planned.leads_by_domain_today.push_back({.domain = key, .new_leads = count});
    if (counted.insert(planned.sender_domain).second) TRY(add_sender_domain(reading, mailbox));
  }
  return {};
}

Result<> PlanFeed::add_sender_domain(Reading& reading, const MailboxRecord& of) {
  const auto now_ms = reading.now_ms;
  PlanDomain domain{.domain = sender_domain_of(of),
                    .zone = of.zone,
                    .day_max = rules_.sender_domain_day_max,
                    .hour_max = rules_.sender_domain_hour_max};
  const auto name = mail::organisational_domain(mail::domain_of(of.from_email));
  TRY_AS(const auto siblings, list_domain_mailboxes(reading.tx, of.workspace_id, name));
  for (const auto& mailbox : siblings) {
    if (sender_domain_of(mailbox) != domain.domain) continue;
    TRY_AS(const auto today, load_mailbox_day(reading.tx, mailbox, mailbox.zone.day_of(now_ms)));
    TRY_AS(const auto recent, recent_.of(reading.tx, mailbox, now_ms));
    domain.sent_today += today + count_in(reading.pending.of_mailbox, mailbox.id);
    domain.sent_this_hour += recent.in_hour(now_ms);
  }
  reading.snapshot.input.domains.push_back(domain);
  return {};
}

Result<> PlanFeed::add_campaign(Reading& reading, const campaigns::Campaign& campaign) {
  const auto schedule = campaigns::schedule_of(campaign.schedule);
  if (!schedule) return {};
  TRY_AS(const auto mailboxes, list_campaign_mailboxes(reading.tx, campaign.workspace_id, campaign.id));
  TRY_AS(auto planned, plan_campaign(reading, campaign, *schedule));
  for (const auto& mailbox : mailboxes) {
    planned.mailbox_ids.push_back(mailbox.id);
    TRY(add_mailbox(reading, mailbox));
  }
  reading.snapshot.input.campaigns.push_back(std::move(planned));
  reading.snapshot.campaigns.emplace(campaign.id, campaign);
  return add_heads(reading, campaign, mailboxes);
}

Result<PlanCampaign> PlanFeed::plan_campaign(Reading& reading,
                                             const campaigns::Campaign& campaign,
                                             const campaigns::Schedule& schedule) const {
  const auto day = schedule.zone.day_of(reading.now_ms);
  TRY_AS(const auto counts, load_campaign_day(reading.tx, campaign, day));
  const auto all_today = counts.sent + count_in(reading.pending.of_campaign, campaign.id);
  return PlanCampaign{.id = campaign.id,
                      .schedule = schedule,
                      .held = {},
                      .mailbox_ids = {},
                      .follow_up_percentage = campaign.settings.follow_up_percentage,
                      .new_leads_today = counts.new_leads,
                      .follow_ups_today = std::max<std::int64_t>(0, all_today - counts.new_leads),
                      // They come longest unserved first.
                      .last_served_ms = static_cast<TimeMs>(reading.snapshot.input.campaigns.size()),
                      .esp_match = campaign.settings.esp_matching ? EspMatch::Soft : EspMatch::Off,
                      .domain_level_rate_limit = campaign.settings.domain_rate_limit,
                      .ignores_mailbox_limit = campaign.settings.ignore_mailbox_limit};
}

Result<> PlanFeed::add_mailbox(Reading& reading, const MailboxRecord& mailbox) {
  if (!reading.snapshot.mailboxes.emplace(mailbox.id, mailbox).second) return {};
  const auto now_ms = reading.now_ms;
  auto held = mailbox.held(now_ms);
  const auto& node = rules_.node;
  const bool is_elsewhere =
      node.needs_lease && (mailbox.send_node != node.id || mailbox.send_lease_until_ms <= now_ms);
  if (!held && (is_elsewhere || reading.backlog(mailbox.id) >= rules_.backlog_max))
    held = NotYet{Reason::MailboxGap, now_ms + rules_.ahead_ms + kBacklogPauseMs};
  TRY_AS(const auto sent, load_mailbox_day(reading.tx, mailbox, mailbox.zone.day_of(now_ms)));
  TRY_AS(const auto recent, recent_.of(reading.tx, mailbox, now_ms));
  const auto day_max = mailbox.day_max.value_or(rules_.day_max_default);
  reading.snapshot.input.mailboxes.push_back(
      {.id = mailbox.id,
       .zone = mailbox.zone,
       .held = held,
       .day_max = effective_cap(mailbox.circuit, day_max, now_ms),
       .hour_max = is_paced() ? 0 : std::max<std::int64_t>(day_max, 1),
       .rolling_day_max = provider_ceiling(mailbox),
       .min_gap_minutes = mailbox.min_gap_minutes,
       .sent_today = sent + count_in(reading.pending.of_mailbox, mailbox.id),
       .sent = recent,
       .last_send_ms = std::max(mailbox.last_send_ms, mailbox.next_slot_ms),
       .inbound_seen_ms =
           mailbox.inbound_watermark_ms > 0 ? mailbox.inbound_watermark_ms : mailbox.created_at_ms,
       .provider = provider_of_host(mailbox.smtp_host),
       .sender_domain = sender_domain_of(mailbox),
       .leads_by_domain_today = {}});
  return {};
}

Result<> PlanFeed::add_heads(Reading& reading,
                             const campaigns::Campaign& campaign,
                             const std::vector<MailboxRecord>& mailboxes) const {
  auto& snapshot = reading.snapshot;
  TRY_AS(const auto last_seq, load_last_seq(reading.tx, campaign));
  const auto boxes = static_cast<std::int64_t>(mailboxes.size());
  const auto before = snapshot.heads.size() + snapshot.finished.size() + snapshot.unscanned.size();
  const auto take = [&](Head& head, bool is_scanned) {
    if (head.next_seq > last_seq) {
      if (head.due_ms <= reading.now_ms) snapshot.finished.push_back(std::move(head));
      return;
    }
    const auto work = work_of(campaign, head);
    if (!is_scanned && work != Work::NewLead) return snapshot.unscanned.push_back(std::move(head));
    snapshot.input.candidates.push_back({.work = work,
                                         .lead_map_id = head.lead_map_id,
                                         .campaign_id = campaign.id,
                                         .mailbox_id = head.mailbox_id.value_or(0),
                                         .due_ms = head.due_ms,
                                         .order = head.lead_map_id,
                                         .recipient_domain = recipient_domain_key(head.lead_domain),
                                         .recipient_provider = provider_of_host(head.lead_domain)});
    snapshot.heads.push_back(std::move(head));
  };
  const auto paced_max =
      boxes + kPacedHeadsMax + (campaign.settings.domain_rate_limit ? kDomainLookaheadMax : 0);
  const auto new_leads_max = is_paced() ? paced_max : kUnpacedNewLeadsMax;
  TRY_AS(auto fresh, list_new_leads(reading.tx, campaign, snapshot.input.until_ms, new_leads_max));
  for (auto& head : fresh) take(head, true);
  TRY_AS(const auto next_ms, load_next_new_lead(reading.tx, campaign, snapshot.input.until_ms));
  if (next_ms) snapshot.next_new_lead_ms.emplace(campaign.id, *next_ms);
  for (const auto& mailbox : mailboxes) {
    TRY_AS(auto bound,
           list_follow_ups(reading.tx, campaign, mailbox.id, is_paced() ? kPacedHeadsMax : kUnpacedHeadsMax));
    for (auto& head : bound) take(head, mailbox.inbound_watermark_ms > 0);
  }
  const auto after = snapshot.heads.size() + snapshot.finished.size() + snapshot.unscanned.size();
  // A subsequence is never done: it waits for whoever enters next.
  if (after == before && !next_ms && !campaign.parent_campaign_id) snapshot.drained.push_back(campaign.id);
  return {};
}

std::vector<ClaimOrder> orders_of(const Snapshot& snapshot, const Plan& plan) {
  std::vector<ClaimOrder> orders;
  orders.reserve(plan.slots.size());
  for (const auto& slot : plan.slots)
    orders.push_back({.head = snapshot.heads[slot.candidate],
                      .work = snapshot.input.candidates[slot.candidate].work,
                      .mailbox_id = slot.mailbox_id,
                      .slot_ms = slot.at_ms});
  return orders;
}

}  // namespace outrider::sending
