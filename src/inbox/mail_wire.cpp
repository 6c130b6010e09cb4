#include "inbox/mail_wire.h"

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

wire::Fields LegacyForwardInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LegacyForwardInput::campaign_id>(
          "campaignId", wire::alias("campaign_id"), wire::range(1, INT64_MAX), wire::lenient()),
      wire::inlined<&LegacyForwardInput::forward>(),
  };
  return kFields;
}

wire::Fields PersonalMailPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&PersonalMailPath::id>("id", wire::length(1, 100)),
  };
  return kFields;
}

wire::Fields MailResult::Queued::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Queued::message_id>("message_id"),
      wire::required<&Queued::email_stats_id>("email_stats_id"),
      wire::required<&Queued::status>("status"),
      wire::required<&Queued::scheduled_time>("scheduled_time"),
  };
  return kFields;
}

wire::Fields MailResult::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&MailResult::ok>("ok"),
      wire::required<&MailResult::success>("success"),
      wire::required<&MailResult::message>("message"),
      wire::required<&MailResult::data>("data"),
  };
  return kFields;
}

wire::Fields ForwardResult::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ForwardResult::ok>("ok"),
      wire::required<&ForwardResult::success>("success"),
      wire::required<&ForwardResult::message>("message"),
      wire::required<&ForwardResult::message_id>("messageId"),
      wire::required<&ForwardResult::status>("status"),
  };
  return kFields;
}

}  // namespace outrider::inbox
