#include "sending/planner.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/time_text.h"

using namespace outrider;
using namespace outrider::sending;

namespace {

TimeMs at(const char* text) {
  return parse_instant(text).value();
}

/// A Friday, 10:00:30 in UTC: well inside the hours of `a_campaign`.
const TimeMs kNow = at("2026-11-20T10:00:30Z");

PlanCampaign a_campaign(std::int64_t id, std::vector<std::int64_t> mailbox_ids) {
  PlanCampaign made;
  made.id = id;
  made.schedule.days = campaigns::WeekDays::every_day();
  made.schedule.start_minute = 9 * 60;
  made.schedule.end_minute = 17 * 60;
  made.schedule.min_gap_minutes = 10;
  made.schedule.new_leads_per_day_max = 1000;
  made.mailbox_ids = std::move(mailbox_ids);
  return made;
}

PlanMailbox a_mailbox(std::int64_t id) {
  PlanMailbox made;
  made.id = id;
  made.day_max = 50;
  made.hour_max = 50;
  made.inbound_seen_ms = kNow;
  return made;
}

Candidate a_lead(std::int64_t id, std::int64_t campaign_id) {
  return {.work = Work::NewLead,
          .lead_map_id = id,
          .campaign_id = campaign_id,
          .due_ms = kNow - kHourMs,
          .order = id};
}

Candidate a_follow_up(std::int64_t id, std::int64_t campaign_id, std::int64_t mailbox_id) {
  auto made = a_lead(id, campaign_id);
  made.work = Work::FollowUp;
  made.mailbox_id = mailbox_id;
  return made;
}

PlanInput one_of_each() {
  PlanInput input;
  input.now_ms = input.until_ms = kNow;
  input.campaigns = {a_campaign(1, {1})};
  input.mailboxes = {a_mailbox(1)};
  return input;
}

std::vector<std::int64_t> leads_of(const PlanInput& input, const Plan& plan) {
  std::vector<std::int64_t> leads;
  leads.reserve(plan.slots.size());
  for (const auto& slot : plan.slots) leads.push_back(input.candidates[slot.candidate].lead_map_id);
  return leads;
}

NotYet only_reason(const Plan& plan) {
  REQUIRE(plan.slots.empty());
  REQUIRE_FALSE(plan.waiting.empty());
  return plan.waiting.front().not_yet;
}

/// What the engine does with a slot: the claim counts at once.
void claim(PlanInput& input, const Slot& slot) {
  auto& mailbox = *std::ranges::find(input.mailboxes, slot.mailbox_id, &PlanMailbox::id);
  const auto work = input.candidates[slot.candidate];
  mailbox.last_send_ms = slot.at_ms;
  mailbox.sent.add(slot.at_ms);
  if (work.work == Work::Reply) return;
  ++mailbox.sent_today;
  auto& campaign = *std::ranges::find(input.campaigns, work.campaign_id, &PlanCampaign::id);
  ++(work.work == Work::NewLead ? campaign.new_leads_today : campaign.follow_ups_today);
  if (work.work == Work::NewLead) campaign.last_served_ms = slot.at_ms;
}

}  // namespace

TEST_CASE("a due lead leaves at once when nothing stands in the way") {
  auto input = one_of_each();
  input.candidates = {a_lead(5, 1)};
  const auto result = plan(input);
  REQUIRE(result.slots.size() == 1);
  CHECK(result.slots[0] == Slot{.candidate = 0, .mailbox_id = 1, .at_ms = kNow});
  CHECK(result.waiting.empty());
}

TEST_CASE("whatever does not leave has the first reason in its way and the next instant") {
  const struct {
    const char* what;
    void (*change)(PlanInput&);
    NotYet expected;
  } cases[] = {
      {"window closed",
       [](PlanInput& in) {
         in.now_ms = in.until_ms = in.mailboxes[0].inbound_seen_ms = at("2026-11-20T18:00:30Z");
       },
       {Reason::OutsideWindow, 0}},
      {"campaign not begun",
       [](PlanInput& in) { in.campaigns[0].schedule.start_at_ms = at("2026-11-20T11:00:05Z"); },
       {Reason::BeforeStartTime, at("2026-11-20T11:00:05Z")}},
      {"a holiday",
       [](PlanInput& in) { in.campaigns[0].schedule.blackout_days = {days_from_date(2026, 11, 20)}; },
       {Reason::BlackoutDate, 0}},
      {"campaign full",
       [](PlanInput& in) { in.campaigns[0].sends_per_day_max = in.campaigns[0].follow_ups_today = 9; },
       {Reason::CampaignDailyLimit, 0}},
      {"new leads full",
       [](PlanInput& in) { in.campaigns[0].new_leads_today = 1000; },
       {Reason::NewLeadLimit, 0}},
      {"no new leads wanted",
       [](PlanInput& in) { in.campaigns[0].schedule.new_leads_per_day_max = -1; },
       {Reason::NewLeadLimit, kOnChange}},
      {"mailbox full for today",
       [](PlanInput& in) { in.mailboxes[0].sent_today = 50; },
       {Reason::MailboxDailyLimit, 0}},
      {"mailbox full for this hour",
       [](PlanInput& in) { in.mailboxes[0].sent.add(kNow - 20 * kSecondMs, 50); },
       {Reason::MailboxDailyLimit, 0}},
      {"mailbox rests",
       [](PlanInput& in) { in.mailboxes[0].last_send_ms = kNow - kMinuteMs; },
       {Reason::MailboxGap, 0}},
      {"provider's ceiling",
       [](PlanInput& in) {
         in.mailboxes[0].rolling_day_max = 500;
         in.mailboxes[0].sent.add(kNow - 3 * kHourMs, 500);
       },
       {Reason::ProviderLimit, 0}},
      {"no mailbox",
       [](PlanInput& in) { in.campaigns[0].mailbox_ids.clear(); },
       {Reason::NoActiveMailbox, kOnChange}},
      {"no connected mailbox",
       [](PlanInput& in) { in.mailboxes[0].held = NotYet{Reason::MailboxDisconnected, kOnChange}; },
       {Reason::NoActiveMailbox, kOnChange}},
      {"mailbox backs off",
       [](PlanInput& in) {
         in.mailboxes[0].held = NotYet{Reason::MailboxDisconnected, kNow + 2 * kMinuteMs};
       },
       {Reason::MailboxDisconnected, kNow + 2 * kMinuteMs}},
      {"mailbox unread for an hour",
       [](PlanInput& in) { in.mailboxes[0].inbound_seen_ms = kNow - 61 * kMinuteMs; },
       {Reason::InboundSyncStale, 0}},
      {"paused",
       [](PlanInput& in) { in.campaigns[0].held = NotYet{Reason::Paused, kOnChange}; },
       {Reason::Paused, kOnChange}},
      {"not due",
       [](PlanInput& in) { in.candidates[0].due_ms = kNow + kHourMs; },
       {Reason::WaitingStepDelay, kNow + kHourMs}},
      {"unknown campaign",
       [](PlanInput& in) { in.candidates[0].campaign_id = 9; },
       {Reason::Paused, kOnChange}},
      {"unknown mailbox",
       [](PlanInput& in) { in.candidates[0].mailbox_id = 9; },
       {Reason::MailboxDisconnected, kOnChange}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.what);
    auto input = one_of_each();
    input.candidates = {a_lead(5, 1)};
    c.change(input);
    const auto result = plan(input);
    const auto found = only_reason(result);
    CHECK(name(found.reason) == name(c.expected.reason));
    if (c.expected.next_attempt_ms != 0) CHECK(found.next_attempt_ms == c.expected.next_attempt_ms);
    const bool clears_by_itself = found.next_attempt_ms != kOnChange;
    if (clears_by_itself) CHECK(found.next_attempt_ms > input.now_ms);
    CHECK(result.wake_at_ms == (clears_by_itself ? found.next_attempt_ms : kNever));
  }
}

TEST_CASE("a plan made at the promised instant sends") {
  auto input = one_of_each();
  input.candidates = {a_lead(5, 1)};
  input.now_ms = input.until_ms = at("2026-11-20T18:00:00Z");
  input.mailboxes[0].last_send_ms = at("2026-11-20T16:55:00Z");
  const auto promised_ms = only_reason(plan(input)).next_attempt_ms;
  CHECK(promised_ms > at("2026-11-21T09:00:00Z"));
  CHECK(promised_ms < at("2026-11-21T09:25:05Z"));
  input.now_ms = input.until_ms = input.mailboxes[0].inbound_seen_ms = promised_ms;
  CHECK(plan(input).slots.size() == 1);
}

TEST_CASE("a campaign started within its hours begins at once, one that waits for them with an offset") {
  auto input = one_of_each();
  input.now_ms = input.until_ms = at("2026-11-20T09:00:02Z");
  input.candidates = {a_lead(5, 1)};
  input.candidates[0].due_ms = 0;
  CHECK(only_reason(plan(input)).reason == Reason::MailboxGap);
  CHECK(only_reason(plan(input)).next_attempt_ms < at("2026-11-20T09:25:05Z"));
  input.campaigns[0].started_at_ms = input.now_ms;
  CHECK(plan(input).slots.size() == 1);
}

TEST_CASE("caps_reset_mailbox_vs_campaign_zone: each counter has the midnight of its own zone") {
  auto input = one_of_each();
  input.campaigns[0].schedule.zone = Zone::load("Asia/Tokyo").value();
  input.campaigns[0].schedule.start_minute = input.campaigns[0].schedule.end_minute = 0;
  input.mailboxes[0].zone = Zone::load("America/New_York").value();
  input.candidates = {a_lead(5, 1)};
  auto mailbox_full = input;
  mailbox_full.mailboxes[0].sent_today = 50;
  const auto mailbox = only_reason(plan(mailbox_full));
  CHECK(mailbox.reason == Reason::MailboxDailyLimit);
  CHECK(mailbox.next_attempt_ms - at("2026-11-21T05:00:00Z") < 5 * kSecondMs);
  auto campaign_full = input;
  campaign_full.campaigns[0].new_leads_today = 1000;
  const auto campaign = only_reason(plan(campaign_full));
  CHECK(campaign.reason == Reason::NewLeadLimit);
  CHECK(campaign.next_attempt_ms >= at("2026-11-20T15:00:00Z"));
  CHECK(campaign.next_attempt_ms < at("2026-11-20T15:25:05Z"));
}

TEST_CASE("cap_defers_not_pauses: tomorrow's window takes what today's cap held back") {
  auto input = one_of_each();
  input.mailboxes[0].day_max = 3;
  for (int lead = 1; lead <= 5; ++lead) input.candidates.push_back(a_lead(lead, 1));
  input.until_ms = kNow + kDayMs;
  const auto result = plan(input);
  REQUIRE(result.slots.size() == 5);
  CHECK(result.slots[2].at_ms < at("2026-11-20T17:00:00Z"));
  CHECK(result.slots[3].at_ms > at("2026-11-21T09:00:00Z"));
}

TEST_CASE("wakeup_does_not_consume_cap") {
  auto input = one_of_each();
  input.mailboxes[0].day_max = 1;
  input.candidates = {a_lead(5, 1)};
  const auto first = plan(input);
  for (int wake = 0; wake < 100; ++wake) CHECK(plan(input).slots == first.slots);
  CHECK(first.slots.size() == 1);
}

TEST_CASE("slot_is_stable_over_recompute: looking again never moves a slot") {
  auto input = one_of_each();
  input.mailboxes[0].last_send_ms = kNow - kMinuteMs;
  input.candidates = {a_lead(5, 1), a_lead(6, 1)};
  const auto slot_ms = only_reason(plan(input)).next_attempt_ms;
  for (auto now_ms = kNow; now_ms < slot_ms; now_ms += 7 * kSecondMs) {
    input.now_ms = input.until_ms = now_ms;
    CHECK(only_reason(plan(input)) == NotYet{Reason::MailboxGap, slot_ms});
    input.until_ms = slot_ms + kMinuteMs;
    CHECK(plan(input).slots.at(0) == Slot{.candidate = 0, .mailbox_id = 1, .at_ms = slot_ms});
  }
  input.now_ms = input.until_ms = slot_ms;
  CHECK(plan(input).slots.at(0) == Slot{.candidate = 0, .mailbox_id = 1, .at_ms = slot_ms});
}

TEST_CASE("no_burst_after_8h_downtime: overdue work leaves with the same gap") {
  auto input = one_of_each();
  input.mailboxes[0].last_send_ms = kNow - 8 * kHourMs;
  for (int lead = 1; lead <= 20; ++lead) {
    input.candidates.push_back(a_follow_up(lead, 1, 1));
    input.candidates.back().due_ms = kNow - 8 * kHourMs + lead * kMinuteMs;
  }
  input.until_ms = kNow + 4 * kHourMs;
  const auto result = plan(input);
  REQUIRE(result.slots.size() > 10);
  CHECK(result.slots[0].at_ms == kNow);
  for (std::size_t i = 1; i < result.slots.size(); ++i) {
    CHECK(result.slots[i].at_ms - result.slots[i - 1].at_ms >= 10 * kMinuteMs + 5 * kSecondMs);
    CHECK(result.slots[i].at_ms - result.slots[i - 1].at_ms < 16 * kMinuteMs);
  }
}

TEST_CASE("gap_shared_by_two_campaigns_and_warmup: a mailbox has one clock") {
  auto input = one_of_each();
  input.campaigns.push_back(a_campaign(2, {1}));
  input.candidates = {a_lead(1, 1), a_lead(2, 2), a_lead(3, 1), a_lead(4, 2)};
  input.mailboxes[0].last_send_ms = kNow - kMinuteMs;  // a warm-up mail
  input.until_ms = kNow + 2 * kHourMs;
  const auto result = plan(input);
  REQUIRE(result.slots.size() == 4);
  CHECK(result.slots[0].at_ms - input.mailboxes[0].last_send_ms >= 10 * kMinuteMs);
  for (std::size_t i = 1; i < 4; ++i)
    CHECK(result.slots[i].at_ms - result.slots[i - 1].at_ms >= 10 * kMinuteMs);
  CHECK(leads_of(input, result) == std::vector<std::int64_t>{1, 2, 3, 4});  // the campaigns take turns
}

TEST_CASE("the campaign served longest ago comes first") {
  auto input = one_of_each();
  input.campaigns.push_back(a_campaign(2, {1}));
  input.campaigns[0].last_served_ms = kNow - kMinuteMs;
  input.campaigns[1].last_served_ms = kNow - kHourMs;
  input.candidates = {a_lead(1, 1), a_lead(2, 2)};
  CHECK(leads_of(input, plan(input)) == std::vector<std::int64_t>{2});
}

TEST_CASE("followups_before_new_leads: replies, subsequences, follow-ups by due instant, then new leads") {
  auto input = one_of_each();
  input.campaigns.push_back(a_campaign(2, {}));  // a subsequence has no mailboxes of its own
  auto older = a_follow_up(3, 1, 1);
  older.due_ms -= kMinuteMs;
  auto subsequence = a_follow_up(4, 2, 1);
  subsequence.work = Work::Subsequence;
  const Candidate reply{.work = Work::Reply, .lead_map_id = 5, .mailbox_id = 1, .due_ms = kNow};
  input.candidates = {a_lead(1, 1), a_follow_up(2, 1, 1), older, subsequence, reply};
  input.until_ms = kNow + 3 * kHourMs;
  CHECK(leads_of(input, plan(input)) == std::vector<std::int64_t>{5, 4, 3, 2, 1});
}

TEST_CASE("a reply from the inbox waits for no gap, window or cap, and pushes the clock") {
  auto input = one_of_each();
  input.campaigns[0].schedule.end_minute = 9 * 60 + 30;  // closed by now
  input.mailboxes[0].sent_today = 50;
  input.mailboxes[0].last_send_ms = kNow - kSecondMs;
  const Candidate reply{.work = Work::Reply, .lead_map_id = 5, .mailbox_id = 1, .due_ms = kNow};
  input.candidates = {reply, reply};
  const auto result = plan(input);
  REQUIRE(result.slots.size() == 2);
  CHECK(result.slots[1].at_ms == kNow);
  input.mailboxes[0].held = NotYet{Reason::ProviderLimit, kNow + kHourMs};
  CHECK(only_reason(plan(input)) == NotYet{Reason::ProviderLimit, kNow + kHourMs});
}

TEST_CASE("followup_percentage_work_conserving: a share is used up first, what is left flows over") {
  auto input = one_of_each();
  input.campaigns[0].follow_up_percentage = 40;
  input.mailboxes[0].day_max = 10;
  input.until_ms = at("2026-11-20T17:00:00Z");
  const auto count = [&](int follow_ups, int new_leads) {
    input.candidates.clear();
    for (int lead = 1; lead <= follow_ups; ++lead) input.candidates.push_back(a_follow_up(lead, 1, 1));
    for (int lead = 1; lead <= new_leads; ++lead) input.candidates.push_back(a_lead(100 + lead, 1));
    const auto leads = leads_of(input, plan(input));
    return std::pair(std::ranges::count_if(leads, [](auto id) { return id < 100; }),
                     std::ranges::count_if(leads, [](auto id) { return id > 100; }));
  };
  CHECK(count(20, 20) == std::pair(4L, 6L));
  CHECK(count(20, 0) == std::pair(10L, 0L));
  CHECK(count(20, 2) == std::pair(8L, 2L));
  CHECK(count(0, 20) == std::pair(0L, 10L));
  CHECK(count(2, 20) == std::pair(2L, 8L));
  input.campaigns[0].follow_up_percentage = 100;
  CHECK(count(20, 20) == std::pair(10L, 0L));
}

TEST_CASE("sticky_mailbox_all_steps: bound work waits for its own mailbox while others are free") {
  auto input = one_of_each();
  input.campaigns[0].mailbox_ids = {1, 2};
  input.mailboxes.push_back(a_mailbox(2));
  input.mailboxes[0].sent_today = 50;
  input.candidates = {a_follow_up(1, 1, 1), a_lead(2, 1)};
  const auto result = plan(input);
  REQUIRE(result.slots.size() == 1);
  CHECK(result.slots[0] == Slot{.candidate = 1, .mailbox_id = 2, .at_ms = kNow});
  REQUIRE(result.waiting.size() == 1);
  CHECK(result.waiting[0].candidate == 0);
  CHECK(result.waiting[0].not_yet.reason == Reason::MailboxDailyLimit);
}

TEST_CASE("stale_sync_blocks_followup: a mailbox unread for 15 minutes sends only first steps") {
  auto input = one_of_each();
  input.mailboxes[0].inbound_seen_ms = kNow - 16 * kMinuteMs;
  input.candidates = {a_follow_up(1, 1, 1), a_lead(2, 1)};
  const auto result = plan(input);
  CHECK(leads_of(input, result) == std::vector<std::int64_t>{2});
  CHECK(result.waiting.at(0).not_yet.reason == Reason::InboundSyncStale);
}

TEST_CASE("max_new_leads_released_on_predata_failure: a count given back is used again") {
  auto input = one_of_each();
  input.campaigns[0].schedule.new_leads_per_day_max = 1;
  input.candidates = {a_lead(1, 1), a_lead(2, 1)};
  const auto first = plan(input);
  REQUIRE(first.slots.size() == 1);
  claim(input, first.slots[0]);
  input.candidates = {a_lead(2, 1)};
  input.mailboxes[0].last_send_ms = 0;
  CHECK(only_reason(plan(input)).reason == Reason::NewLeadLimit);
  --input.campaigns[0].new_leads_today;
  CHECK(plan(input).slots.size() == 1);
}

TEST_CASE("new leads go to several mailboxes, more of them to those with room") {
  auto input = one_of_each();
  input.mailboxes.clear();
  input.campaigns[0].mailbox_ids.clear();
  for (std::int64_t id = 1; id <= 6; ++id) {
    input.mailboxes.push_back(a_mailbox(id));
    input.mailboxes.back().sent_today = id * 7;
    input.campaigns[0].mailbox_ids.push_back(id);
  }
  input.candidates = {a_lead(1, 1)};
  std::set<std::int64_t> used;
  for (input.seed = 0; input.seed < 60; ++input.seed) used.insert(plan(input).slots.at(0).mailbox_id);
  CHECK(used == std::set<std::int64_t>{1, 2});  // the best third
}

TEST_CASE("esp_soft_never_waits: pairs of a provider first, the others all the same") {
  auto input = one_of_each();
  input.campaigns[0].esp_match = EspMatch::Soft;
  input.campaigns[0].mailbox_ids = {1, 2};
  input.mailboxes.push_back(a_mailbox(2));
  input.mailboxes[0].provider = Provider::Google;
  input.mailboxes[1].provider = Provider::Microsoft;
  input.candidates = {a_lead(1, 1), a_lead(2, 1)};
  input.candidates[0].recipient_provider = Provider::Microsoft;
  input.candidates[1].recipient_provider = Provider::Google;
  for (const auto& slot : plan(input).slots)
    CHECK(slot.mailbox_id == (input.candidates[slot.candidate].lead_map_id == 1 ? 2 : 1));
  input.candidates[1].recipient_provider = Provider::Microsoft;
  CHECK(plan(input).slots.size() == 2);
}

TEST_CASE("esp_wait_times_out: a lead waits for a mailbox of its provider, but not for ever") {
  auto input = one_of_each();
  input.campaigns[0].esp_match = EspMatch::Wait;
  input.campaigns[0].esp_wait_ms = 2 * kHourMs;
  input.campaigns[0].mailbox_ids = {1, 2};
  input.mailboxes.push_back(a_mailbox(2));
  input.mailboxes[1].provider = Provider::Google;
  input.mailboxes[1].sent_today = 50;
  input.candidates = {a_lead(1, 1)};
  input.candidates[0].recipient_provider = Provider::Google;
  CHECK(only_reason(plan(input)) == NotYet{Reason::WaitingEspMatch, kNow + kHourMs});
  input.now_ms = input.until_ms = kNow + kHourMs;
  CHECK(plan(input).slots.at(0).mailbox_id == 1);
  input.now_ms = input.until_ms = kNow;
  input.mailboxes[1].held = NotYet{Reason::MailboxDisconnected, kOnChange};
  CHECK(plan(input).slots.at(0).mailbox_id == 1);  // there is nobody to wait for
}

TEST_CASE("a mailbox takes 15 new leads of one company a day where the campaign limits domains") {
  auto input = one_of_each();
  input.campaigns[0].domain_level_rate_limit = true;
  input.mailboxes[0].leads_by_domain_today = {{domain_key("acme.example"), 15}};
  input.candidates = {a_lead(1, 1), a_lead(2, 1)};
  input.candidates[0].recipient_domain = domain_key("acme.example");
  const auto result = plan(input);
  CHECK(leads_of(input, result) == std::vector<std::int64_t>{2});
  input.candidates.pop_back();
  CHECK(only_reason(plan(input)).reason == Reason::DomainLimit);
  input.campaigns[0].domain_level_rate_limit = false;
  CHECK(plan(input).slots.size() == 1);
}

TEST_CASE("a campaign that ignores the mailbox's limits still keeps its gap and the provider's ceiling") {
  auto input = one_of_each();
  input.campaigns[0].ignores_mailbox_limit = true;
  input.mailboxes[0].sent_today = 50;
  input.mailboxes[0].hour_max = 1;
  input.mailboxes[0].sent.add(kNow, 10);
  input.candidates = {a_lead(1, 1), a_lead(2, 1)};
  input.until_ms = kNow + 5 * kMinuteMs;
  const auto result = plan(input);
  CHECK(leads_of(input, result) == std::vector<std::int64_t>{1});
  CHECK(result.waiting.at(0).not_yet.reason == Reason::MailboxGap);
  input.mailboxes[0].rolling_day_max = 10;
  CHECK(only_reason(plan(input)).reason == Reason::ProviderLimit);
}

TEST_CASE("what a campaign without domain limits sends counts against those of one that has them") {
  auto input = one_of_each();
  input.campaigns.push_back(a_campaign(2, {2}));
  input.campaigns[1].domain_level_rate_limit = true;
  input.mailboxes.push_back(a_mailbox(2));
  for (auto& mailbox : input.mailboxes) mailbox.sender_domain = domain_key("sender.example");
  input.mailboxes[1].last_send_ms = kNow - 12 * kMinuteMs;  // its gap ends after the other's mail
  input.domains = {{.domain = domain_key("sender.example"), .day_max = 100, .sent_today = 99}};
  input.candidates = {a_lead(1, 1), a_lead(2, 2)};
  input.until_ms = kNow + 30 * kMinuteMs;
  const auto result = plan(input);
  CHECK(leads_of(input, result) == std::vector<std::int64_t>{1});
  CHECK(result.waiting.at(0).not_yet.reason == Reason::DomainLimit);
  CHECK(result.waiting.at(0).not_yet.next_attempt_ms >= at("2026-11-21T00:00:00Z"));
}

TEST_CASE("a sender domain's hour is shared by its mailboxes") {
  auto input = one_of_each();
  input.campaigns[0].domain_level_rate_limit = true;
  input.campaigns[0].mailbox_ids = {1, 2};
  input.mailboxes.push_back(a_mailbox(2));
  for (auto& mailbox : input.mailboxes) mailbox.sender_domain = domain_key("sender.example");
  input.domains = {{.domain = domain_key("sender.example"), .hour_max = 100, .sent_this_hour = 99}};
  input.candidates = {a_lead(1, 1), a_lead(2, 1)};
  const auto result = plan(input);
  CHECK(result.slots.size() == 1);
  CHECK(result.waiting.at(0).not_yet.reason == Reason::DomainLimit);
  CHECK(result.waiting.at(0).not_yet.next_attempt_ms >= at("2026-11-20T11:00:00Z"));
}

TEST_CASE("without a floor and a gap everything due leaves at once, up to the caps") {
  auto input = one_of_each();
  input.rules.gap_floor_ms = 0;
  input.campaigns[0].schedule.min_gap_minutes = 0;
  input.campaigns[0].mailbox_ids = {1, 2};
  input.mailboxes.push_back(a_mailbox(2));
  for (int lead = 1; lead <= 150; ++lead) input.candidates.push_back(a_lead(lead, 1));
  const auto result = plan(input);
  CHECK(result.slots.size() == 100);
  CHECK(result.waiting.size() == 50);
  CHECK(result.waiting[0].not_yet.reason == Reason::MailboxDailyLimit);
  CHECK(std::ranges::all_of(result.slots, [](const Slot& slot) { return slot.at_ms == kNow; }));
}
