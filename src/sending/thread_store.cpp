#include "sending/thread_store.h"

#include <algorithm>

#include "inbox/thread.h"

namespace outrider::sending {
namespace {

constexpr std::int64_t kThreadMessagesMax = 100;

constexpr db::Query kThread{"sending.thread", R"sql(
  SELECT header_id, subject, direction, from_email
    FROM message
   WHERE workspace_id = $1
     AND campaign_lead_id IN ($2, (SELECT parent_lead_id
                                     FROM subsequence_entry
                                    WHERE workspace_id = $1
                                      AND child_lead_id = $2
                                    LIMIT 1))
     AND at_ms IS NOT NULL
     AND kind IN (0, 1, 3)
   ORDER BY at_ms DESC, id DESC
   LIMIT $3
)sql"};
static_assert(static_cast<int>(inbox::MessageKind::Step) == 0 &&
              static_cast<int>(inbox::MessageKind::Reply) == 1 &&
              static_cast<int>(inbox::MessageKind::Answer) == 3);

}  // namespace

Result<std::vector<ThreadMessage>> load_thread(db::Tx& tx,
                                               std::int64_t workspace_id,
                                               std::int64_t campaign_lead_id) {
  TRY_AS(const auto rows, tx.rows(kThread, workspace_id, campaign_lead_id, kThreadMessagesMax));
  std::vector<ThreadMessage> thread;
  thread.reserve(rows.size());
  for (const auto& row : rows) {
    const bool is_inbound = row.as<inbox::Direction>(2) == inbox::Direction::Inbound;
    thread.push_back({.message_id = row.string(0),
                      .subject = row.string(1),
                      .direction = is_inbound ? Direction::Incoming : Direction::Outgoing,
                      .sender_domain = is_inbound ? "" : sender_domain_of(row.text(3))});
  }
  std::ranges::reverse(thread);
  return thread;
}

}  // namespace outrider::sending
