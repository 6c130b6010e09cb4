#include "inbox/inbox_wire.h"

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

wire::Fields CampaignPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields LegacyReplyInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LegacyReplyInput::campaign_id>(
          "campaignId", wire::alias("campaign_id"), wire::range(1, INT64_MAX), wire::lenient()),
      wire::inlined<&LegacyReplyInput::reply>(),
  };
  return kFields;
}

wire::Fields ReplyResult::Queued::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Queued::message_id>("message_id"),
      wire::required<&Queued::email_stats_id>("email_stats_id"),
      wire::required<&Queued::status>("status"),
      wire::required<&Queued::scheduled_time>("scheduled_time"),
  };
  return kFields;
}

wire::Fields ReplyResult::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ReplyResult::ok>("ok"),
      wire::required<&ReplyResult::success>("success"),
      wire::required<&ReplyResult::message>("message"),
      wire::required<&ReplyResult::data>("data"),
  };
  return kFields;
}

}  // namespace outrider::inbox
