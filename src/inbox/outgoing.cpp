#include "inbox/outgoing.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kEnqueue{"inbox.enqueue_reply", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, reply_key, message_id,
                        mailbox_id, header_id, state, not_before_ms, created_at_ms)
  SELECT workspace_id, $3, id, campaign_id, 0, $4, $4, $5, $6, 0, $7, $8
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id = $2
  RETURNING id
)sql"};
static_assert(static_cast<int>(OutgoingState::Claimed) == 0);

constexpr db::Query kAddHeaderId{"inbox.add_header_id", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kCancel{"inbox.cancel_reply", R"sql(
  UPDATE outgoing
     SET state = 6
   WHERE workspace_id = $1
     AND campaign_lead_id = (SELECT campaign_lead_id
                               FROM message
                              WHERE workspace_id = $1
                                AND id = $2)
     AND step_id = 0
     AND reply_key = $2
     AND state IN (0, 7)
)sql"};

constexpr db::Query kHold{"inbox.hold_replies", R"sql(
  UPDATE outgoing
     SET state = 7
   WHERE workspace_id = $1
     AND campaign_lead_id = $2
     AND step_id = 0
     AND state = 0
     AND attempt = 0
     AND not_before_ms > $3
  RETURNING message_id
)sql"};

constexpr db::Query kSendNow{"inbox.send_reply_now", R"sql(
  UPDATE outgoing
     SET state = 0,
         not_before_ms = $3
   WHERE workspace_id = $1
     AND campaign_lead_id = (SELECT campaign_lead_id
                               FROM message
                              WHERE workspace_id = $1
                                AND id = $2)
     AND step_id = 0
     AND reply_key = $2
     AND (state = 7 OR (state = 0 AND not_before_ms > $3))
)sql"};
static_assert(static_cast<int>(OutgoingState::Cancelled) == 6 && static_cast<int>(OutgoingState::Held) == 7);

}  // namespace

Result<std::int64_t> enqueue_reply(db::Tx& tx, const PersonalMail& mail, TimeMs now_ms) {
  TRY_AS(const auto row,
         tx.row(kEnqueue,
                mail.workspace_id,
                mail.campaign_lead_id,
                mail.kind,
                mail.message_id,
                mail.mailbox_id,
                mail.header_id,
                mail.not_before_ms,
                now_ms));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  TRY(tx.run(kAddHeaderId, mail.workspace_id, mail.header_id, mail.message_id));
  return row->int64(0);
}

Result<bool> cancel_reply(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id) {
  TRY_AS(const auto cancelled, tx.run(kCancel, workspace_id, message_id));
  return cancelled > 0;
}

Result<std::vector<std::int64_t>> hold_replies(db::Tx& tx,
                                               std::int64_t workspace_id,
                                               std::int64_t campaign_lead_id,
                                               TimeMs now_ms) {
  TRY_AS(const auto rows, tx.rows(kHold, workspace_id, campaign_lead_id, now_ms));
  std::vector<std::int64_t> held;
  held.reserve(rows.size());
  for (const auto& row : rows) held.push_back(row.int64(0));
  return held;
}

Result<bool> send_reply_now(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs now_ms) {
  TRY_AS(const auto sent, tx.run(kSendNow, workspace_id, message_id, now_ms));
  return sent > 0;
}

}  // namespace outrider::inbox
