// The statistics area of the API: a campaign's mails one by one, and its totals.
#pragma once

#include <vector>

#include "db/database.h"
#include "http/route.h"
#include "statistics/statistics_wire.h"

namespace outrider::statistics {

class Api {
 public:
  explicit Api(db::Database& database) : database_(database) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<CampaignStatistics> list(http::Context& context,
                                  const StatisticsPath& path,
                                  const StatisticsQuery& query);
  Result<CampaignAnalytics> totals(http::Context& context, const StatisticsPath& path);

  db::Database& database_;
};

}  // namespace outrider::statistics
