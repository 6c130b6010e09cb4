#include "crm/action_wire.h"

#include "core/strings.h"

namespace outrider::crm {
namespace {

constexpr std::int64_t kIdMax = INT64_MAX;

bool says_something(std::string_view text) {
  return !trim(text).empty();
}

}  // namespace

wire::Fields Named::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&Named::email_lead_map_id>("email_lead_map_id", wire::range(1, kIdMax), wire::lenient()),
      wire::optional<&Named::campaign_id>("campaign_id", wire::range(1, kIdMax), wire::lenient()),
      wire::optional<&Named::lead_id>("lead_id", wire::range(1, kIdMax), wire::lenient()),
  };
  return kFields;
}

wire::Fields ReadStatusInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ReadStatusInput::conversation>(),
      wire::required<&ReadStatusInput::read_status>("read_status", wire::alias("is_read"), wire::lenient()),
  };
  return kFields;
}

wire::Fields ConversationInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ConversationInput::conversation>(),
  };
  return kFields;
}

wire::Fields CategoryInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&CategoryInput::conversation>(),
      wire::required<&CategoryInput::category_id>("category_id", wire::range(0, kIdMax), wire::lenient()),
  };
  return kFields;
}

wire::Fields RevenueInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&RevenueInput::conversation>(),
      wire::required<&RevenueInput::revenue>("revenue", wire::range(0, kRevenueMax), wire::lenient()),
  };
  return kFields;
}

wire::Fields TeamMemberInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&TeamMemberInput::conversation>(),
      wire::required<&TeamMemberInput::team_member_id>(
          "team_member_id", wire::range(1, kIdMax), wire::lenient()),
  };
  return kFields;
}

wire::Fields ArchivedInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ArchivedInput::conversation>(),
      wire::required<&ArchivedInput::is_archived>("is_archived", wire::lenient()),
  };
  return kFields;
}

wire::Fields ImportantInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ImportantInput::conversation>(),
      wire::required<&ImportantInput::is_important>("is_important", wire::lenient()),
  };
  return kFields;
}

wire::Fields SnoozeInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&SnoozeInput::conversation>(),
      wire::required<&SnoozeInput::snoozed_until>("snoozed_until"),
  };
  return kFields;
}

wire::Fields NoteInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&NoteInput::conversation>(),
      wire::required<&NoteInput::note_message>("note_message",
                                               wire::alias("note"),
                                               wire::length(1, kTextCharactersMax),
                                               wire::must(says_something, "must not be empty")),
  };
  return kFields;
}

wire::Fields TaskInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&TaskInput::conversation>(),
      wire::required<&TaskInput::name>("name",
                                       wire::alias("title"),
                                       wire::length(1, kNameCharactersMax),
                                       wire::must(says_something, "must not be empty")),
      wire::optional<&TaskInput::description>("description", wire::length(0, kTextCharactersMax)),
      wire::optional<&TaskInput::priority>("priority", wire::fallback("MEDIUM")),
      wire::optional<&TaskInput::due_date>("due_date"),
  };
  return kFields;
}

wire::Fields ReminderInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ReminderInput::conversation>(),
      wire::required<&ReminderInput::email_stats_id>("email_stats_id", wire::lenient()),
      wire::required<&ReminderInput::message>(
          "message", wire::length(1, kTextCharactersMax), wire::must(says_something, "must not be empty")),
      wire::required<&ReminderInput::reminder_time>("reminder_time", wire::alias("reminder_date")),
  };
  return kFields;
}

wire::Fields ResumeInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ResumeInput::campaign_id>("campaign_id", wire::range(1, kIdMax), wire::lenient()),
      wire::optional<&ResumeInput::email_lead_map_id>(
          "email_lead_map_id", wire::range(1, kIdMax), wire::lenient()),
      wire::optional<&ResumeInput::lead_id>("lead_id", wire::range(1, kIdMax), wire::lenient()),
      wire::optional<&ResumeInput::resume_delay_days>(
          "resume_delay_days", wire::range(0, kResumeDaysMax), wire::lenient(), wire::fallback(0)),
  };
  return kFields;
}

wire::Fields BlockDomainsInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&BlockDomainsInput::domains>(
          "domains", wire::items(1, kDomainsMax), wire::length(3, 300), wire::one_or_many()),
      wire::optional<&BlockDomainsInput::source>("source", wire::fallback("manual")),
  };
  return kFields;
}

wire::Fields LeadTagsInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadTagsInput::lead_id>(
          "leadId", wire::alias("lead_id"), wire::range(1, kIdMax), wire::lenient()),
      wire::required<&LeadTagsInput::tag_ids>("tagIds",
                                              wire::alias("tag_ids"),
                                              wire::items(1, kTagsMax),
                                              wire::range(1, kIdMax),
                                              wire::lenient(),
                                              wire::one_or_many()),
  };
  return kFields;
}

wire::Fields ActionResult::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ActionResult::ok>("ok"),
      wire::required<&ActionResult::success>("success"),
      wire::required<&ActionResult::message>("message"),
      wire::required<&ActionResult::data>("data"),
  };
  return kFields;
}

}  // namespace outrider::crm
