#include "campaigns/campaign_wire.h"

#include <array>
#include <cstdio>

namespace outrider::campaigns {
namespace {

constexpr const char* kTrackingSchema =
    R"({"type":"array","items":{"type":"string","enum":["DONT_TRACK_EMAIL_OPEN","DONT_TRACK_LINK_CLICK",)"
    R"("DONT_TRACK_REPLY_TO_AN_EMAIL"]}})";

/// Any shape is taken here; parse_tracking reads it, so that both senses in one list can be told apart.
Result<wire::Json> keep_json(const wire::Node& node) {
  TRY(parse_tracking(node));
  return wire::Json{node.json()};
}

Result<std::string> number_or_text(const wire::Node& node) {
  if (node.kind() == wire::Node::Kind::Number || node.is_text()) return std::string(node.text());
  return fail(Code::Invalid, "must be a number or a text");
}

constexpr wire::Word kStatusWords[] = {{"START", CampaignEvent::Start},
                                       {"PAUSED", CampaignEvent::Pause},
                                       {"STOPPED", CampaignEvent::Stop},
                                       {"ACTIVE", CampaignEvent::Start},
                                       {"RESUME", CampaignEvent::Start},
                                       {"PAUSE", CampaignEvent::Pause},
                                       {"STOP", CampaignEvent::Stop}};

struct TrackingWord {
  std::string_view word;
  std::optional<bool> Tracking::* what;
  bool is_on;
};
constexpr std::array kTrackingWords{
    TrackingWord{"DONT_TRACK_EMAIL_OPEN", &Tracking::opens, false},
    TrackingWord{"DONT_TRACK_LINK_CLICK", &Tracking::clicks, false},
    TrackingWord{"DONT_TRACK_REPLY_TO_AN_EMAIL", &Tracking::replies, false},
    TrackingWord{"DONT_EMAIL_OPEN", &Tracking::opens, false},
    TrackingWord{"DONT_LINK_CLICK", &Tracking::clicks, false},
    TrackingWord{"DONT_REPLY_TO_AN_EMAIL", &Tracking::replies, false},
    TrackingWord{"TRACK_EMAIL_OPEN", &Tracking::opens, true},
    TrackingWord{"TRACK_LINK_CLICK", &Tracking::clicks, true},
};

Result<Tracking> parse_tracking_list(const wire::Node& list) {
  Tracking off{.opens = true, .clicks = true, .replies = true};
  Tracking on{.opens = false, .clicks = false, .replies = true};
  bool says_off = false;
  bool says_on = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const TrackingWord* known = nullptr;
    for (const auto& word : kTrackingWords)
      if (word.word == list.at(i).text()) known = &word;
    if (!known || !list.at(i).is_text())
      return fail(
          Code::Invalid,
          "must be a list of DONT_TRACK_EMAIL_OPEN, DONT_TRACK_LINK_CLICK, DONT_TRACK_REPLY_TO_AN_EMAIL");
    (known->is_on ? says_on : says_off) = true;
    (known->is_on ? on : off).*known->what = known->is_on;
  }
  if (says_on && says_off)
    return fail(Code::Invalid, "must not name tracking to switch on and off in one list");
  return says_on ? on : off;
}

}  // namespace

Result<Tracking> parse_tracking(const wire::Node& node) {
  if (node.is_list()) return parse_tracking_list(node);
  if (!node.is_object()) return fail(Code::Invalid, "must be a list");
  return Tracking{.opens = node.get("track_open").flag(),
                  .clicks = node.get("track_click").flag(),
                  .replies = node.get("track_reply").flag()};
}

std::string clock_text(int minute) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60 % 24, minute % 60);
  return text.data();
}

Result<int> parse_clock(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 99; };
  if (text.size() == 5 && text[2] == ':') {
    const int hour = digit(0) * 10 + digit(1);
    const int minute = digit(3) * 10 + digit(4);
    if (hour < 24 && minute < 60) return hour * 60 + minute;
  }
  return fail(Code::Invalid, "must be a time of day such as 09:30");
}

wire::Fields CampaignPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields CampaignQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CampaignQuery::include_tags>("include_tags", wire::fallback(false)),
  };
  return kFields;
}

wire::Fields CampaignListQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CampaignListQuery::client_id>("client_id", wire::range(1, INT64_MAX)),
      wire::optional<&CampaignListQuery::include_tags>("include_tags", wire::fallback(false)),
  };
  return kFields;
}

wire::Fields CreateCampaign::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CreateCampaign::name>(
          "name", wire::length(1, 500), wire::fallback("Untitled Campaign")),
      wire::optional<&CreateCampaign::client_id>("client_id", wire::range(1, INT64_MAX), wire::lenient()),
  };
  return kFields;
}

wire::Fields CreatedCampaign::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CreatedCampaign::ok>("ok"),
      wire::required<&CreatedCampaign::id>("id"),
      wire::required<&CreatedCampaign::name>("name"),
      wire::required<&CreatedCampaign::created_at>("created_at", wire::with_ms()),
  };
  return kFields;
}

wire::Fields SchedulerCron::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SchedulerCron::tz>("tz"),
      wire::required<&SchedulerCron::days>("days", wire::range(0, 6)),
      wire::required<&SchedulerCron::start_hour>("startHour"),
      wire::required<&SchedulerCron::end_hour>("endHour"),
  };
  return kFields;
}

wire::Fields CampaignTag::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignTag::tag_id>("tag_id"),
      wire::required<&CampaignTag::tag_name>("tag_name"),
      wire::required<&CampaignTag::tag_color>("tag_color"),
  };
  return kFields;
}

wire::Fields CampaignReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignReply::id>("id"),
      wire::required<&CampaignReply::user_id>("user_id"),
      wire::required<&CampaignReply::created_at>("created_at", wire::with_ms()),
      wire::required<&CampaignReply::updated_at>("updated_at", wire::with_ms()),
      wire::required<&CampaignReply::status>("status"),
      wire::required<&CampaignReply::name>("name"),
      wire::required<&CampaignReply::track_settings>("track_settings"),
      wire::required<&CampaignReply::scheduler_cron_value>("scheduler_cron_value"),
      wire::required<&CampaignReply::min_time_btwn_emails>("min_time_btwn_emails"),
      wire::required<&CampaignReply::max_leads_per_day>("max_leads_per_day"),
      wire::required<&CampaignReply::stop_lead_settings>("stop_lead_settings"),
      wire::required<&CampaignReply::schedule_start_time>("schedule_start_time", wire::with_ms()),
      wire::required<&CampaignReply::enable_ai_esp_matching>("enable_ai_esp_matching"),
      wire::required<&CampaignReply::send_as_plain_text>("send_as_plain_text"),
      wire::required<&CampaignReply::follow_up_percentage>("follow_up_percentage"),
      wire::required<&CampaignReply::unsubscribe_text>("unsubscribe_text"),
      wire::required<&CampaignReply::parent_campaign_id>("parent_campaign_id"),
      wire::required<&CampaignReply::client_id>("client_id"),
      wire::optional<&CampaignReply::tags>("tags", wire::omit_when_empty()),
  };
  return kFields;
}

// Clients spell the gap in three ways and the nested layout calls the days `days` (DIALECTS "schedule body").
wire::Fields ScheduleInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ScheduleInput::timezone>("timezone", wire::length(1, 64)),
      wire::required<&ScheduleInput::days_of_the_week>(
          "days_of_the_week", wire::alias("days"), wire::range(0, 7), wire::items(1, 8), wire::lenient()),
      wire::required<&ScheduleInput::start_hour>("start_hour"),
      wire::required<&ScheduleInput::end_hour>("end_hour"),
      wire::required<&ScheduleInput::min_time_btw_emails>(
          "min_time_btw_emails",
          wire::alias("min_time_btwn_emails", "min_time_btw_email"),
          wire::range(3, 1'440),
          wire::lenient()),
      wire::required<&ScheduleInput::max_new_leads_per_day>("max_new_leads_per_day",
                                                            wire::alias("max_leads_per_day"),
                                                            wire::range(1, 1'000'000),
                                                            wire::lenient()),
      wire::optional<&ScheduleInput::schedule_start_time>("schedule_start_time"),
  };
  return wire::Fields(kFields, "schedule");
}

wire::Fields OutOfOffice::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&OutOfOffice::ignore_as_reply>("ignoreOOOasReply"),
      wire::optional<&OutOfOffice::reactivate>("autoReactivateOOO"),
      wire::optional<&OutOfOffice::reactivate_days>("reactivateOOOwithDelay", wire::range(0, 365)),
      wire::optional<&OutOfOffice::categorise>("autoCategorizeOOO"),
  };
  return kFields;
}

wire::Fields SettingsInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&SettingsInput::name>("name", wire::length(1, 500)),
      wire::optional<&SettingsInput::track_settings>("track_settings",
                                                     wire::read_by<keep_json>(kTrackingSchema)),
      wire::optional<&SettingsInput::stop_lead_settings>("stop_lead_settings"),
      wire::optional<&SettingsInput::unsubscribe_text>("unsubscribe_text", wire::length(0, 1'000)),
      wire::optional<&SettingsInput::send_as_plain_text>("send_as_plain_text"),
      wire::optional<&SettingsInput::force_plain_text>("force_plain_text"),
      wire::optional<&SettingsInput::follow_up_percentage>(
          "follow_up_percentage", wire::range(0, 100), wire::lenient()),
      wire::optional<&SettingsInput::client_id>("client_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&SettingsInput::enable_ai_esp_matching>("enable_ai_esp_matching"),
      wire::optional<&SettingsInput::auto_pause_domain_leads_on_reply>("auto_pause_domain_leads_on_reply"),
      wire::optional<&SettingsInput::ignore_ss_mailbox_sending_limit>("ignore_ss_mailbox_sending_limit"),
      wire::optional<&SettingsInput::bounce_autopause_threshold>(
          "bounce_autopause_threshold", wire::read_by<number_or_text>(R"({"type":["string","integer"]})")),
      wire::optional<&SettingsInput::domain_level_rate_limit>("domain_level_rate_limit"),
      wire::optional<&SettingsInput::out_of_office_detection_settings>("out_of_office_detection_settings"),
      wire::optional<&SettingsInput::add_unsubscribe_tag>("add_unsubscribe_tag"),
      wire::optional<&SettingsInput::ai_categorisation_options>(
          "ai_categorisation_options", wire::items(0, 200), wire::lenient()),
  };
  return kFields;
}

wire::Fields StatusInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&StatusInput::status>("status", wire::words(kStatusWords)),
  };
  return kFields;
}

wire::Fields Ok::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Ok::ok>("ok"),
      wire::required<&Ok::success>("success"),
  };
  return kFields;
}

wire::Fields CodedRefusal::Reason::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CodedRefusal::Reason::code>("code"),
      wire::required<&CodedRefusal::Reason::message>("message"),
  };
  return kFields;
}

wire::Fields CodedRefusal::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CodedRefusal::ok>("ok"),
      wire::required<&CodedRefusal::success>("success"),
      wire::required<&CodedRefusal::status_code>("statusCode"),
      wire::required<&CodedRefusal::error>("error"),
      wire::required<&CodedRefusal::message>("message"),
      wire::required<&CodedRefusal::code>("code"),
      wire::required<&CodedRefusal::request_id>("request_id"),
  };
  return kFields;
}

namespace {

SchedulerCron cron_of(const SavedSchedule& schedule) {
  SchedulerCron cron{.tz = schedule.timezone,
                     .days = {},
                     .start_hour = clock_text(schedule.start_minute),
                     .end_hour = clock_text(schedule.end_minute)};
  for (int day = 0; day < 7; ++day)
    if ((schedule.days >> day & 1) != 0) cron.days.push_back(day);
  return cron;
}

}  // namespace

CampaignReply reply_of(const Campaign& campaign) {
  const Settings& settings = campaign.settings;
  CampaignReply reply{.id = campaign.id,
                      .user_id = campaign.user_id,
                      .created_at = {campaign.created_at_ms},
                      .updated_at = {campaign.updated_at_ms},
                      .status = campaign.state,
                      .name = campaign.name,
                      .track_settings = {},
                      .scheduler_cron_value = {},
                      .stop_lead_settings = settings.stop_on,
                      .schedule_start_time = {},
                      .enable_ai_esp_matching = settings.esp_matching,
                      .send_as_plain_text = settings.send_as_plain_text,
                      .follow_up_percentage = settings.follow_up_percentage,
                      .unsubscribe_text = settings.unsubscribe_text,
                      .parent_campaign_id = campaign.parent_campaign_id,
                      .client_id = campaign.client_id,
                      .tags = {}};
  if (!settings.track_opens) reply.track_settings.push_back(TrackingOff::Opens);
  if (!settings.track_clicks) reply.track_settings.push_back(TrackingOff::Clicks);
  if (!settings.track_replies) reply.track_settings.push_back(TrackingOff::Replies);
  if (!campaign.schedule) return reply;
  reply.scheduler_cron_value = cron_of(*campaign.schedule);
  reply.min_time_btwn_emails = campaign.schedule->min_gap_minutes;
  reply.max_leads_per_day = campaign.schedule->max_new_leads_per_day;
  if (const auto start_at_ms = campaign.schedule->start_at_ms)
    reply.schedule_start_time = wire::Instant{*start_at_ms};
  return reply;
}

}  // namespace outrider::campaigns
