#include "campaigns/subsequence_wire.h"

#include "core/strings.h"

namespace outrider::campaigns {
namespace {

constexpr std::size_t kTextCharactersMax = 500;
constexpr std::int64_t kSilenceDaysMax = 365;

constexpr const char* kConditionsSchema =
    R"({"type":"array","items":{"oneOf":[{"type":"object","additionalProperties":true},{"type":"string"}]}})";

/// An event may be given by its name alone.
Result<std::vector<ConditionInput>> read_conditions(const wire::Node& node) {
  if (!node.is_list()) return fail_field("condition_events", "\"condition_events\" must be an array");
  if (node.size() > kConditionsMax)
    return fail_field("condition_events", "\"condition_events\" must have at most 20 elements");
  std::vector<ConditionInput> conditions;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const auto element = node.at(i);
    if (!element.is_text()) {
      TRY_AS(auto condition, wire::decode<ConditionInput>(element));
      conditions.push_back(std::move(condition));
      continue;
    }
    const auto trigger = wire::parse_word<Trigger>(element.text());
    if (!trigger) return fail_field("condition_events", "\"condition_events\" names an unknown event");
    ConditionInput condition;
    condition.event_type = *trigger;
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

std::optional<std::string> filled(const std::optional<std::string>& text) {
  return text && !trim(*text).empty() ? std::optional(std::string(trim(*text))) : std::nullopt;
}

/// Where clients write the number of days differs.
std::optional<std::int64_t> days_of(const ConditionInput& input) {
  if (input.days) return input.days;
  for (const auto* text : {&input.event_sub_type, &input.text})
    if (*text)
      if (const auto days = parse_integer(trim(**text))) return *days;
  return std::nullopt;
}

std::unexpected<Error> missing(std::string_view what) {
  return fail_field("condition_events", "\"condition_events\" " + std::string(what));
}

Result<Condition> condition_of(const ConditionInput& input) {
  Condition condition{
      .trigger = input.event_type, .category_id = input.category_id, .text = filled(input.text), .days = {}};
  switch (input.event_type) {
    case Trigger::ReplyContains:
      if (!condition.text) return missing("with REPLY_TEXT_CONTAINS must have a text");
      break;
    case Trigger::Clicked:
      if (!condition.text) condition.text = filled(input.event_sub_type);
      break;
    case Trigger::NoReply:
      condition.text.reset();
      condition.days = days_of(input);
      if (!condition.days || *condition.days < 1 || *condition.days > kSilenceDaysMax)
        return missing("with NO_REPLY_AFTER must have days from 1 to 365");
      break;
    default:
      break;
  }
  return condition;
}

}  // namespace

wire::Fields ConditionInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ConditionInput::event_type>("eventType", wire::alias("event_type")),
      wire::optional<&ConditionInput::event_sub_type>("eventSubType",
                                                      wire::alias("event_sub_type"),
                                                      wire::length(0, kTextCharactersMax),
                                                      wire::lenient()),
      wire::optional<&ConditionInput::category_id>(
          "categoryId", wire::alias("category_id"), wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&ConditionInput::text>("text", wire::length(0, kTextCharactersMax), wire::lenient()),
      wire::optional<&ConditionInput::days>("days", wire::range(1, kSilenceDaysMax), wire::lenient()),
  };
  return kFields;
}

wire::Fields SubsequenceInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&SubsequenceInput::name>("subsequence_name", wire::alias("name"), wire::length(1, 500)),
      wire::optional<&SubsequenceInput::conditions>("condition_events",
                                                    wire::alias("conditionEvents"),
                                                    wire::read_by<&read_conditions>(kConditionsSchema)),
      wire::optional<&SubsequenceInput::client_id>("client_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&SubsequenceInput::delay_days>("delayForNewLeads",
                                                    wire::alias("delay_for_new_leads"),
                                                    wire::range(0, kEnterDelayDaysMax),
                                                    wire::lenient()),
      wire::optional<&SubsequenceInput::stops_on_parent_reply>(
          "stopLeadOnParentCampaignReply",
          wire::alias("stop_lead_on_parent_campaign_reply"),
          wire::lenient()),
  };
  return kFields;
}

wire::Fields CreateSubsequence::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CreateSubsequence::parent_campaign_id>(
          "parent_campaign_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::inlined<&CreateSubsequence::input>(),
  };
  return kFields;
}

wire::Fields CreatedSubsequence::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CreatedSubsequence::ok>("ok"),
      wire::required<&CreatedSubsequence::id>("id"),
      wire::required<&CreatedSubsequence::name>("name"),
      wire::required<&CreatedSubsequence::created_at>("created_at", wire::with_ms()),
      wire::required<&CreatedSubsequence::success>("success"),
      wire::required<&CreatedSubsequence::subsequence_id>("subsequence_id"),
  };
  return kFields;
}

Result<std::vector<Condition>> conditions_of(const SubsequenceInput& input) {
  std::vector<Condition> conditions;
  for (const ConditionInput& each : input.conditions) {
    TRY_AS(auto condition, condition_of(each));
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

}  // namespace outrider::campaigns
