// bench: sending campaigns core
// What planning costs: 100,000 candidates over 1,000 mailboxes and 50 campaigns, for one look at the clock,
// for an hour ahead and with all gaps off; and the tick of an engine that feeds only the heads of its queues.
#include "sending/planner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/time_text.h"

namespace {

using namespace outrider;
using namespace outrider::sending;
using Steady = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr std::int64_t kMailboxes = 1000;
constexpr std::int64_t kCampaigns = 50;
constexpr std::int64_t kMailboxesPerCampaign = 40;

enum class Gaps : std::uint8_t { On, Off };

PlanInput world(std::int64_t leads, Gaps gaps, TimeMs horizon_ms) {
  const auto now_ms = parse_instant("2026-11-20T12:00:30Z").value();
  PlanInput input;
  input.now_ms = now_ms;
  input.until_ms = now_ms + horizon_ms;
  input.rules.gap_floor_ms = gaps == Gaps::On ? kGapFloorMs : 0;
  Random random(1);
  for (std::int64_t id = 1; id <= kMailboxes; ++id) {
    input.mailboxes.emplace_back();
    auto& mailbox = input.mailboxes.back();
    mailbox.id = id;
    mailbox.day_max = mailbox.hour_max = gaps == Gaps::On ? 50 : 100'000;
    mailbox.inbound_seen_ms = now_ms;
    mailbox.last_send_ms = now_ms - static_cast<TimeMs>(random.below(20)) * kMinuteMs;
  }
  for (std::int64_t id = 1; id <= kCampaigns; ++id) {
    input.campaigns.emplace_back();
    auto& campaign = input.campaigns.back();
    campaign.id = id;
    campaign.schedule.zone = Zone::load("Europe/Berlin").value();
    campaign.schedule.days = campaigns::WeekDays::every_day();
    campaign.schedule.start_minute = 9 * 60;
    campaign.schedule.end_minute = 17 * 60;
    campaign.schedule.min_gap_minutes = gaps == Gaps::On ? 10 : 0;
    campaign.schedule.new_leads_per_day_max = 1'000'000;
    for (std::int64_t i = 0; i < kMailboxesPerCampaign; ++i)
      campaign.mailbox_ids.push_back((id * 20 + i) % kMailboxes + 1);
  }
  for (std::int64_t lead = 1; lead <= leads; ++lead) {
    const auto& campaign = input.campaigns[random.below(kCampaigns)];
    const bool is_new = lead % 2 == 0;
    input.candidates.push_back(
        {.work = is_new ? Work::NewLead : Work::FollowUp,
         .lead_map_id = lead,
         .campaign_id = campaign.id,
         .mailbox_id = is_new ? 0 : campaign.mailbox_ids[random.below(kMailboxesPerCampaign)],
         .due_ms = now_ms - static_cast<TimeMs>(random.below(3600)) * kSecondMs,
         .order = lead});
  }
  return input;
}

void measure(const char* what, const PlanInput& input) {
  std::vector<double> took_ms;
  std::size_t slots = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = Steady::now();
    slots = plan(input).slots.size();
    took_ms.push_back(std::chrono::duration<double, std::milli>(Steady::now() - start).count());
  }
  std::ranges::sort(took_ms);
  std::printf("%-34s %10zu %9zu %9.2f %9.2f %9.1f\n",
              what,
              input.candidates.size(),
              slots,
              took_ms[kRuns / 2],
              took_ms.back() - took_ms.front(),
              1000.0 / took_ms[kRuns / 2]);
}

}  // namespace

int main() {
  std::printf(
      "%-34s %10s %9s %9s %9s %9s\n", "plan", "candidates", "slots", "median ms", "spread ms", "plans/s");
  measure("now", world(100'000, Gaps::On, 0));
  measure("an hour ahead", world(100'000, Gaps::On, kHourMs));
  measure("now, without gaps", world(100'000, Gaps::Off, 0));
  measure("heads only, a minute ahead", world(4'000, Gaps::On, kMinuteMs));
  return 0;
}
