#include "inbox/inbox_wire.h"

namespace outrider::inbox {

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
