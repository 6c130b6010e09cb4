// Sequences on the wire. Written and read forms differ: delay_in_days and seq_variants are written,
// delayInDays and sequence_variants are read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "campaigns/sequence.h"
#include "wire/wire.h"

namespace outrider::campaigns {

constexpr wire::Words wire_words(Distribution) {
  static constexpr wire::Word kWords[] = {{"MANUAL_EQUAL", Distribution::ManualEqual},
                                          {"AI_EQUAL", Distribution::AiEqual},
                                          {"MANUAL_PERCENTAGE", Distribution::ManualPercentage}};
  return kWords;
}
constexpr wire::Words wire_words(WinningMetric) {
  static constexpr wire::Word kWords[] = {{"OPEN_RATE", WinningMetric::OpenRate},
                                          {"CLICK_RATE", WinningMetric::ClickRate},
                                          {"REPLY_RATE", WinningMetric::ReplyRate},
                                          {"POSITIVE_REPLY_RATE", WinningMetric::PositiveReplyRate}};
  return kWords;
}

struct DelayInput {
  static constexpr const char* kName = "SequenceDelayWrite";
  int delay_in_days = 0;
  static wire::Fields wire();
};

struct VariantInput {
  static constexpr const char* kName = "SequenceVariantInput";
  std::optional<std::int64_t> id;
  std::optional<std::string> subject;
  std::string email_body;
  std::optional<std::string> variant_label;
  std::optional<double> variant_distribution_percentage;
  static wire::Fields wire();
};

struct StepInput {
  static constexpr const char* kName = "SequenceStepInput";
  std::optional<std::int64_t> id;
  std::int64_t seq_number = 0;
  DelayInput seq_delay_details;
  std::optional<std::string> subject;
  std::optional<std::string> email_body;
  std::optional<Distribution> variant_distribution_type;
  std::optional<WinningMetric> winning_metric_property;
  std::optional<std::int64_t> lead_distribution_percentage;
  std::optional<std::vector<VariantInput>> seq_variants;
  static wire::Fields wire();
};

struct SaveSequences {
  static constexpr const char* kName = "SaveSequencesInput";
  std::vector<StepInput> sequences;
  static wire::Fields wire();
};

struct SavedSequences {
  static constexpr const char* kName = "SavedSequences";
  struct Saved {
    std::int64_t id = 0;
    std::int64_t seq_number = 0;
    static wire::Fields wire();
  };
  struct Data {
    std::vector<Saved> sequences;
    static wire::Fields wire();
  };
  bool ok = true;
  bool success = true;
  Data data;
  static wire::Fields wire();
};

struct DelayReply {
  static constexpr const char* kName = "SequenceDelayRead";
  int days = 0;
  static wire::Fields wire();
};

struct VariantReply {
  static constexpr const char* kName = "SequenceVariant";
  std::int64_t id = 0;
  wire::Instant created_at;
  wire::Instant updated_at;
  bool is_deleted = false;
  std::string subject;
  std::string email_body;
  std::int64_t email_campaign_seq_id = 0;
  std::string variant_label;
  std::optional<std::string> optional_email_body_1;
  std::optional<double> variant_distribution_percentage;
  static wire::Fields wire();
};

struct StepReply {
  static constexpr const char* kName = "SequenceStep";
  std::int64_t id = 0;
  wire::Instant created_at;
  wire::Instant updated_at;
  std::int64_t email_campaign_id = 0;
  std::int64_t seq_number = 0;
  std::optional<std::string> subject;
  std::optional<std::string> email_body;
  DelayReply seq_delay_details;
  std::optional<std::vector<VariantReply>> sequence_variants;
  static wire::Fields wire();
};

/// Errors: Invalid for what no single field can tell: repeated numbers, a step without text, shares that are
/// no 100.
Result<std::vector<SequenceStep>> steps_of(const SaveSequences& input);
StepReply reply_of(const SequenceStep& step, std::int64_t campaign_id);

}  // namespace outrider::campaigns
