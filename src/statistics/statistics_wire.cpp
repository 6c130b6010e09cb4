#include "statistics/statistics_wire.h"

#include <algorithm>

namespace outrider::statistics {
namespace {

std::optional<wire::Instant> instant(std::optional<TimeMs> at_ms) {
  return at_ms ? std::optional(wire::Instant{*at_ms}) : std::nullopt;
}

std::optional<std::string> full_name(const Send& send) {
  std::string name = send.first_name.value_or("");
  const std::string last_name = send.last_name.value_or("");
  if (!name.empty() && !last_name.empty()) name += ' ';
  name += last_name;
  return name.empty() ? std::nullopt : std::optional(name);
}

}  // namespace

wire::Fields StatisticsPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&StatisticsPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields StatisticsQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&StatisticsQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
      wire::optional<&StatisticsQuery::limit>("limit", wire::range(1, 1'000), wire::fallback(100)),
      wire::optional<&StatisticsQuery::email_sequence_number>("email_sequence_number", wire::range(1, 20)),
      wire::optional<&StatisticsQuery::email_status>("email_status"),
      wire::optional<&StatisticsQuery::sent_time_start_date>("sent_time_start_date"),
      wire::optional<&StatisticsQuery::sent_time_end_date>("sent_time_end_date"),
  };
  return kFields;
}

wire::Fields EmailStat::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&EmailStat::lead_name>("lead_name"),
      wire::required<&EmailStat::lead_email>("lead_email"),
      wire::required<&EmailStat::lead_category>("lead_category"),
      wire::required<&EmailStat::sequence_number>("sequence_number"),
      wire::required<&EmailStat::stats_id>("stats_id"),
      wire::required<&EmailStat::email_campaign_seq_id>("email_campaign_seq_id"),
      wire::required<&EmailStat::seq_variant_id>("seq_variant_id"),
      wire::required<&EmailStat::email_subject>("email_subject"),
      wire::required<&EmailStat::email_message>("email_message"),
      wire::required<&EmailStat::sent_time>("sent_time"),
      wire::required<&EmailStat::open_time>("open_time"),
      wire::required<&EmailStat::click_time>("click_time"),
      wire::required<&EmailStat::reply_time>("reply_time"),
      wire::required<&EmailStat::open_count>("open_count"),
      wire::required<&EmailStat::click_count>("click_count"),
      wire::required<&EmailStat::is_unsubscribed>("is_unsubscribed"),
      wire::required<&EmailStat::is_bounced>("is_bounced"),
      wire::optional<&EmailStat::ignore_reply>("ignore_reply"),
  };
  return kFields;
}

wire::Fields CampaignStatistics::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignStatistics::total_stats>("total_stats"),
      wire::required<&CampaignStatistics::data>("data"),
      wire::required<&CampaignStatistics::offset>("offset"),
      wire::required<&CampaignStatistics::limit>("limit"),
  };
  return kFields;
}

wire::Fields CampaignLeadStats::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignLeadStats::total>("total"),
      wire::required<&CampaignLeadStats::not_started>("notStarted"),
      wire::required<&CampaignLeadStats::in_progress>("inprogress"),
      wire::required<&CampaignLeadStats::completed>("completed"),
      wire::required<&CampaignLeadStats::paused>("paused"),
      wire::required<&CampaignLeadStats::stopped>("stopped"),
      wire::required<&CampaignLeadStats::blocked>("blocked"),
      wire::required<&CampaignLeadStats::interested>("interested"),
      wire::optional<&CampaignLeadStats::revenue>("revenue"),
  };
  return kFields;
}

wire::Fields AnalyticsTag::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AnalyticsTag::id>("id"),
      wire::required<&AnalyticsTag::name>("name"),
      wire::required<&AnalyticsTag::color>("color"),
  };
  return kFields;
}

wire::Fields CampaignAnalytics::wire() {
  using Totals = CampaignAnalytics;
  static constexpr wire::Field kFields[] = {
      wire::required<&Totals::id>("id"),
      wire::required<&Totals::user_id>("user_id"),
      wire::required<&Totals::created_at>("created_at", wire::with_ms()),
      wire::required<&Totals::status>("status"),
      wire::required<&Totals::name>("name"),
      wire::required<&Totals::sent_count>("sent_count"),
      wire::required<&Totals::unique_sent_count>("unique_sent_count"),
      wire::required<&Totals::open_count>("open_count"),
      wire::required<&Totals::unique_open_count>("unique_open_count"),
      wire::required<&Totals::click_count>("click_count"),
      wire::required<&Totals::unique_click_count>("unique_click_count"),
      wire::required<&Totals::reply_count>("reply_count"),
      wire::required<&Totals::block_count>("block_count"),
      wire::required<&Totals::total_count>("total_count"),
      wire::required<&Totals::drafted_count>("drafted_count"),
      wire::required<&Totals::bounce_count>("bounce_count"),
      wire::required<&Totals::unsubscribed_count>("unsubscribed_count"),
      wire::required<&Totals::sequence_count>("sequence_count"),
      wire::required<&Totals::tags>("tags"),
      wire::required<&Totals::client_id>("client_id"),
      wire::required<&Totals::client_name>("client_name"),
      wire::required<&Totals::client_email>("client_email"),
      wire::optional<&Totals::client_company_name>("client_company_name"),
      wire::required<&Totals::parent_campaign_id>("parent_campaign_id"),
      wire::optional<&Totals::send_as_plain_text>("send_as_plain_text"),
      wire::required<&Totals::campaign_lead_stats>("campaign_lead_stats"),
  };
  return kFields;
}

EmailStat stat_of(const Send& send) {
  return {.lead_name = full_name(send),
          .lead_email = send.email,
          .lead_category = send.category,
          .sequence_number = send.seq_number,
          .stats_id = send.stats_id,
          .email_campaign_seq_id = send.step_id,
          .seq_variant_id = send.variant_id,
          .email_subject = send.subject,
          .email_message = send.body,
          .sent_time = {send.sent_at_ms},
          .open_time = instant(send.opened_at_ms),
          .click_time = instant(send.clicked_at_ms),
          .reply_time = instant(send.replied_at_ms),
          .open_count = send.open_count,
          .click_count = send.click_count,
          .is_unsubscribed = send.is_unsubscribed,
          .is_bounced = send.is_bounced,
          .ignore_reply = {}};
}

CampaignAnalytics analytics_of(const campaigns::Campaign& campaign, const Totals& totals) {
  const auto& [sums, leads, steps] = totals;
  const std::int64_t planned = std::max(leads.total * steps, sums.sent);
  CampaignAnalytics reply;
  reply.id = campaign.id;
  reply.user_id = campaign.user_id;
  reply.created_at = {campaign.created_at_ms};
  reply.status = campaign.state;
  reply.name = campaign.name;
  reply.sent_count = std::to_string(sums.sent);
  reply.unique_sent_count = std::to_string(leads.sent);
  reply.open_count = std::to_string(sums.opened);
  reply.unique_open_count = std::to_string(leads.opened);
  reply.click_count = std::to_string(sums.clicked);
  reply.unique_click_count = std::to_string(leads.clicked);
  reply.reply_count = std::to_string(leads.replied);
  reply.block_count = std::to_string(leads.blocked_by_list);
  reply.total_count = std::to_string(planned);
  reply.drafted_count = std::to_string(planned - sums.sent);
  reply.bounce_count = std::to_string(leads.bounced);
  reply.unsubscribed_count = std::to_string(leads.unsubscribed);
  reply.sequence_count = std::to_string(steps);
  reply.client_id = campaign.client_id;
  reply.parent_campaign_id = campaign.parent_campaign_id;
  reply.send_as_plain_text = campaign.settings.send_as_plain_text;
  reply.campaign_lead_stats = {.total = leads.total,
                               .not_started = leads.not_started,
                               .in_progress = leads.in_progress,
                               .completed = leads.completed,
                               .paused = leads.paused,
                               .stopped = leads.stopped,
                               .blocked = leads.blocked,
                               .interested = leads.interested,
                               .revenue = static_cast<double>(leads.revenue_cents) / 100};
  return reply;
}

}  // namespace outrider::statistics
