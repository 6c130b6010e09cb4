#include "inbox/list_wire.h"

namespace outrider::inbox {

wire::Fields ListReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ListReply::ok>("ok"),
      wire::required<&ListReply::messages>("messages", wire::also("data")),
      wire::required<&ListReply::total_count>("total_count"),
      wire::required<&ListReply::offset>("offset"),
      wire::required<&ListReply::limit>("limit"),
  };
  return kFields;
}

wire::Fields ItemPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ItemPath::id>("id", wire::range(0, INT64_MAX)),
  };
  return kFields;
}

wire::Fields ItemReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&ItemReply::item>(),
      wire::required<&ItemReply::ok>("ok"),
      wire::required<&ItemReply::data>("data"),
  };
  return kFields;
}

wire::Fields BulkPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&BulkPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
      wire::required<&BulkPath::token>("token"),
  };
  return kFields;
}

wire::Fields BulkQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&BulkQuery::event_time_gt>("event_time_gt"),
  };
  return kFields;
}

wire::Fields BulkInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&BulkInput::lead_ids>("lead_ids",
                                           wire::range(1, INT64_MAX),
                                           wire::items(0, kBulkLeadsMax),
                                           wire::lenient(),
                                           wire::one_or_many()),
  };
  return kFields;
}

wire::Fields ConversationPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ConversationPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
      wire::required<&ConversationPath::lead_id>("lead_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields MessageHistoryQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&MessageHistoryQuery::event_time_gt>("event_time_gt"),
      wire::optional<&MessageHistoryQuery::show_plain_text_response>("show_plain_text_response",
                                                                     wire::fallback(false)),
  };
  return kFields;
}

wire::Fields HistoryReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&HistoryReply::history>("history", wire::also("messages")),
      wire::required<&HistoryReply::from>("from"),
      wire::required<&HistoryReply::to>("to"),
  };
  return kFields;
}

}  // namespace outrider::inbox
