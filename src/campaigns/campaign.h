// A campaign as it is stored, and the rules about it that need no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign_state.h"
#include "campaigns/schedule.h"
#include "core/clock.h"

namespace outrider::campaigns {

/// What besides a human reply ends the sequence for a lead; a reply always does (BEHAVIOUR 2.5).
enum class StopOn : std::uint8_t { Reply, Click, Open };

/// How the leads of a step are shared among its variants.
enum class Distribution : std::uint8_t { ManualEqual, ManualPercentage, AiEqual };

/// What an AI_EQUAL test decides on.
enum class WinningMetric : std::uint8_t { OpenRate, ClickRate, ReplyRate, PositiveReplyRate };

/// The saved schedule; domain code turns it into a campaigns::Schedule with its zone loaded.
struct SavedSchedule {
  std::string timezone;
  std::uint8_t days = 0;  // bit 0 = Sunday
  int start_minute = 0;
  int end_minute = 0;
  int min_gap_minutes = 0;
  int max_new_leads_per_day = 0;
  std::optional<TimeMs> start_at_ms;
  std::vector<LocalDay> blackout_days = {};  // the workspace's and its own, sorted; stored apart
};

/// As the schedule rules want it. Nothing when no schedule was saved, or when its zone is unknown on this
/// machine.
std::optional<Schedule> schedule_of(const std::optional<SavedSchedule>& saved);

struct Settings {
  bool track_opens = true;
  bool track_clicks = true;
  bool track_replies = true;
  StopOn stop_on = StopOn::Reply;
  std::optional<std::string> unsubscribe_text;
  bool add_unsubscribe_header = true;
  bool send_as_plain_text = false;
  bool force_plain_text = false;
  int follow_up_percentage = 100;
  bool esp_matching = false;
  bool pause_domain_on_reply = false;
  bool ignore_mailbox_limit = false;
  bool domain_rate_limit = false;
  std::optional<std::string> bounce_threshold;  // percent, as given
  bool ooo_ignore_as_reply = true;
  bool ooo_reactivate = false;
  std::optional<std::int64_t> ooo_reactivate_days;
  bool ooo_categorise = true;
  std::optional<std::string> category_options;  // JSON list of ids and names
  bool repeats_first_mail = false;  // also to people another campaign wrote to first within 24 hours
};

struct Campaign {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::optional<std::int64_t> client_id;
  std::optional<std::int64_t> parent_campaign_id;
  std::string name;
  CampaignState state = CampaignState::Drafted;
  std::optional<SavedSchedule> schedule;
  Settings settings;
  std::int64_t lead_count = 0;
  TimeMs created_at_ms = 0;
  TimeMs updated_at_ms = 0;
};

/// One tag of a campaign.
struct Tag {
  std::int64_t campaign_id = 0;
  std::int64_t id = 0;
  std::string name;
  std::string color;
};

/// Largest number of variants of one step that a percentage split looks at.
inline constexpr std::size_t kPercentageVariantsMax = 10;

}  // namespace outrider::campaigns
