#include "inbox/conversation.h"

#include "inbox/columns.h"
#include "inbox/criteria.h"
#include "inbox/thread_tables.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kLoad{"inbox.conversation", R"sql(
  SELECT thread.id, thread.campaign_id, lead.email, COALESCE(lead.first_name, ''),
         COALESCE(lead.last_name, ''), mailbox.id, mailbox.from_email
    FROM campaign_lead AS thread
    JOIN campaign
      ON campaign.workspace_id = $1
     AND campaign.id = thread.campaign_id
    JOIN lead
      ON lead.workspace_id = $1
     AND lead.id = thread.lead_id
    LEFT JOIN mailbox
      ON mailbox.workspace_id = $1
     AND mailbox.id = thread.mailbox_id
   WHERE thread.workspace_id = $1
     AND thread.campaign_id = $2
     AND thread.lead_id = $3
     AND (CAST($4 AS BIGINT) IS NULL OR campaign.client_id = $4)
)sql"};

}  // namespace

Result<Conversation> load_conversation(db::Tx& tx,
                                       const Scope& scope,
                                       std::int64_t campaign_id,
                                       std::int64_t lead_id) {
  TRY_AS(const auto row, tx.row(kLoad, scope.workspace_id, campaign_id, lead_id, scope.client_id));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  Columns next(*row);
  return Conversation{.id = next.int64(),
                      .campaign_id = next.int64(),
                      .lead_email = next.text(),
                      .lead_first_name = next.text(),
                      .lead_last_name = next.text(),
                      .mailbox_id = next.opt_int64(),
                      .mailbox_email = next.opt_text()};
}

namespace {

constexpr db::Query kCampaign{"inbox.conversation_campaign", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR client_id = $3)
)sql"};

constexpr db::Query kOfLeads{"inbox.conversations_of_leads", R"sql(
  SELECT lead_id, id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND lead_id IN (SELECT value FROM /*+json_ints($3)*/)
   ORDER BY id
   LIMIT $4
)sql"};

constexpr db::Query kLeads{"inbox.leads_of_conversations", R"sql(
  SELECT lead_id, id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id IN (SELECT value FROM /*+json_ints($2)*/)
   ORDER BY id
)sql"};

}  // namespace

Result<std::vector<LeadThread>> list_conversations(db::Tx& tx,
                                                   ThreadTables& tables,
                                                   const Scope& scope,
                                                   std::int64_t campaign_id,
                                                   const std::optional<std::vector<std::int64_t>>& lead_ids,
                                                   TimeMs now_ms) {
  TRY_AS(const auto table, tables.current(tx, scope.workspace_id, now_ms));
  TRY_AS(const auto campaign, tx.row(kCampaign, scope.workspace_id, campaign_id, scope.client_id));
  if (!campaign) return fail(Code::NotFound, "Campaign not found");
  const auto newest = [&](const ThreadTable& threads) {
    const Selection selection{.campaigns = Ids{campaign_id}};
    return threads.page(threads.select(selection), SortBy::ReplyTime, 0, kBulkLeadsMax);
  };
  TRY_AS(const auto rows,
         lead_ids ? tx.rows(kOfLeads, scope.workspace_id, campaign_id, json_of(*lead_ids), kBulkLeadsMax)
                  : tx.rows(kLeads, scope.workspace_id, json_of(table.read(newest))));
  std::vector<LeadThread> threads;
  for (const auto& row : rows) threads.push_back({.lead_id = row.int64(0), .campaign_lead_id = row.int64(1)});
  return threads;
}

}  // namespace outrider::inbox
