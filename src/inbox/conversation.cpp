#include "inbox/conversation.h"

#include "inbox/columns.h"

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

}  // namespace outrider::inbox
