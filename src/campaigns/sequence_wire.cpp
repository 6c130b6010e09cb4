#include "campaigns/sequence_wire.h"

#include <cmath>
#include <set>

namespace outrider::campaigns {
namespace {

constexpr int kDelayDaysMax = 365;
constexpr std::size_t kStepsMax = 100;
constexpr std::size_t kVariantsMax = 26;
constexpr std::size_t kBodyCharactersMax = 512 * 1024;
constexpr std::size_t kSubjectCharactersMax = 998;  // RFC 5322 section 2.1.1

}  // namespace

wire::Fields DelayInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&DelayInput::delay_in_days>(
          "delay_in_days", wire::alias("delayInDays"), wire::range(0, kDelayDaysMax), wire::lenient()),
  };
  return kFields;
}

// variant_id and distribution come from a concept page and one client (see the contract's note).
wire::Fields VariantInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&VariantInput::id>("id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&VariantInput::subject>("subject", wire::length(0, kSubjectCharactersMax)),
      wire::required<&VariantInput::email_body>("email_body", wire::length(0, kBodyCharactersMax)),
      wire::optional<&VariantInput::variant_label>(
          "variant_label", wire::alias("variant_id"), wire::length(0, 50), wire::lenient()),
      wire::optional<&VariantInput::variant_distribution_percentage>(
          "variant_distribution_percentage",
          wire::alias("distribution", "variant_distribution", "distribution_percentage"),
          wire::range(0, 100),
          wire::lenient()),
  };
  return kFields;
}

wire::Fields StepInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&StepInput::id>("id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::required<&StepInput::seq_number>("seq_number", wire::range(1, 1'000), wire::lenient()),
      wire::required<&StepInput::seq_delay_details>("seq_delay_details"),
      wire::optional<&StepInput::subject>("subject", wire::length(0, kSubjectCharactersMax)),
      wire::optional<&StepInput::email_body>("email_body", wire::length(0, kBodyCharactersMax)),
      wire::optional<&StepInput::variant_distribution_type>("variant_distribution_type"),
      wire::optional<&StepInput::winning_metric_property>("winning_metric_property"),
      wire::optional<&StepInput::lead_distribution_percentage>(
          "lead_distribution_percentage", wire::range(20, 100), wire::lenient()),
      wire::optional<&StepInput::seq_variants>(
          "seq_variants", wire::alias("variants", "sequence_variants"), wire::items(0, kVariantsMax)),
  };
  return kFields;
}

// The whole body may also be the list, or one step (DIALECTS "sequences body").
wire::Fields SaveSequences::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SaveSequences::sequences>(
          "sequences", wire::alias("sequence"), wire::bare(), wire::one_or_many(), wire::items(0, kStepsMax)),
  };
  return kFields;
}

wire::Fields SavedSequences::Saved::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedSequences::Saved::id>("id"),
      wire::required<&SavedSequences::Saved::seq_number>("seqNumber", wire::also("seq_number")),
  };
  return kFields;
}

wire::Fields SavedSequences::Data::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedSequences::Data::sequences>("sequences"),
  };
  return kFields;
}

wire::Fields SavedSequences::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedSequences::ok>("ok"),
      wire::required<&SavedSequences::success>("success"),
      wire::required<&SavedSequences::data>("data"),
  };
  return kFields;
}

wire::Fields DelayReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&DelayReply::days>("delayInDays", wire::also("delay_in_days")),
  };
  return kFields;
}

wire::Fields VariantReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&VariantReply::id>("id"),
      wire::required<&VariantReply::created_at>("created_at", wire::with_ms()),
      wire::required<&VariantReply::updated_at>("updated_at", wire::with_ms()),
      wire::required<&VariantReply::is_deleted>("is_deleted"),
      wire::required<&VariantReply::subject>("subject"),
      wire::required<&VariantReply::email_body>("email_body"),
      wire::required<&VariantReply::email_campaign_seq_id>("email_campaign_seq_id"),
      wire::required<&VariantReply::variant_label>("variant_label"),
      wire::optional<&VariantReply::optional_email_body_1>("optional_email_body_1"),
      wire::optional<&VariantReply::variant_distribution_percentage>("variant_distribution_percentage"),
  };
  return kFields;
}

wire::Fields StepReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&StepReply::id>("id"),
      wire::required<&StepReply::created_at>("created_at", wire::with_ms()),
      wire::required<&StepReply::updated_at>("updated_at", wire::with_ms()),
      wire::required<&StepReply::email_campaign_id>("email_campaign_id"),
      wire::required<&StepReply::seq_number>("seq_number"),
      wire::required<&StepReply::subject>("subject"),
      wire::required<&StepReply::email_body>("email_body"),
      wire::required<&StepReply::seq_delay_details>("seq_delay_details"),
      wire::required<&StepReply::sequence_variants>("sequence_variants"),
  };
  return kFields;
}

namespace {

Result<> check_shares(const std::vector<Variant>& variants, const std::string& path) {
  double sum = 0;
  for (std::size_t i = 0; i < variants.size() && i < kPercentageVariantsMax; ++i) {
    if (!variants[i].percentage)
      return fail_field(path + "." + std::to_string(i) + ".variant_distribution_percentage",
                        "\"variant_distribution_percentage\" is required with MANUAL_PERCENTAGE");
    sum += *variants[i].percentage;
    if (std::abs(sum - 100) < 1e-6) return {};
  }
  return fail_field(path, "the \"variant_distribution_percentage\" of the variants must add up to 100");
}

Result<SequenceStep> step_of(const StepInput& input, const std::string& path) {
  SequenceStep step{.id = input.id.value_or(0),
                    .seq_number = input.seq_number,
                    .delay_days = input.seq_delay_details.delay_in_days,
                    .subject = input.subject.value_or(""),
                    .body = input.email_body.value_or(""),
                    .distribution = input.variant_distribution_type.value_or(Distribution::ManualEqual),
                    .winning_metric = input.winning_metric_property,
                    .test_percentage = input.lead_distribution_percentage,
                    .variants = {}};
  for (const VariantInput& variant : input.seq_variants.value_or(std::vector<VariantInput>()))
    step.variants.push_back({.id = variant.id.value_or(0),
                             .label = variant.variant_label.value_or(
                                 std::string(1, static_cast<char>('A' + step.variants.size()))),
                             .subject = variant.subject.value_or(""),
                             .body = variant.email_body,
                             .percentage = variant.variant_distribution_percentage});
  if (step.variants.empty() && step.body->empty())
    return fail_field(path + ".email_body", "\"email_body\" is required when there are no \"seq_variants\"");
  if (step.distribution == Distribution::ManualPercentage)
    TRY(check_shares(step.variants, path + ".seq_variants"));
  if (step.distribution == Distribution::AiEqual && !step.winning_metric)
    return fail_field(path + ".winning_metric_property",
                      "\"winning_metric_property\" is required with AI_EQUAL");
  if (step.distribution == Distribution::AiEqual && !step.test_percentage)
    return fail_field(path + ".lead_distribution_percentage",
                      "\"lead_distribution_percentage\" is required with AI_EQUAL");
  return step;
}

}  // namespace

Result<std::vector<SequenceStep>> steps_of(const SaveSequences& input) {
  std::vector<SequenceStep> steps;
  std::set<std::int64_t> numbers;
  for (std::size_t i = 0; i < input.sequences.size(); ++i) {
    const std::string path = "sequences." + std::to_string(i);
    TRY_AS(auto step, step_of(input.sequences[i], path));
    if (!numbers.insert(step.seq_number).second)
      return fail_field(path + ".seq_number", "\"seq_number\" must differ from step to step");
    steps.push_back(std::move(step));
  }
  return steps;
}

StepReply reply_of(const SequenceStep& step, std::int64_t campaign_id) {
  StepReply reply{.id = step.id,
                  .created_at = {step.created_at_ms},
                  .updated_at = {step.updated_at_ms},
                  .email_campaign_id = campaign_id,
                  .seq_number = step.seq_number,
                  .subject = step.subject,
                  .email_body = step.body,
                  .seq_delay_details = {step.delay_days},
                  .sequence_variants = {}};
  if (step.variants.empty()) return reply;
  reply.sequence_variants.emplace();
  for (const Variant& variant : step.variants)
    reply.sequence_variants->push_back({.id = variant.id,
                                        .created_at = {variant.created_at_ms},
                                        .updated_at = {variant.updated_at_ms},
                                        .is_deleted = variant.is_deleted,
                                        .subject = variant.subject,
                                        .email_body = variant.body,
                                        .email_campaign_seq_id = step.id,
                                        .variant_label = variant.label,
                                        .optional_email_body_1 = {},
                                        .variant_distribution_percentage = variant.percentage});
  return reply;
}

}  // namespace outrider::campaigns
