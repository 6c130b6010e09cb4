// What must hold of every plan, tried on random worlds and on simulated weeks.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/time_text.h"
#include "sending/planner.h"

using namespace outrider;
using namespace outrider::sending;

namespace {

constexpr std::uint64_t kSeed = 20261121;

constexpr const char* kZones[] = {"UTC",
                                  "Europe/Berlin",
                                  "Europe/Dublin",
                                  "America/New_York",
                                  "America/Santiago",
                                  "America/St_Johns",
                                  "Asia/Kathmandu",
                                  "Asia/Tokyo",
                                  "Australia/Lord_Howe",
                                  "Africa/Casablanca",
                                  "Pacific/Chatham",
                                  "Pacific/Kiritimati"};

std::int64_t pick(Random& random, std::int64_t from, std::int64_t to) {
  return from + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(to - from + 1)));
}

Zone a_zone(Random& random) {
  return Zone::load(kZones[random.below(std::size(kZones))]).value();
}

PlanCampaign random_campaign(Random& random, std::int64_t id, std::int64_t mailboxes) {
  PlanCampaign made;
  made.id = id;
  made.schedule = {.zone = a_zone(random),
                   .days = campaigns::WeekDays::from_bits(static_cast<std::uint32_t>(pick(random, 1, 127))),
                   .start_minute = static_cast<int>(pick(random, 0, 95) * 15),
                   .end_minute = static_cast<int>(pick(random, 0, 95) * 15),
                   .min_gap_minutes = static_cast<int>(pick(random, 0, 20)),
                   .new_leads_per_day_max = static_cast<int>(pick(random, 0, 12)),
                   .start_at_ms = 0,
                   .blackout_days = {}};
  made.follow_up_percentage = static_cast<int>(pick(random, 0, 4) * 25);
  made.sends_per_day_max = pick(random, -1, 20);
  made.new_leads_today = pick(random, 0, 3);
  made.follow_ups_today = pick(random, 0, 3);
  made.esp_match = static_cast<EspMatch>(pick(random, 0, 2));
  made.esp_wait_ms = pick(random, 0, 5) * kHourMs;
  made.domain_level_rate_limit = random.below(2) == 0;
  made.ignores_mailbox_limit = random.below(4) == 0;
  for (std::int64_t mailbox = 1; mailbox <= mailboxes; ++mailbox)
    if (random.below(3) != 0) made.mailbox_ids.push_back(mailbox);
  if (random.below(8) == 0) made.held = NotYet{Reason::Paused, kOnChange};
  return made;
}

PlanMailbox random_mailbox(Random& random, std::int64_t id, TimeMs now_ms) {
  PlanMailbox made;
  made.id = id;
  made.zone = a_zone(random);
  made.day_max = pick(random, 0, 12);
  made.hour_max = pick(random, 0, 5);
  made.rolling_day_max = pick(random, 5, 20);
  made.min_gap_minutes = pick(random, 0, 15);
  made.sent_today = pick(random, 0, 3);
  made.sent.add(now_ms - kHourMs, made.sent_today);
  made.last_send_ms = now_ms - pick(random, 0, 120) * kMinuteMs;
  made.inbound_seen_ms = now_ms - pick(random, 0, 20) * kMinuteMs;
  made.provider = static_cast<Provider>(pick(random, 0, 2));
  if (random.below(6) == 0)
    made.held = NotYet{Reason::MailboxDisconnected, pick(random, 0, 1) * (now_ms + kHourMs)};
  return made;
}

PlanInput random_world(Random& random) {
  PlanInput input;
  input.now_ms = parse_instant("2026-03-25T00:00:00Z").value() +
                 pick(random, 0, 7 * kDayMs / kMinuteMs) * kMinuteMs + pick(random, 0, 59'999);
  input.until_ms = input.now_ms + pick(random, 0, 1) * pick(random, 0, 3 * kDayMs / kMinuteMs) * kMinuteMs;
  input.seed = random.next();
  input.rules.gap_floor_ms = pick(random, 0, 1) * kGapFloorMs;
  input.rules.domain_leads_per_day_max = 3;
  const auto mailboxes = pick(random, 0, 5);
  const auto campaigns = pick(random, 1, 4);
  for (std::int64_t id = 1; id <= mailboxes; ++id)
    input.mailboxes.push_back(random_mailbox(random, id, input.now_ms));
  for (std::int64_t id = 1; id <= campaigns; ++id)
    input.campaigns.push_back(random_campaign(random, id, mailboxes));
  for (std::int64_t lead = pick(random, 1, 60); lead > 0; --lead) {
    const auto work = static_cast<Work>(pick(random, 0, 3));
    const bool is_bound = work != Work::NewLead || random.below(6) == 0;
    input.candidates.push_back({.work = work,
                                .lead_map_id = lead,
                                .campaign_id = work == Work::Reply ? 0 : pick(random, 1, campaigns),
                                .mailbox_id = is_bound ? pick(random, 1, mailboxes + 1) : 0,
                                .due_ms = input.now_ms + pick(random, -600, 300) * kMinuteMs,
                                .order = lead,
                                .recipient_domain = static_cast<std::uint64_t>(pick(random, 0, 4)),
                                .recipient_provider = static_cast<Provider>(pick(random, 0, 2))});
  }
  return input;
}

/// Counts what was sent in calendar days, by owner, on top of what the snapshot says of the first day.
class DayCounts {
 public:
  void start(std::int64_t owner, LocalDay day, std::int64_t used) { counts_[{owner, day}] = used; }
  std::int64_t add(std::int64_t owner, LocalDay day) { return ++counts_[{owner, day}]; }

 private:
  std::map<std::pair<std::int64_t, LocalDay>, std::int64_t> counts_;
};

void check_every_candidate_once(const PlanInput& input, const Plan& made) {
  std::vector<int> seen(input.candidates.size(), 0);
  for (const auto& slot : made.slots) ++seen[slot.candidate];
  for (const auto& waiting : made.waiting) {
    ++seen[waiting.candidate];
    const auto& [reason, next_ms] = waiting.not_yet;
    CAPTURE(name(reason));
    CHECK((next_ms == kOnChange || next_ms > input.until_ms));
    CHECK((next_ms == kOnChange || made.wake_at_ms <= next_ms));
  }
  CHECK(std::ranges::all_of(seen, [](int times) { return times == 1; }));
  CHECK(made.wake_at_ms > input.now_ms);
}

void check_slot(const PlanInput& input, const Slot& slot) {
  const auto& work = input.candidates[slot.candidate];
  const auto& mailbox = input.mailboxes[static_cast<std::size_t>(slot.mailbox_id - 1)];
  CHECK(slot.at_ms >= std::max(input.now_ms, work.due_ms));
  CHECK(slot.at_ms <= input.until_ms);
  CHECK((work.mailbox_id == 0 || work.mailbox_id == slot.mailbox_id));
  CHECK((!mailbox.held ||
         (mailbox.held->next_attempt_ms != kOnChange && slot.at_ms >= mailbox.held->next_attempt_ms)));
  if (work.work == Work::Reply) return;
  const auto& campaign = input.campaigns[static_cast<std::size_t>(work.campaign_id - 1)];
  CHECK_FALSE(campaign.held);
  CHECK(campaigns::is_open(campaign.schedule, slot.at_ms));
  if (work.work != Work::Subsequence) CHECK(std::ranges::count(campaign.mailbox_ids, slot.mailbox_id) == 1);
  const auto freshness_ms = work.work == Work::NewLead ? 60 * kMinuteMs : 15 * kMinuteMs;
  CHECK(input.now_ms - mailbox.inbound_seen_ms <= freshness_ms);
}

void check_gaps(const PlanInput& input, const Plan& made) {
  std::map<std::int64_t, TimeMs> last_ms;
  for (const auto& mailbox : input.mailboxes) last_ms[mailbox.id] = mailbox.last_send_ms;
  for (const auto& slot : made.slots) {
    const auto& work = input.candidates[slot.candidate];
    auto& last = last_ms[slot.mailbox_id];
    CHECK(slot.at_ms >= last);
    if (work.work != Work::Reply) {
      const auto& schedule = input.campaigns[static_cast<std::size_t>(work.campaign_id - 1)].schedule;
      const auto& mailbox = input.mailboxes[static_cast<std::size_t>(slot.mailbox_id - 1)];
      const auto base_ms = base_gap_ms({.campaign_minutes = schedule.min_gap_minutes,
                                        .mailbox_minutes = mailbox.min_gap_minutes,
                                        .floor_ms = input.rules.gap_floor_ms});
      CHECK(slot.at_ms - last >= base_ms);
      CHECK((base_ms == 0 || slot.at_ms % kMinuteMs >= kSecondMs));
    }
    last = slot.at_ms;
  }
}

void check_caps(const PlanInput& input, const Plan& made) {
  DayCounts mailbox_day;
  DayCounts campaign_day;
  DayCounts new_leads;
  for (const auto& mailbox : input.mailboxes)
    mailbox_day.start(mailbox.id, mailbox.zone.day_of(input.now_ms), mailbox.sent_today);
  for (const auto& campaign : input.campaigns) {
    const auto today = campaign.schedule.zone.day_of(input.now_ms);
    campaign_day.start(campaign.id, today, campaign.new_leads_today + campaign.follow_ups_today);
    new_leads.start(campaign.id, today, campaign.new_leads_today);
  }
  std::vector<RollingDay> rolling;
  rolling.reserve(input.mailboxes.size());
  for (const auto& mailbox : input.mailboxes) rolling.push_back(mailbox.sent);
  for (const auto& slot : made.slots) {
    const auto& work = input.candidates[slot.candidate];
    const auto& mailbox = input.mailboxes[static_cast<std::size_t>(slot.mailbox_id - 1)];
    auto& sent = rolling[static_cast<std::size_t>(slot.mailbox_id - 1)];
    sent.add(slot.at_ms);
    CHECK(sent.count(slot.at_ms) <= mailbox.rolling_day_max);
    if (work.work == Work::Reply) continue;
    const auto& campaign = input.campaigns[static_cast<std::size_t>(work.campaign_id - 1)];
    const auto day = campaign.schedule.zone.day_of(slot.at_ms);
    const auto hour_max = mailbox.hour_max > 0 ? mailbox.hour_max : default_hour_max(mailbox.day_max);
    const auto in_day = mailbox_day.add(mailbox.id, mailbox.zone.day_of(slot.at_ms));
    CHECK((campaign.ignores_mailbox_limit || sent.in_hour(slot.at_ms) <= hour_max));
    CHECK((campaign.ignores_mailbox_limit || in_day <= mailbox.day_max));
    const auto in_campaign = campaign_day.add(campaign.id, day);
    CHECK((campaign.sends_per_day_max < 0 || in_campaign <= campaign.sends_per_day_max));
    if (work.work == Work::NewLead)
      CHECK(new_leads.add(campaign.id, day) <= campaign.schedule.new_leads_per_day_max);
  }
}

}  // namespace

TEST_CASE("every plan of a random world keeps every rule") {
  MESSAGE("seed ", kSeed);
  Random random(kSeed);
  std::size_t slots = 0;
  for (int world = 0; world < 250; ++world) {
    CAPTURE(world);
    const auto input = random_world(random);
    const auto made = plan(input);
    check_every_candidate_once(input, made);
    for (const auto& slot : made.slots) check_slot(input, slot);
    CHECK(std::ranges::is_sorted(made.slots, {}, &Slot::at_ms));
    check_gaps(input, made);
    check_caps(input, made);
    CHECK(plan(input).slots == made.slots);
    slots += made.slots.size();
  }
  CHECK(slots > 500);
}

namespace {

/// A small engine: plans for now, claims, sleeps until it is woken; three steps a lead.
class Week {
 public:
  Week(const char* zone, TimeMs from_ms) : now_ms_(from_ms), end_ms_(from_ms + 7 * kDayMs) {
    input_.campaigns.emplace_back();
    auto& campaign = input_.campaigns.back();
    campaign.id = 1;
    campaign.schedule = {.zone = Zone::load(zone).value(),
                         .days = campaigns::WeekDays::every_day(),
                         .start_minute = 60,
                         .end_minute = 4 * 60,
                         .min_gap_minutes = 10,
                         .new_leads_per_day_max = 4,
                         .start_at_ms = 0,
                         .blackout_days = {}};
    campaign.mailbox_ids = {1, 2};
    for (const std::int64_t id : {1, 2}) {
      PlanMailbox mailbox;
      mailbox.id = id;
      mailbox.zone = campaign.schedule.zone;
      mailbox.day_max = 6;
      mailbox.hour_max = 6;
      input_.mailboxes.push_back(mailbox);
    }
    for (std::int64_t lead = 1; lead <= kLeads; ++lead)
      work_.push_back(
          {.work = Work::NewLead, .lead_map_id = lead, .campaign_id = 1, .due_ms = from_ms, .order = lead});
  }

  void run() {
    for (; now_ms_ < end_ms_; ++wakes_) {
      begin_days();
      input_.now_ms = input_.until_ms = now_ms_;
      for (auto& mailbox : input_.mailboxes) mailbox.inbound_seen_ms = now_ms_;
      input_.candidates = work_;
      const auto made = plan(input_);
      for (const auto& slot : made.slots) accept(slot);
      if (made.wake_at_ms == kNever && work_.empty()) return;
      REQUIRE(made.wake_at_ms > now_ms_);
      now_ms_ = made.slots.empty() ? made.wake_at_ms : now_ms_ + 1;
    }
  }

  bool is_done() const { return work_.empty(); }
  int wakes() const { return wakes_; }

 private:
  static constexpr std::int64_t kLeads = 12;
  static constexpr int kSteps = 3;

  void begin_days() {
    auto& campaign = input_.campaigns[0];
    const auto day = campaign.schedule.zone.day_of(now_ms_);
    if (day == day_) return;
    day_ = day;
    campaign.new_leads_today = campaign.follow_ups_today = 0;
    for (auto& mailbox : input_.mailboxes) mailbox.sent_today = 0;
  }

  void accept(const Slot& slot) {
    auto& campaign = input_.campaigns[0];
    auto& mailbox = input_.mailboxes[static_cast<std::size_t>(slot.mailbox_id - 1)];
    const auto work = input_.candidates[slot.candidate];
    CHECK(slot.at_ms == now_ms_);
    CHECK(campaigns::is_open(campaign.schedule, slot.at_ms));
    CHECK((mailbox.last_send_ms == 0 || slot.at_ms - mailbox.last_send_ms >= 10 * kMinuteMs));
    CHECK(++mailbox.sent_today <= mailbox.day_max);
    const bool is_new = work.work == Work::NewLead;
    CHECK((is_new || work.mailbox_id == slot.mailbox_id));
    if (is_new) CHECK(++campaign.new_leads_today <= campaign.schedule.new_leads_per_day_max);
    if (!is_new) ++campaign.follow_ups_today;
    mailbox.last_send_ms = slot.at_ms;
    mailbox.sent.add(slot.at_ms);

    const auto done = std::ranges::find(work_, work.lead_map_id, &Candidate::lead_map_id);
    if (++steps_[work.lead_map_id] == kSteps) {
      work_.erase(done);
      return;
    }
    done->work = Work::FollowUp;
    done->mailbox_id = slot.mailbox_id;
    const campaigns::Step step{
        .delay_days = 1, .previous_accepted_ms = slot.at_ms, .lead_map_id = work.lead_map_id};
    done->due_ms = campaigns::due_after(campaign.schedule, step).value();
    CHECK(campaign.schedule.zone.day_of(done->due_ms) == campaign.schedule.zone.day_of(slot.at_ms) + 1);
  }

  PlanInput input_;
  TimeMs now_ms_;
  TimeMs end_ms_;
  LocalDay day_ = 0;
  int wakes_ = 0;
  std::vector<Candidate> work_;
  std::map<std::int64_t, int> steps_;
};

}  // namespace

TEST_CASE("a week over each clock change sends three steps to every lead in twelve zones") {
  for (const auto* zone : kZones) {
    for (const char* from : {"2026-03-06T13:00:00Z", "2026-03-27T13:00:00Z", "2026-10-23T13:00:00Z"}) {
      CAPTURE(zone);
      CAPTURE(from);
      Week week(zone, parse_instant(from).value());
      week.run();
      CHECK(week.is_done());
      CHECK(week.wakes() < 400);
    }
  }
}
