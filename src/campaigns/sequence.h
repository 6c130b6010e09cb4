// The steps of a campaign and their variants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/campaign.h"

namespace outrider::campaigns {

struct Variant {
  std::int64_t id = 0;
  std::string label;
  std::string subject;
  std::string body;
  std::optional<double> percentage;
  std::int64_t version = 1;
  std::int64_t claimed = 0;  // how often it was chosen so far
  bool is_deleted = false;
  TimeMs created_at_ms = 0;
  TimeMs updated_at_ms = 0;
};

struct SequenceStep {
  std::int64_t id = 0;
  std::int64_t seq_number = 0;
  int delay_days = 0;
  std::optional<std::string> subject;
  std::optional<std::string> body;
  std::int64_t version = 1;
  Distribution distribution = Distribution::ManualEqual;
  std::optional<WinningMetric> winning_metric;
  std::optional<std::int64_t> test_percentage;
  std::vector<Variant> variants;
  TimeMs created_at_ms = 0;
  TimeMs updated_at_ms = 0;
};

}  // namespace outrider::campaigns
