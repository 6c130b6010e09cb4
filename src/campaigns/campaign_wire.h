// Campaigns on the wire: the structs of requests and answers. Their tables stand in campaign_wire.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign.h"
#include "http/route.h"
#include "wire/wire.h"

namespace outrider::campaigns {

constexpr wire::Words wire_words(CampaignState) {
  static constexpr wire::Word kWords[] = {{"DRAFTED", CampaignState::Drafted},
                                          {"ACTIVE", CampaignState::Active},
                                          {"COMPLETED", CampaignState::Completed},
                                          {"STOPPED", CampaignState::Stopped},
                                          {"PAUSED", CampaignState::Paused},
                                          {"ARCHIVED", CampaignState::Archived}};
  return kWords;
}

// Older clients and one integration spell them differently (DIALECTS "settings.stop_lead_settings").
constexpr wire::Words wire_words(StopOn) {
  static constexpr wire::Word kWords[] = {{"REPLY_TO_AN_EMAIL", StopOn::Reply},
                                          {"CLICK_ON_A_LINK", StopOn::Click},
                                          {"OPEN_AN_EMAIL", StopOn::Open},
                                          {"CLICKED_LINK", StopOn::Click},
                                          {"CLICK_ON_LINK", StopOn::Click},
                                          {"OPENED_EMAIL", StopOn::Open}};
  return kWords;
}

/// Tracking that is switched off, in the vocabulary that is read.
enum class TrackingOff : std::uint8_t { Opens, Clicks, Replies };
constexpr wire::Words wire_words(TrackingOff) {
  static constexpr wire::Word kWords[] = {{"DONT_EMAIL_OPEN", TrackingOff::Opens},
                                          {"DONT_LINK_CLICK", TrackingOff::Clicks},
                                          {"DONT_REPLY_TO_AN_EMAIL", TrackingOff::Replies}};
  return kWords;
}

struct CampaignPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

struct CampaignQuery {
  static constexpr auto kSource = http::Source::Query;
  bool include_tags = false;
  static wire::Fields wire();
};

struct CampaignListQuery {
  std::optional<std::int64_t> client_id;
  bool include_tags = false;
  static wire::Fields wire();
};

struct CreateCampaign {
  static constexpr const char* kName = "CreateCampaignInput";
  std::optional<std::string> name;
  std::optional<std::int64_t> client_id;
  static wire::Fields wire();
};

struct CreatedCampaign {
  static constexpr const char* kName = "CreatedCampaign";
  bool ok = true;
  std::int64_t id = 0;
  std::string name;
  wire::Instant created_at;
  static wire::Fields wire();
};

struct SchedulerCron {
  static constexpr const char* kName = "SchedulerCron";
  std::string tz;
  std::vector<int> days;
  std::string start_hour;
  std::string end_hour;
  static wire::Fields wire();
};

struct CampaignTag {
  static constexpr const char* kName = "CampaignTag";
  std::int64_t tag_id = 0;
  std::string tag_name;
  std::string tag_color;
  static wire::Fields wire();
};

struct CampaignReply {
  static constexpr const char* kName = "Campaign";
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  wire::Instant created_at;
  wire::Instant updated_at;
  CampaignState status = CampaignState::Drafted;
  std::string name;
  std::vector<TrackingOff> track_settings;
  std::optional<SchedulerCron> scheduler_cron_value;
  int min_time_btwn_emails = 0;
  int max_leads_per_day = 0;
  StopOn stop_lead_settings = StopOn::Reply;
  std::optional<wire::Instant> schedule_start_time;
  bool enable_ai_esp_matching = false;
  bool send_as_plain_text = false;
  int follow_up_percentage = 100;
  std::optional<std::string> unsubscribe_text;
  std::optional<std::int64_t> parent_campaign_id;
  std::optional<std::int64_t> client_id;
  wire::Json tags;
  static wire::Fields wire();
};

struct ScheduleInput {
  static constexpr const char* kName = "CampaignScheduleInput";
  std::string timezone;
  std::vector<int> days_of_the_week;
  std::string start_hour;
  std::string end_hour;
  std::optional<int> min_time_btw_emails;
  std::optional<int> max_new_leads_per_day;
  std::optional<std::string> schedule_start_time;
  static wire::Fields wire();
};

/// Which tracking a settings request switches off; absent entries keep their value.
struct Tracking {
  std::optional<bool> opens;
  std::optional<bool> clicks;
  std::optional<bool> replies;
};

struct OutOfOffice {
  static constexpr const char* kName = "OutOfOfficeSettings";
  std::optional<bool> ignore_as_reply;
  std::optional<bool> reactivate;
  wire::Patch<double> reactivate_days;
  std::optional<bool> categorise;
  static wire::Fields wire();
};

struct SettingsInput {
  static constexpr const char* kName = "CampaignSettingsInput";
  std::optional<std::string> name;
  std::optional<wire::Json> track_settings;
  std::optional<StopOn> stop_lead_settings;
  wire::Patch<std::string> unsubscribe_text;
  std::optional<bool> send_as_plain_text;
  std::optional<bool> force_plain_text;
  std::optional<int> follow_up_percentage;
  wire::Patch<std::int64_t> client_id;
  std::optional<bool> enable_ai_esp_matching;
  std::optional<bool> auto_pause_domain_leads_on_reply;
  std::optional<bool> ignore_ss_mailbox_sending_limit;
  wire::Patch<std::string> bounce_autopause_threshold;
  std::optional<bool> domain_level_rate_limit;
  std::optional<OutOfOffice> out_of_office_detection_settings;
  std::optional<bool> add_unsubscribe_tag;
  std::optional<std::vector<std::string>> ai_categorisation_options;
  static wire::Fields wire();
};

struct StatusInput {
  static constexpr const char* kName = "CampaignStatusInput";
  CampaignEvent status = CampaignEvent::Start;
  static wire::Fields wire();
};

struct Ok {
  static constexpr const char* kName = "Ok";
  bool ok = true;
  bool success = true;
  static wire::Fields wire();
};

/// A refusal whose documented body holds an object where others hold text; both key sets are sent (RULINGS
/// 13).
struct CodedRefusal {
  static constexpr const char* kName = "CodedError";
  struct Reason {
    std::string code;
    std::string message;
    static wire::Fields wire();
  };
  bool ok = false;
  bool success = false;
  int status_code = 400;
  Reason error;
  std::string message;
  std::string code;
  std::string request_id;
  static wire::Fields wire();
};

/// `HH:MM` of a minute of the day, and back. Errors: Invalid.
std::string clock_text(int minute);
Result<int> parse_clock(std::string_view text);

/// The three shapes clients send: a list of what is off (either vocabulary), a list of what is on, an object
/// {track_open, track_click}. Errors: Invalid for an unknown word and for both senses in one list.
Result<Tracking> parse_tracking(const wire::Node& node);

CampaignReply reply_of(const Campaign& campaign);

}  // namespace outrider::campaigns
