#include "inbox/reply_status.h"

#include "inbox/columns.h"
#include "inbox/outgoing.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kFind{"inbox.reply_status", R"sql(
  SELECT message.stats_id, outgoing.state, outgoing.not_before_ms, outgoing.created_at_ms,
         outgoing.sending_at_ms, outgoing.settled_at_ms, outgoing.attempt
    FROM message_header_id
    JOIN message
      ON message.workspace_id = $1
     AND message.id = message_header_id.message_id
    JOIN outgoing
      ON outgoing.workspace_id = $1
     AND outgoing.campaign_lead_id = message.campaign_lead_id
     AND outgoing.step_id = 0
     AND outgoing.reply_key = message.id
    JOIN campaign
      ON campaign.workspace_id = $1
     AND campaign.id = outgoing.campaign_id
   WHERE message_header_id.workspace_id = $1
     AND message_header_id.header_id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR campaign.client_id = $3)
)sql"};

struct Outcome {
  Delivery delivery;
  std::string_view words;
};

Outcome outcome_of(OutgoingState state, bool is_later) {
  switch (state) {
    case OutgoingState::Claimed:
      if (is_later) return {Delivery::Scheduled, "Waits for its time"};
      return {Delivery::Pending, "Is about to be sent"};
    case OutgoingState::Sending:
      return {Delivery::Pending, "Is being sent"};
    case OutgoingState::Sent:
      return {Delivery::Completed, "Accepted by the outgoing server"};
    case OutgoingState::Failed:
      return {Delivery::Failed, "Refused by the outgoing server"};
    case OutgoingState::Unconfirmed:
      return {Delivery::Failed,
              "The outgoing server's answer was lost: it may or may not have been delivered"};
    case OutgoingState::Unknown:
      return {Delivery::Pending, "The outgoing server's answer was lost: looking for the mail"};
    case OutgoingState::Cancelled:
      return {Delivery::Failed, "Withdrawn before it was sent"};
    default:
      return {Delivery::Scheduled, "Held back: a new message came in first"};
  }
}

}  // namespace

Result<ReplyStatusAnswer> reply_status(db::Tx& tx,
                                       const Scope& scope,
                                       const std::string& message_id,
                                       TimeMs now_ms) {
  TRY_AS(const auto row, tx.row(kFind, scope.workspace_id, without_brackets(message_id), scope.client_id));
  if (!row) return fail(Code::NotFound, "No reply has this message_id");
  Columns next(*row);
  ReplyStatusAnswer answer;
  answer.data.message_id = message_id;
  answer.data.stats_id = next.text();
  const auto state = next.as<OutgoingState>();
  const auto not_before_ms = next.int64();
  const auto created_at_ms = next.int64();
  const auto sending_at = next.opt_instant();
  const auto settled_at = next.opt_instant();
  const bool is_first_attempt = next.int64() == 0;
  const auto [delivery, words] = outcome_of(state, not_before_ms > now_ms && is_first_attempt);
  answer.data.status = delivery;
  answer.data.status_message = words;
  answer.data.event_time = settled_at ? settled_at : sending_at ? sending_at : wire::Instant{created_at_ms};
  if (not_before_ms > created_at_ms && is_first_attempt)
    answer.data.scheduled_time = wire::Instant{not_before_ms};
  return answer;
}

wire::Fields ReplyStatusQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ReplyStatusQuery::message_id>("message_id", wire::length(3, 998)),
  };
  return kFields;
}

wire::Fields ReplyStatusAnswer::State::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&State::message_id>("message_id"),
      wire::required<&State::status>("status"),
      wire::required<&State::status_message>("status_message"),
      wire::required<&State::event_time>("event_time"),
      wire::required<&State::scheduled_time>("scheduled_time"),
      wire::required<&State::stats_id>("email_stats_id"),
  };
  return kFields;
}

wire::Fields ReplyStatusAnswer::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ReplyStatusAnswer::ok>("ok"),
      wire::required<&ReplyStatusAnswer::data>("data"),
  };
  return kFields;
}

}  // namespace outrider::inbox
