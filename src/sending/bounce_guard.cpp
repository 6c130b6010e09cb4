#include "sending/bounce_guard.h"

#include <charconv>
#include <optional>
#include <string>

#include "analytics/event.h"
#include "campaigns/store.h"

namespace outrider::sending {
namespace {

using analytics::EventType;

constexpr TimeMs kBucketMs = 15 * kMinuteMs;  // of the sums
constexpr std::int64_t kBucketsLookedAt = 4;
constexpr double kWholePercent = 100;

constexpr db::Query kFirstMails{"sending.first_mails_by_bucket", R"sql(
  SELECT bucket,
         SUM(CASE WHEN type = 1 THEN total ELSE 0 END),
         SUM(CASE WHEN type = 5 THEN firsts ELSE 0 END)
    FROM rollup
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND type IN (1, 5)
     AND step_id IN (SELECT id
                       FROM sequence_step
                      WHERE sequence_step.workspace_id = $1
                        AND sequence_step.campaign_id = $2
                        AND sequence_step.seq_number = 1)
   GROUP BY bucket
   ORDER BY bucket DESC
)sql"};
static_assert(static_cast<int>(EventType::Sent) == 1 && static_cast<int>(EventType::Bounced) == 5);

constexpr db::Query kBouncing{"sending.bouncing_campaigns", R"sql(
  SELECT workspace_id, id
    FROM campaign
   WHERE state = 1
     AND bounce_threshold IS NOT NULL
     AND EXISTS (SELECT 1
                   FROM rollup
                  WHERE rollup.workspace_id = campaign.workspace_id
                    AND rollup.campaign_id = campaign.id
                    AND rollup.bucket >= $1
                    AND rollup.type = 5)
   ORDER BY id
)sql"};
static_assert(static_cast<int>(campaigns::CampaignState::Active) == 1);

constexpr db::Query kArmedFrom{"sending.guard_armed_from", R"sql(
  SELECT guard_from_sends
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kSleep{"sending.guard_sleeps", R"sql(
  UPDATE campaign
     SET guard_from_sends = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

std::optional<double> percent_of(const std::optional<std::string>& given) {
  if (!given) return std::nullopt;
  double percent = 0;
  const auto* const end = given->data() + given->size();
  const auto [stopped, error] = std::from_chars(given->data(), end, percent);
  const bool is_number = error == std::errc() && (stopped == end || *stopped == '%');
  return is_number ? std::optional(percent) : std::nullopt;
}

std::int64_t accepted_in(std::span<const FirstMails> history) {
  std::int64_t accepted = 0;
  for (const auto& part : history) accepted += part.accepted;
  return accepted;
}

}  // namespace

bool bounces_too_much(std::span<const FirstMails> newest_first,
                      double percent,
                      std::int64_t armed_from,
                      TimeMs now_ms) {
  FirstMails all;
  FirstMails window;
  for (const auto& part : newest_first) {
    const bool is_near = part.since_ms > now_ms - kGuardWindowMs || window.accepted < kGuardWindowSends;
    if (is_near) {
      window.accepted += part.accepted;
      window.bounced += part.bounced;
    }
    all.accepted += part.accepted;
    all.bounced += part.bounced;
  }
  if (all.accepted < armed_from) return false;
  if (all.accepted <= kGuardEarlySends && all.bounced >= kGuardEarlyBounces) return true;
  if (window.accepted < kGuardSendsMin) return false;
  const auto rate =
      kWholePercent * static_cast<double>(window.bounced) / static_cast<double>(window.accepted);
  return rate > percent;
}

Result<std::vector<GuardedCampaign>> list_bouncing(db::Tx& tx, TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kBouncing, now_ms / kBucketMs - kBucketsLookedAt));
  std::vector<GuardedCampaign> found;
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back({.workspace_id = row.int64(0), .id = row.int64(1)});
  return found;
}

Result<bool> guard_bounces(db::Tx& tx, const GuardedCampaign& guarded, TimeMs now_ms) {
  const auto [workspace_id, campaign_id] = guarded;
  TRY_AS(const auto campaign, campaigns::load(tx, {.workspace_id = workspace_id}, campaign_id));
  const auto percent = percent_of(campaign.settings.bounce_threshold);
  if (!percent || campaign.state != campaigns::CampaignState::Active) return false;
  TRY_AS(const auto rows, tx.rows(kFirstMails, workspace_id, campaign_id));
  std::vector<FirstMails> history;
  history.reserve(rows.size());
  for (const auto& row : rows)
    history.push_back(
        {.since_ms = row.int64(0) * kBucketMs, .accepted = row.int64(1), .bounced = row.int64(2)});
  TRY_AS(const auto armed, tx.row(kArmedFrom, workspace_id, campaign_id));
  if (!bounces_too_much(history, *percent, armed ? armed->int64(0) : 0, now_ms)) return false;
  TRY(tx.run(kSleep, workspace_id, campaign_id, accepted_in(history) + kGuardRearmSends));
  TRY(campaigns::store_state(tx, campaign, campaigns::CampaignState::Paused, "BOUNCE_GUARD", now_ms));
  return true;
}

}  // namespace outrider::sending
