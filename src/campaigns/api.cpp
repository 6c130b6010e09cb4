#include "campaigns/api.h"

#include <algorithm>
#include <iterator>

#include "campaigns/schedule.h"
#include "campaigns/sequence_store.h"
#include "campaigns/subsequence_store.h"
#include "core/time_text.h"
#include "core/zone.h"

namespace outrider::campaigns {
namespace {

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

/// A client named in a body must exist; a client's own key may name itself only.
Result<> check_client(db::Tx& tx, const Scope& scope, std::optional<std::int64_t> client_id) {
  if (!client_id) return {};
  TRY_AS(const bool exists, client_exists(tx, scope.workspace_id, *client_id));
  if (!exists || (scope.client_id && scope.client_id != client_id))
    return fail_field("client_id", "\"client_id\" must be a client of this workspace");
  return {};
}

/// The same for a campaign that is given to a client; a client's own key cannot give its campaign away.
Result<> check_new_client(db::Tx& tx, const Scope& scope, std::optional<std::int64_t> client_id) {
  if (scope.client_id && !client_id)
    return fail_field("client_id", "\"client_id\" must be a client of this workspace");
  return check_client(tx, scope, client_id);
}

CampaignTag tag_of(const Tag& tag) {
  return {.tag_id = tag.id, .tag_name = tag.name, .tag_color = tag.color};
}

/// The tags of one campaign as JSON; [] when it has none, because they were asked for.
wire::Json tags_json(const std::vector<Tag>& tags, std::int64_t campaign_id) {
  std::vector<CampaignTag> own;
  for (const Tag& tag : tags)
    if (tag.campaign_id == campaign_id) own.push_back(tag_of(tag));
  return {wire::encode(own)};
}

/// An instant without offset means the campaign's wall clock (BEHAVIOUR 1.1).
Result<std::optional<TimeMs>> parse_start(const std::optional<std::string>& text, const Zone& zone) {
  if (!text || text->empty()) return std::nullopt;
  const auto at_ms = parse_instant(*text);
  if (!at_ms) return fail_field("schedule_start_time", "\"schedule_start_time\" " + at_ms.error().message);
  if (has_offset(*text)) return *at_ms;
  return zone.instant(*at_ms / kDayMs, *at_ms % kDayMs);
}

Result<SavedSchedule> schedule_of(const ScheduleInput& input) {
  const auto zone = Zone::load(input.timezone);
  if (!zone) return fail_field("timezone", "\"timezone\" must be an IANA zone such as Europe/Berlin");
  const auto start = parse_clock(input.start_hour);
  if (!start) return fail_field("start_hour", "\"start_hour\" " + start.error().message);
  const auto end = parse_clock(input.end_hour);
  if (!end) return fail_field("end_hour", "\"end_hour\" " + end.error().message);
  TRY_AS(const auto start_at_ms, parse_start(input.schedule_start_time, *zone));
  WeekDays days;
  for (const int day : input.days_of_the_week) days.add(day);
  return SavedSchedule{.timezone = input.timezone,
                       .days = days.bits(),
                       .start_minute = *start,
                       .end_minute = *end,
                       .min_gap_minutes = input.min_time_btw_emails.value_or(0),
                       .max_new_leads_per_day = input.max_new_leads_per_day.value_or(0),
                       .start_at_ms = start_at_ms};
}

template <class T>
void keep(T& place, const std::optional<T>& given) {
  if (given) place = *given;
}

Result<> apply_tracking(Settings& settings, const std::optional<wire::Json>& given) {
  if (!given) return {};
  TRY_AS(const auto document, wire::Document::parse(given->text));
  TRY_AS(const auto tracking, parse_tracking(document.root()));
  keep(settings.track_opens, tracking.opens);
  keep(settings.track_clicks, tracking.clicks);
  keep(settings.track_replies, tracking.replies);
  return {};
}

void apply_out_of_office(Settings& settings, const OutOfOffice& given) {
  keep(settings.ooo_ignore_as_reply, given.ignore_as_reply);
  keep(settings.ooo_reactivate, given.reactivate);
  keep(settings.ooo_categorise, given.categorise);
  if (!given.reactivate_days.given) return;
  settings.ooo_reactivate_days = given.reactivate_days.value
                                     ? std::optional(static_cast<std::int64_t>(*given.reactivate_days.value))
                                     : std::nullopt;
}

Result<> apply_threshold(Settings& settings, const wire::Patch<std::string>& given) {
  if (!given.given) return {};
  settings.bounce_threshold = given.value;
  if (!given.value || given.value->empty()) return {};
  const auto document = wire::Document::parse(*given.value);
  const auto percent = document ? document->root().number() : std::nullopt;
  if (!percent || *percent < 0 || *percent > 100)
    return fail_field("bounce_autopause_threshold", "\"bounce_autopause_threshold\" must be from 0 to 100");
  return {};
}

Result<> apply_settings(Campaign& campaign, const SettingsInput& input) {
  Settings& settings = campaign.settings;
  keep(campaign.name, input.name);
  TRY(apply_tracking(settings, input.track_settings));
  TRY(apply_threshold(settings, input.bounce_autopause_threshold));
  keep(settings.stop_on, input.stop_lead_settings);
  if (input.unsubscribe_text.given) settings.unsubscribe_text = input.unsubscribe_text.value;
  keep(settings.send_as_plain_text, input.send_as_plain_text);
  keep(settings.force_plain_text, input.force_plain_text);
  keep(settings.follow_up_percentage, input.follow_up_percentage);
  if (input.client_id.given) campaign.client_id = input.client_id.value;
  keep(settings.esp_matching, input.enable_ai_esp_matching);
  keep(settings.pause_domain_on_reply, input.auto_pause_domain_leads_on_reply);
  keep(settings.ignore_mailbox_limit, input.ignore_ss_mailbox_sending_limit);
  keep(settings.domain_rate_limit, input.domain_level_rate_limit);
  keep(settings.add_unsubscribe_header, input.add_unsubscribe_tag);
  if (input.out_of_office_detection_settings)
    apply_out_of_office(settings, *input.out_of_office_detection_settings);
  if (!input.ai_categorisation_options) return {};
  std::string options;
  wire::Writer writer(options);
  writer.begin_list();
  for (const auto& option : *input.ai_categorisation_options) writer.value(option);
  writer.end_list();
  settings.category_options = std::move(options);
  return {};
}

Result<> check_startable(db::Tx& tx, const Campaign& campaign) {
  TRY_AS(const auto readiness, load_readiness(tx, campaign));
  if (!campaign.schedule) return fail_field("status", "save a schedule before starting the campaign");
  if (readiness.steps == 0) return fail_field("status", "save a sequence before starting the campaign");
  // A subsequence sends from the mailbox that each lead has.
  if (readiness.mailboxes == 0 && !campaign.parent_campaign_id)
    return fail_field("status", "add an email account before starting the campaign");
  return {};
}

}  // namespace

Result<http::Answer> Api::list(http::Context& context, const CampaignListQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<http::Answer> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto campaigns, campaigns::list(tx, scope, query.client_id));
    std::vector<Tag> tags;
    if (query.include_tags) {
      TRY_AS(tags, list_tags(tx, scope.workspace_id, std::nullopt));
    }
    std::vector<CampaignReply> replies;
    replies.reserve(campaigns.size());
    for (const Campaign& campaign : campaigns) {
      replies.push_back(reply_of(campaign));
      if (query.include_tags) replies.back().tags = tags_json(tags, campaign.id);
    }
    return http::Raw{.body = wire::encode(replies)};
  });
}

Result<CreatedCampaign> Api::create(http::Context& context, const CreateCampaign& input) {
  return database_.write([&](db::Tx& tx) -> Result<CreatedCampaign> {
    const Scope scope = scope_of(context);
    TRY(check_client(tx, scope, input.client_id));
    TRY_AS(const auto campaign,
           campaigns::create(tx,
                             {.workspace_id = scope.workspace_id,
                              .user_id = context.principal.user_id,
                              .client_id = input.client_id ? input.client_id : scope.client_id,
                              .name = input.name.value_or("Untitled Campaign")},
                             clock_.now_ms()));
    return CreatedCampaign{.id = campaign.id, .name = campaign.name, .created_at = {campaign.created_at_ms}};
  });
}

Result<CampaignReply> Api::get(http::Context& context, const CampaignPath& path, const CampaignQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<CampaignReply> {
    TRY_AS(const auto campaign, load(tx, scope_of(context), path.campaign_id));
    CampaignReply reply = reply_of(campaign);
    if (!query.include_tags) return reply;
    TRY_AS(const auto tags, list_tags(tx, campaign.workspace_id, campaign.id));
    reply.tags = tags_json(tags, campaign.id);
    return reply;
  });
}

Result<http::Answer> Api::remove(http::Context& context, const CampaignPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<http::Answer> {
    TRY_AS(const auto campaign, load_to_change(tx, scope_of(context), path.campaign_id));
    TRY_AS(const auto subsequences, list_subsequences(tx, campaign.workspace_id, campaign.id));
    const auto runs = [](const Campaign& one) { return one.state == CampaignState::Active; };
    if (runs(campaign) || std::ranges::any_of(subsequences, runs, &Subsequence::campaign)) {
      const CodedRefusal refusal{
          .error = {.code = "CAMPAIGN_ACTIVE", .message = "Stop the campaign before deleting it"},
          .message = "Stop the campaign before deleting it",
          .code = "CONFLICT",
          .request_id = context.request_id};
      return http::Raw{.status = 400, .body = wire::encode(refusal)};
    }
    for (const auto& subsequence : subsequences) TRY(campaigns::remove(tx, subsequence.campaign));
    TRY(campaigns::remove(tx, campaign));
    return http::Raw{.body = wire::encode(Ok())};
  });
}

Result<Ok> Api::set_schedule(http::Context& context, const CampaignPath& path, const ScheduleInput& input) {
  TRY_AS(const auto schedule, schedule_of(input));
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto campaign, load(tx, scope_of(context), path.campaign_id));
    return store_schedule(tx, campaign, schedule, clock_.now_ms());
  }));
  hooks_.wake_sending();
  return Ok();
}

Result<Ok> Api::set_settings(http::Context& context, const CampaignPath& path, const SettingsInput& input) {
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    const Scope scope = scope_of(context);
    TRY_AS(auto campaign, load(tx, scope, path.campaign_id));
    if (input.client_id.given) TRY(check_new_client(tx, scope, input.client_id.value));
    TRY(apply_settings(campaign, input));
    return store_settings(tx, campaign, clock_.now_ms());
  }));
  hooks_.wake_sending();
  return Ok();
}

Result<Ok> Api::set_status(http::Context& context, const CampaignPath& path, const StatusInput& input) {
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto campaign, load_to_change(tx, scope_of(context), path.campaign_id));
    const auto to = after(campaign.state, input.status);
    if (!to)
      return fail_field(
          "status", "a campaign that is " + std::string(name(campaign.state)) + " cannot be changed to that");
    if (*to == campaign.state) return {};
    if (*to == CampaignState::Active) TRY(check_startable(tx, campaign));
    return store_state(tx, campaign, *to, "API", clock_.now_ms());
  }));
  hooks_.wake_sending();
  return Ok();
}

Result<http::Answer> Api::get_sequences(http::Context& context, const CampaignPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<http::Answer> {
    TRY_AS(const auto campaign, load(tx, scope_of(context), path.campaign_id));
    TRY_AS(const auto steps, list_steps(tx, campaign.workspace_id, campaign.id));
    std::vector<StepReply> replies;
    for (const SequenceStep& step : steps) replies.push_back(reply_of(step, campaign.id));
    return http::Raw{.body = wire::encode(replies)};
  });
}

Result<> Api::check_templates(const std::vector<SequenceStep>& steps) const {
  const auto check = [&](std::size_t step, const std::string& path, const std::string& text) -> Result<> {
    const auto checked = hooks_.check_template(text);
    if (checked) return {};
    const std::string field = "sequences." + std::to_string(step) + "." + path;
    return fail_field(field, "\"" + field + "\": " + checked.error().message);
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    TRY(check(i, "subject", steps[i].subject.value_or("")));
    TRY(check(i, "email_body", steps[i].body.value_or("")));
    for (std::size_t j = 0; j < steps[i].variants.size(); ++j) {
      const std::string variant = "seq_variants." + std::to_string(j);
      TRY(check(i, variant + ".subject", steps[i].variants[j].subject));
      TRY(check(i, variant + ".email_body", steps[i].variants[j].body));
    }
  }
  return {};
}

Result<SavedSequences> Api::save_sequences(http::Context& context,
                                           const CampaignPath& path,
                                           const SaveSequences& input) {
  TRY_AS(const auto steps, steps_of(input));
  TRY(check_templates(steps));
  return database_.write([&](db::Tx& tx) -> Result<SavedSequences> {
    TRY_AS(const auto campaign, load(tx, scope_of(context), path.campaign_id));
    // 400 rather than 422: the contract and live clients know this refusal so.
    if (campaign.state == CampaignState::Active)
      return fail(Code::Malformed, "Pause the campaign before changing its sequence");
    TRY_AS(const auto saved, replace_steps(tx, campaign, steps, clock_.now_ms()));
    SavedSequences reply;
    for (const SequenceStep& step : saved)
      reply.data.sequences.push_back({.id = step.id, .seq_number = step.seq_number});
    return reply;
  });
}

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kCampaigns = "Campaigns";
  constexpr const char* kSequences = "Sequences";
  std::vector<http::Route> all = {
      route(Verb::Get, "/campaigns", "List every campaign, newest first.", on(*this, &Api::list))
          .operation_id("listCampaigns")
          .tag(kCampaigns),
      route(Verb::Post, "/campaigns/create", "Create a campaign in DRAFTED state.", on(*this, &Api::create))
          .operation_id("createCampaign")
          .tag(kCampaigns),
      route(Verb::Get, "/campaigns/{campaign_id}", "Read one campaign.", on(*this, &Api::get))
          .operation_id("getCampaign")
          .tag(kCampaigns),
      route(Verb::Delete, "/campaigns/{campaign_id}", "Delete a campaign.", on(*this, &Api::remove))
          .operation_id("deleteCampaign")
          .tag(kCampaigns)
          .answers<CodedRefusal>(400, "The campaign is running."),
      route(Verb::Post,
            "/campaigns/{campaign_id}/schedule",
            "Set the sending window and pace.",
            on(*this, &Api::set_schedule))
          .operation_id("updateCampaignSchedule")
          .tag(kCampaigns)
          .alias(Verb::Patch, "/campaigns/{campaign_id}/schedule")
          .alias(Verb::Post, "/campaigns/{campaign_id}"),
      route(Verb::Post,
            "/campaigns/{campaign_id}/settings",
            "Change general settings.",
            on(*this, &Api::set_settings))
          .operation_id("updateCampaignSettings")
          .tag(kCampaigns)
          .alias(Verb::Patch, "/campaigns/{campaign_id}/settings"),
      route(Verb::Post,
            "/campaigns/{campaign_id}/status",
            "Start, pause or stop a campaign.",
            on(*this, &Api::set_status))
          .operation_id("updateCampaignStatus")
          .tag(kCampaigns)
          .alias(Verb::Patch, "/campaigns/{campaign_id}/status"),
      route(Verb::Get,
            "/campaigns/{campaign_id}/sequences",
            "Read the steps of a campaign.",
            on(*this, &Api::get_sequences))
          .operation_id("getCampaignSequences")
          .tag(kSequences)
          .alias(Verb::Get, "/campaigns/{campaign_id}/sequence"),
      route(Verb::Post,
            "/campaigns/{campaign_id}/sequences",
            "Create, update or replace the steps of a campaign.",
            on(*this, &Api::save_sequences))
          .operation_id("saveCampaignSequences")
          .tag(kSequences)
          .alias(Verb::Post, "/campaigns/{campaign_id}/sequence"),
  };
  std::ranges::move(subsequence_routes(), std::back_inserter(all));
  return all;
}

}  // namespace outrider::campaigns
