#include "inbox/item.h"

namespace outrider::inbox {

wire::Fields NamedRef::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&NamedRef::id>("id"),
      wire::required<&NamedRef::name>("name"),
  };
  return kFields;
}

wire::Fields ItemLead::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ItemLead::id>("id"),
      wire::required<&ItemLead::email>("email"),
      wire::required<&ItemLead::first_name>("first_name"),
      wire::required<&ItemLead::last_name>("last_name"),
      wire::required<&ItemLead::title>("title"),
      wire::required<&ItemLead::company>("company"),
      wire::required<&ItemLead::phone>("phone"),
  };
  return kFields;
}

wire::Fields ItemAccount::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ItemAccount::id>("id"),
      wire::required<&ItemAccount::email>("email"),
      wire::required<&ItemAccount::name>("name"),
  };
  return kFields;
}

wire::Fields ItemAssignee::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ItemAssignee::id>("id"),
      wire::required<&ItemAssignee::name>("name"),
      wire::required<&ItemAssignee::email>("email"),
  };
  return kFields;
}

wire::Fields LastMessage::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LastMessage::id>("id"),
      wire::required<&LastMessage::subject>("subject"),
      wire::required<&LastMessage::body>("body"),
      wire::optional<&LastMessage::received_at>("received_at", wire::omit_when_empty()),
      wire::optional<&LastMessage::sent_at>("sent_at", wire::omit_when_empty()),
      wire::optional<&LastMessage::opened_at>("opened_at", wire::omit_when_empty()),
      wire::optional<&LastMessage::clicked_at>("clicked_at", wire::omit_when_empty()),
      wire::optional<&LastMessage::replied_at>("replied_at", wire::omit_when_empty()),
      wire::required<&LastMessage::sent_from>("sent_from"),
      wire::required<&LastMessage::sent_to>("sent_to"),
  };
  return kFields;
}

// One document has the long names, another the short ones.
wire::Fields ItemStats::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ItemStats::sent>("total_sent"),
      wire::required<&ItemStats::opened>("total_opened", wire::also("opens")),
      wire::required<&ItemStats::clicked>("total_clicked", wire::also("clicks")),
      wire::required<&ItemStats::replied>("total_replied", wire::also("replies")),
      wire::required<&ItemStats::last_activity>("last_activity"),
  };
  return kFields;
}

// Category, assignee and subsequence are left out when there is none: clients call .get on them (RULINGS 11).
wire::Fields Item::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Item::id>("id"),
      wire::required<&Item::thread_id>("campaign_lead_map_id", wire::also("email_lead_map_id")),
      wire::required<&Item::lead>("lead"),
      wire::required<&Item::campaign>("campaign"),
      wire::optional<&Item::email_account>("email_account", wire::omit_when_empty()),
      wire::required<&Item::last_message>("last_message"),
      wire::required<&Item::email_status>("email_status"),
      wire::optional<&Item::category>("category", wire::omit_when_empty()),
      wire::optional<&Item::assigned_to>("assigned_to", wire::omit_when_empty()),
      wire::optional<&Item::subsequence>("subsequence", wire::omit_when_empty()),
      wire::required<&Item::stats>("stats"),
      wire::required<&Item::is_read>("is_read"),
      wire::required<&Item::is_important>("is_important"),
      wire::required<&Item::is_archived>("is_archived"),
      wire::required<&Item::importance_score>("importance_score"),
      wire::optional<&Item::importance_reasons>("importance_reasons", wire::omit_when_empty()),
      wire::required<&Item::tags>("tags"),
      wire::optional<&Item::reply_age_hours>("reply_age_hours"),
      wire::optional<&Item::snoozed_until>("snoozed_until", wire::omit_when_empty()),
      wire::optional<&Item::scheduled_time>("scheduled_time", wire::omit_when_empty()),
      wire::optional<&Item::reminder_time>("reminder_time", wire::omit_when_empty()),
      wire::optional<&Item::reminder_message>("reminder_message", wire::omit_when_empty()),
      wire::optional<&Item::is_overdue>("is_overdue", wire::omit_when_empty()),
      wire::optional<&Item::reminder_id>("reminder_id", wire::omit_when_empty()),
      wire::required<&Item::email_lead_id>("email_lead_id"),
      wire::required<&Item::lead_first_name>("lead_first_name"),
      wire::required<&Item::lead_last_name>("lead_last_name"),
      wire::required<&Item::lead_email>("lead_email"),
      wire::required<&Item::lead_status>("lead_status"),
      wire::required<&Item::category_id>("lead_category_id"),
      wire::required<&Item::last_sent_time>("last_sent_time"),
      wire::required<&Item::last_reply_time>("last_reply_time"),
      wire::required<&Item::has_new_unread_email>("has_new_unread_email"),
      wire::required<&Item::email_account_id>("email_account_id"),
      wire::required<&Item::revenue>("revenue"),
      wire::required<&Item::is_pushed_to_sub_sequence>("is_pushed_to_sub_sequence"),
      wire::required<&Item::sub_sequence_id>("sub_sequence_id"),
      wire::required<&Item::is_in_subsequence>("belongs_to_sub_sequence"),
      wire::required<&Item::old_replaced_lead_data>("old_replaced_lead_data"),
      wire::required<&Item::next_send_time>("lead_next_timestamp_to_send"),
      wire::required<&Item::step_id>("email_campaign_seq_id"),
      wire::required<&Item::step_number>("current_sequence_number"),
      wire::required<&Item::step_count>("sequence_count"),
      wire::required<&Item::is_snoozed>("is_snoozed"),
      wire::required<&Item::team_member_id>("team_member_id"),
      wire::required<&Item::is_ooo_automated_push_lead>("is_ooo_automated_push_lead"),
      wire::required<&Item::email_campaign_id>("email_campaign_id"),
      wire::required<&Item::email_campaign_name>("email_campaign_name"),
      wire::required<&Item::client_id>("client_id"),
      wire::required<&Item::schedule>("campaign_sending_schedule"),
      wire::optional<&Item::history>("message_history", wire::also("email_history"), wire::omit_when_empty()),
  };
  return kFields;
}

}  // namespace outrider::inbox
