#include "inbox/thread.h"

#include "inbox/search.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kSent{"inbox.thread_sent", R"sql(
  UPDATE campaign_lead
     SET sent_count = sent_count + 1,
         first_sent_at_ms = COALESCE(first_sent_at_ms, $4),
         last_sent_at_ms = $4,
         engaged_at_ms = CASE WHEN reply_count = 0 AND engaged_at_ms < $4 THEN $4 ELSE engaged_at_ms END,
         email_status = CASE WHEN email_status < 1 THEN 1 ELSE email_status END,
         last_message_id = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
  RETURNING reply_count
)sql"};

constexpr db::Query kIndexSoon{"inbox.index_soon", R"sql(
  INSERT INTO search_due (workspace_id, campaign_lead_id)
  VALUES ($1, $2)
)sql"};

constexpr db::Query kOpened{"inbox.thread_opened", R"sql(
  UPDATE campaign_lead
     SET open_count = open_count + $4,
         last_open_at_ms = $3,
         engaged_at_ms = CASE WHEN reply_count = 0 AND engaged_at_ms < $3 THEN $3 ELSE engaged_at_ms END,
         email_status = CASE WHEN email_status < 2 THEN 2 ELSE email_status END,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kClicked{"inbox.thread_clicked", R"sql(
  UPDATE campaign_lead
     SET click_count = click_count + $4,
         last_click_at_ms = $3,
         engaged_at_ms = CASE WHEN reply_count = 0 AND engaged_at_ms < $3 THEN $3 ELSE engaged_at_ms END,
         email_status = CASE WHEN email_status < 3 THEN 3 ELSE email_status END,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kReplied{"inbox.thread_replied", R"sql(
  UPDATE campaign_lead
     SET reply_count = reply_count + 1,
         last_reply_at_ms = CASE WHEN last_reply_at_ms > $4 THEN last_reply_at_ms ELSE $4 END,
         engaged_at_ms = CASE WHEN reply_count > 0 AND engaged_at_ms > $4 THEN engaged_at_ms ELSE $4 END,
         email_status = 6,
         is_read = 0,
         is_archived = 0,
         snoozed_until_ms = NULL,
         last_message_id = $3,
         last_reply_id = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kNoted{"inbox.thread_noted", R"sql(
  UPDATE campaign_lead
     SET last_message_id = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kBounced{"inbox.thread_bounced", R"sql(
  UPDATE campaign_lead
     SET is_bounced = 1,
         email_status = CASE WHEN email_status < 4 THEN 4 ELSE email_status END,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kUnsubscribed{"inbox.thread_unsubscribed", R"sql(
  UPDATE campaign_lead
     SET is_unsubscribed = 1,
         email_status = CASE WHEN email_status < 5 THEN 5 ELSE email_status END,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kRead{"inbox.thread_read", R"sql(
  UPDATE campaign_lead
     SET is_read = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND is_read <> $3
)sql"};

constexpr db::Query kArchived{"inbox.thread_archived", R"sql(
  UPDATE campaign_lead
     SET is_archived = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND is_archived <> $3
)sql"};

constexpr db::Query kSnoozed{"inbox.thread_snoozed", R"sql(
  UPDATE campaign_lead
     SET snoozed_until_ms = CAST($3 AS BIGINT),
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND COALESCE(snoozed_until_ms, 0) <> COALESCE(CAST($3 AS BIGINT), 0)
)sql"};

constexpr db::Query kStarred{"inbox.thread_starred", R"sql(
  UPDATE campaign_lead
     SET is_important = $3,
         important_by_hand = 1,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND (is_important <> $3 OR important_by_hand = 0)
)sql"};

constexpr db::Query kAssigned{"inbox.thread_assigned", R"sql(
  UPDATE campaign_lead
     SET assigned_user_id = CAST($3 AS BIGINT),
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND COALESCE(assigned_user_id, 0) <> COALESCE(CAST($3 AS BIGINT), 0)
)sql"};

constexpr db::Query kValued{"inbox.thread_valued", R"sql(
  UPDATE campaign_lead
     SET revenue_cents = $3,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
     AND revenue_cents <> $3
)sql"};

static_assert(static_cast<int>(EmailStatus::Accepted) == 1 && static_cast<int>(EmailStatus::Opened) == 2 &&
              static_cast<int>(EmailStatus::Clicked) == 3 && static_cast<int>(EmailStatus::Bounced) == 4 &&
              static_cast<int>(EmailStatus::Unsubscribed) == 5 &&
              static_cast<int>(EmailStatus::Replied) == 6);

}  // namespace

Result<> thread_sent(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms) {
  TRY_AS(const auto row, tx.row(kSent, key.workspace_id, key.campaign_lead_id, message_id, at_ms));
  if (!row) return {};
  // An answered conversation is found by what was written at once; mail of the sequence, of which there is
  // much, soon after.
  if (row->int64(0) > 0) return index_thread(tx, key.workspace_id, key.campaign_lead_id);
  TRY(tx.run(kIndexSoon, key.workspace_id, key.campaign_lead_id));
  return {};
}

Result<> thread_opened(db::Tx& tx, const ThreadKey& key, TimeMs at_ms, std::int64_t times) {
  TRY(tx.post(kOpened, key.workspace_id, key.campaign_lead_id, at_ms, times));
  return {};
}

Result<> thread_clicked(db::Tx& tx, const ThreadKey& key, TimeMs at_ms, std::int64_t times) {
  TRY(tx.post(kClicked, key.workspace_id, key.campaign_lead_id, at_ms, times));
  return {};
}

Result<> thread_replied(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms) {
  TRY(tx.post(kReplied, key.workspace_id, key.campaign_lead_id, message_id, at_ms));
  return {};
}

Result<> thread_noted(db::Tx& tx, const ThreadKey& key, std::int64_t message_id, TimeMs at_ms) {
  TRY(tx.post(kNoted, key.workspace_id, key.campaign_lead_id, message_id, at_ms));
  return {};
}

Result<> thread_bounced(db::Tx& tx, const ThreadKey& key, TimeMs at_ms) {
  TRY(tx.run(kBounced, key.workspace_id, key.campaign_lead_id, at_ms));
  return {};
}

Result<> thread_unsubscribed(db::Tx& tx, const ThreadKey& key, TimeMs at_ms) {
  TRY(tx.run(kUnsubscribed, key.workspace_id, key.campaign_lead_id, at_ms));
  return {};
}

Result<bool> thread_read(db::Tx& tx, const ThreadKey& key, bool is_read, TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kRead, key.workspace_id, key.campaign_lead_id, is_read, now_ms));
  return changed > 0;
}

Result<bool> thread_archived(db::Tx& tx, const ThreadKey& key, bool is_archived, TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kArchived, key.workspace_id, key.campaign_lead_id, is_archived, now_ms));
  return changed > 0;
}

Result<bool> thread_snoozed(db::Tx& tx, const ThreadKey& key, std::optional<TimeMs> until_ms, TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kSnoozed, key.workspace_id, key.campaign_lead_id, until_ms, now_ms));
  return changed > 0;
}

Result<bool> thread_starred(db::Tx& tx, const ThreadKey& key, bool is_important, TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kStarred, key.workspace_id, key.campaign_lead_id, is_important, now_ms));
  return changed > 0;
}

Result<bool> thread_assigned(db::Tx& tx,
                             const ThreadKey& key,
                             std::optional<std::int64_t> user_id,
                             TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kAssigned, key.workspace_id, key.campaign_lead_id, user_id, now_ms));
  return changed > 0;
}

Result<bool> thread_valued(db::Tx& tx, const ThreadKey& key, std::int64_t revenue_cents, TimeMs now_ms) {
  TRY_AS(const auto changed, tx.run(kValued, key.workspace_id, key.campaign_lead_id, revenue_cents, now_ms));
  return changed > 0;
}

}  // namespace outrider::inbox
