// Finding one conversation by what a request names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "inbox/list.h"

namespace outrider::inbox {

struct Conversation {
  std::int64_t id = 0;  // of campaign_lead
  std::int64_t campaign_id = 0;
  std::string lead_email;
  std::string lead_first_name;
  std::string lead_last_name;
  std::optional<std::int64_t> mailbox_id;
  std::optional<std::string> mailbox_email;
};

/// Errors: NotFound when the lead is not in this campaign or the campaign is out of scope.
Result<Conversation> load_conversation(db::Tx& tx,
                                       const Scope& scope,
                                       std::int64_t campaign_id,
                                       std::int64_t lead_id);

struct LeadThread {
  std::int64_t lead_id = 0;
  std::int64_t campaign_lead_id = 0;
};

inline constexpr int kBulkLeadsMax = 100;

/// The conversations with these leads of a campaign, or without `lead_ids` those with the newest replies,
/// then with the newest mail; at most kBulkLeadsMax. Leads that are not in the campaign are passed over. `tx`
/// is a read and this its first query (thread_tables.h). Errors: NotFound when the campaign is out of scope.
Result<std::vector<LeadThread>> list_conversations(db::Tx& tx,
                                                   ThreadTables& tables,
                                                   const Scope& scope,
                                                   std::int64_t campaign_id,
                                                   const std::optional<std::vector<std::int64_t>>& lead_ids,
                                                   TimeMs now_ms);

}  // namespace outrider::inbox
