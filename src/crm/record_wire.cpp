#include "crm/api.h"

namespace outrider::crm {

wire::Fields Note::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Note::id>("id"),
      wire::required<&Note::lead_id>("lead_id"),
      wire::required<&Note::email_lead_map_id>("email_lead_map_id"),
      wire::required<&Note::note_message>("note_message"),
      wire::required<&Note::created_by>("created_by"),
      wire::required<&Note::created_at>("created_at"),
  };
  return kFields;
}

wire::Fields Task::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Task::id>("id"),
      wire::required<&Task::lead_id>("lead_id"),
      wire::required<&Task::email_lead_map_id>("email_lead_map_id"),
      wire::required<&Task::name>("name"),
      wire::required<&Task::description>("description"),
      wire::required<&Task::priority>("priority"),
      wire::required<&Task::due_date>("due_date"),
      wire::required<&Task::status>("status"),
      wire::required<&Task::created_at>("created_at"),
  };
  return kFields;
}

wire::Fields Tag::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Tag::id>("id"),
      wire::required<&Tag::tag_mapping_id>("tag_mapping_id"),
      wire::required<&Tag::name>("name"),
      wire::required<&Tag::color>("color"),
  };
  return kFields;
}

wire::Fields LeadPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadPath::id>("id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields TagMappingPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&TagMappingPath::id>("tagMappingId", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields LeadTagsQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&LeadTagsQuery::lead_id>("leadId", wire::alias("lead_id"), wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields NoteList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&NoteList::ok>("ok"),
      wire::required<&NoteList::data>("data"),
  };
  return kFields;
}

wire::Fields TaskList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&TaskList::ok>("ok"),
      wire::required<&TaskList::data>("data"),
  };
  return kFields;
}

wire::Fields TagList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&TagList::ok>("ok"),
      wire::required<&TagList::data>("data"),
  };
  return kFields;
}

}  // namespace outrider::crm
