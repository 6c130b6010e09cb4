#include "statistics/api.h"

#include "campaigns/store.h"
#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::statistics {
namespace {

campaigns::Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

Result<std::optional<TimeMs>> read_time(const std::optional<std::string>& text, const std::string& field) {
  if (!text || trim(*text).empty()) return std::nullopt;
  const auto at_ms = parse_instant(trim(*text));
  if (at_ms) return *at_ms;
  auto refusal = fail_field(field, "\"" + field + "\" must be an ISO 8601 time such as 2026-03-03T10:00:00Z");
  refusal.error().offence.source = "query";
  return refusal;
}

Result<SendFilter> filter_of(const StatisticsQuery& query) {
  TRY_AS(const auto after_ms, read_time(query.sent_time_start_date, "sent_time_start_date"));
  TRY_AS(const auto before_ms, read_time(query.sent_time_end_date, "sent_time_end_date"));
  return SendFilter{.seq_number = query.email_sequence_number,
                    .outcome = query.email_status.value_or(Outcome::Any),
                    .after_ms = after_ms,
                    .before_ms = before_ms};
}

}  // namespace

Result<CampaignStatistics> Api::list(http::Context& context,
                                     const StatisticsPath& path,
                                     const StatisticsQuery& query) {
  TRY_AS(const auto filter, filter_of(query));
  return database_.read([&](db::Tx& tx) -> Result<CampaignStatistics> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    TRY_AS(const auto total, count_sends(tx, campaign, filter));
    TRY_AS(const auto sends,
           list_sends(tx, campaign, filter, {.offset = query.offset, .limit = query.limit}));
    CampaignStatistics reply{
        .total_stats = std::to_string(total), .data = {}, .offset = query.offset, .limit = query.limit};
    reply.data.reserve(sends.size());
    for (const Send& send : sends) reply.data.push_back(stat_of(send));
    return reply;
  });
}

Result<CampaignAnalytics> Api::totals(http::Context& context, const StatisticsPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<CampaignAnalytics> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    TRY_AS(const auto sums, load_sums(tx, campaign));
    TRY_AS(const auto leads, count_leads(tx, campaign));
    TRY_AS(const auto readiness, campaigns::load_readiness(tx, campaign));
    TRY_AS(const auto tags, campaigns::list_tags(tx, campaign.workspace_id, campaign.id));
    TRY_AS(const auto client, find_client(tx, campaign));

    auto reply = analytics_of(campaign, {.sums = sums, .leads = leads, .steps = readiness.steps});
    for (const campaigns::Tag& tag : tags)
      reply.tags.push_back({.id = tag.id, .name = tag.name, .color = tag.color});
    if (!client) return reply;
    reply.client_name = client->name;
    reply.client_email = client->email;
    reply.client_company_name = client->company_name;
    return reply;
  });
}

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kTag = "Campaign statistics";
  return {
      route(Verb::Get,
            "/campaigns/{campaign_id}/statistics",
            "One row per message sent in a campaign.",
            on(*this, &Api::list))
          .operation_id("getCampaignStatistics")
          .tag(kTag),
      route(Verb::Get, "/campaigns/{campaign_id}/analytics", "Totals of a campaign.", on(*this, &Api::totals))
          .operation_id("getCampaignAnalytics")
          .tag(kTag),
  };
}

}  // namespace outrider::statistics
