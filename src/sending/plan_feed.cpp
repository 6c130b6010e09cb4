#include "sending/plan_feed.h"

#include <algorithm>
#include <array>

#include "campaigns/store.h"
#include "core/strings.h"
#include "mail/address.h"
#include "mail/domain.h"
#include "sending/schedule_columns.h"

namespace outrider::sending {
namespace {

constexpr TimeMs kRecentReadMs = kHourMs;
constexpr std::int64_t kPacedHeadsMax = 8;  // of one lane
constexpr std::int64_t kUnpacedHeadsMax = 64;
constexpr std::int64_t kUnpacedNewLeadsMax = 1024;  // of one campaign
constexpr TimeMs kBacklogPauseMs = kSecondMs;
constexpr std::int64_t kGooglePerDay = 2000;
constexpr std::int64_t kGoogleConsumerPerDay = 500;
constexpr std::int64_t kMicrosoftPerDay = 10'000;

Provider provider_of_host(std::string_view host) {
  const auto name = to_lower(host);
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  if (ends("gmail.com") || ends("google.com") || ends("googlemail.com")) return Provider::Google;
  if (ends("outlook.com") || ends("office365.com") || ends("hotmail.com") || ends("live.com"))
    return Provider::Microsoft;
  return Provider::Other;
}

/// BEHAVIOUR 1.7: what the provider allows in any 24 hours.
std::int64_t provider_ceiling(const MailboxRecord& mailbox) {
  switch (provider_of_host(mailbox.smtp_host)) {
    case Provider::Google:
      return mailbox.from_email.ends_with("@gmail.com") ? kGoogleConsumerPerDay : kGooglePerDay;
    case Provider::Microsoft:
      return kMicrosoftPerDay;
    case Provider::Other:
      break;
  }
  return kUnlimited;
}

Work work_of(const campaigns::Campaign& campaign, const Head& head) {
  if (head.sent_count == 0 && !campaign.parent_campaign_id) return Work::NewLead;
  return campaign.parent_campaign_id ? Work::Subsequence : Work::FollowUp;
}

std::int64_t count_in(const std::unordered_map<std::int64_t, std::int64_t>& counts, std::int64_t id) {
  const auto found = counts.find(id);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

Result<const RollingDay*> RecentMail::of(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms) {
  auto& known = known_[mailbox.id];
  if (known.read_at_ms == 0 || now_ms - known.read_at_ms >= kRecentReadMs) {
    TRY_AS(known.day, load_rolling_day(tx, mailbox, now_ms));
    known.read_at_ms = now_ms;
  }
  return &known.day;
}

void RecentMail::add(std::int64_t mailbox_id, TimeMs at_ms) {
  known_[mailbox_id].day.add(at_ms);
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
  return std::move(reading.snapshot);
}

Result<> PlanFeed::add_campaign(Reading& reading, const campaigns::Campaign& campaign) {
  const auto schedule = schedule_of(campaign.schedule);
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
                      .domain_level_rate_limit = campaign.settings.domain_rate_limit};
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
  TRY_AS(const auto* const recent, recent_.of(reading.tx, mailbox, now_ms));
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
       .sent = *recent,
       .last_send_ms = std::max(mailbox.last_send_ms, mailbox.next_slot_ms),
       .inbound_seen_ms =
           mailbox.inbound_watermark_ms > 0 ? mailbox.inbound_watermark_ms : mailbox.created_at_ms,
       .provider = provider_of_host(mailbox.smtp_host),
       .sender_domain = domain_key(mail::organisational_domain(mail::domain_of(mailbox.from_email))),
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
    snapshot.input.candidates.push_back(
        {.work = work,
         .lead_map_id = head.lead_map_id,
         .campaign_id = campaign.id,
         .mailbox_id = head.mailbox_id.value_or(0),
         .due_ms = head.due_ms,
         .order = head.lead_map_id,
         .recipient_domain = mail::is_shared_domain(head.lead_domain) ? 0 : domain_key(head.lead_domain),
         .recipient_provider = provider_of_host(head.lead_domain)});
    snapshot.heads.push_back(std::move(head));
  };
  const auto new_leads_max = is_paced() ? boxes + kPacedHeadsMax : kUnpacedNewLeadsMax;
  TRY_AS(auto fresh, list_new_leads(reading.tx, campaign, snapshot.input.until_ms, new_leads_max));
  for (auto& head : fresh) take(head, true);
  for (const auto& mailbox : mailboxes) {
    TRY_AS(auto bound,
           list_follow_ups(reading.tx, campaign, mailbox.id, is_paced() ? kPacedHeadsMax : kUnpacedHeadsMax));
    for (auto& head : bound) take(head, mailbox.inbound_watermark_ms > 0);
  }
  const auto after = snapshot.heads.size() + snapshot.finished.size() + snapshot.unscanned.size();
  // A subsequence is never done: it waits for whoever enters next.
  if (after == before && !campaign.parent_campaign_id) snapshot.drained.push_back(campaign.id);
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
