// Campaign statistics on the wire: the structs of requests and answers. Their tables stand in
// statistics_wire.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign_wire.h"
#include "http/route.h"
#include "statistics/store.h"
#include "wire/wire.h"

namespace outrider::statistics {

constexpr wire::Words wire_words(Outcome) {
  static constexpr wire::Word kWords[] = {{"opened", Outcome::Opened},
                                          {"clicked", Outcome::Clicked},
                                          {"replied", Outcome::Replied},
                                          {"unsubscribed", Outcome::Unsubscribed},
                                          {"bounced", Outcome::Bounced}};
  return kWords;
}

struct StatisticsPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

struct StatisticsQuery {
  std::int64_t offset = 0;
  std::int64_t limit = 100;
  std::optional<std::int64_t> email_sequence_number;
  std::optional<Outcome> email_status;
  std::optional<std::string> sent_time_start_date;
  std::optional<std::string> sent_time_end_date;
  static wire::Fields wire();
};

struct EmailStat {
  static constexpr const char* kName = "EmailStat";
  std::optional<std::string> lead_name;
  std::string lead_email;
  std::optional<std::string> lead_category;
  std::int64_t sequence_number = 0;
  std::string stats_id;
  std::int64_t email_campaign_seq_id = 0;
  std::optional<std::int64_t> seq_variant_id;
  std::string email_subject;
  std::string email_message;
  wire::Instant sent_time;
  std::optional<wire::Instant> open_time;
  std::optional<wire::Instant> click_time;
  std::optional<wire::Instant> reply_time;
  std::int64_t open_count = 0;
  std::int64_t click_count = 0;
  bool is_unsubscribed = false;
  bool is_bounced = false;
  std::optional<bool> ignore_reply;
  static wire::Fields wire();
};

struct CampaignStatistics {
  static constexpr const char* kName = "CampaignStatistics";
  std::string total_stats;
  std::vector<EmailStat> data;
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  static wire::Fields wire();
};

struct CampaignLeadStats {
  static constexpr const char* kName = "CampaignLeadStats";
  std::int64_t total = 0;
  std::int64_t not_started = 0;
  std::int64_t in_progress = 0;
  std::int64_t completed = 0;
  std::int64_t paused = 0;
  std::int64_t stopped = 0;
  std::int64_t blocked = 0;
  std::int64_t interested = 0;
  double revenue = 0;
  static wire::Fields wire();
};

struct AnalyticsTag {
  std::int64_t id = 0;
  std::string name;
  std::string color;
  static wire::Fields wire();
};

/// The counts leave as text, the way clients of the older reference read them.
struct CampaignAnalytics {
  static constexpr const char* kName = "CampaignAnalytics";
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  wire::Instant created_at;
  campaigns::CampaignState status = campaigns::CampaignState::Drafted;
  std::string name;
  std::string sent_count;
  std::string unique_sent_count;
  std::string open_count;
  std::string unique_open_count;
  std::string click_count;
  std::string unique_click_count;
  std::string reply_count;
  std::string block_count;
  std::string total_count;
  std::string drafted_count;
  std::string bounce_count;
  std::string unsubscribed_count;
  std::string sequence_count;
  std::vector<AnalyticsTag> tags;
  std::optional<std::int64_t> client_id;
  std::optional<std::string> client_name;
  std::optional<std::string> client_email;
  std::optional<std::string> client_company_name;
  std::optional<std::int64_t> parent_campaign_id;
  bool send_as_plain_text = false;
  CampaignLeadStats campaign_lead_stats;
  static wire::Fields wire();
};

EmailStat stat_of(const Send& send);

/// What the totals are made of.
struct Totals {
  Sums sums;
  LeadCounts leads;
  std::int64_t steps = 0;
};
/// total_count are all mails the campaign would send as it stands, drafted_count those it has not sent.
CampaignAnalytics analytics_of(const campaigns::Campaign& campaign, const Totals& totals);

}  // namespace outrider::statistics
