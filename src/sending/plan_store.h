// What the planner is fed, read from the database: active campaigns, their mailboxes, the heads of the queues
// and the counts of the day; and the reasons it gives, written back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "campaigns/campaign.h"
#include "db/database.h"
#include "sending/mailbox_store.h"
#include "sending/planner.h"

namespace outrider::sending {

/// A lead at the head of a queue, with what was last said of it.
struct Head {
  std::int64_t workspace_id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t lead_map_id = 0;
  std::optional<std::int64_t> mailbox_id;
  std::string lead_domain;
  TimeMs due_ms = 0;
  std::int64_t next_seq = 0;
  std::int64_t sent_count = 0;
  Reason reason = Reason::OutsideWindow;
  std::optional<TimeMs> next_attempt_ms;
};

/// New leads that are due at `until_ms`, oldest first.
Result<std::vector<Head>> list_new_leads(db::Tx& tx,
                                         const campaigns::Campaign& campaign,
                                         TimeMs until_ms,
                                         std::int64_t rows_max);

/// When the first new lead that is due after `after_ms` is due.
Result<std::optional<TimeMs>> load_next_new_lead(db::Tx& tx,
                                                 const campaigns::Campaign& campaign,
                                                 TimeMs after_ms);

/// Leads in progress whose next step goes through the mailbox, oldest due first; the last of them may be due
/// later than `until_ms`.
Result<std::vector<Head>> list_follow_ups(db::Tx& tx,
                                          const campaigns::Campaign& campaign,
                                          std::int64_t mailbox_id,
                                          std::int64_t rows_max);

/// The highest seq_number of the campaign's steps; 0 without any.
Result<std::int64_t> load_last_seq(db::Tx& tx, const campaigns::Campaign& campaign);

struct DayCounts {
  std::int64_t new_leads = 0;  // claimed ones included
  std::int64_t sent = 0;       // accepted
};
Result<DayCounts> load_campaign_day(db::Tx& tx, const campaigns::Campaign& campaign, LocalDay day);
/// Campaign mail accepted on the mailbox's local date.
Result<std::int64_t> load_mailbox_day(db::Tx& tx, const MailboxRecord& mailbox, LocalDay day);

/// Step mails that are claimed or on the wire, which the counts of the day do not hold yet.
struct Pending {
  std::unordered_map<std::int64_t, std::int64_t> of_mailbox;
  std::unordered_map<std::int64_t, std::int64_t> of_campaign;
};
Result<Pending> load_pending(db::Tx& tx);

/// How many first steps went, or are on their way, to each recipient domain.
using DomainLeadCounts = std::map<std::string, std::int64_t, std::less<>>;
/// Of a mailbox, settled since an instant.
Result<DomainLeadCounts> load_first_steps(db::Tx& tx, const MailboxRecord& mailbox, TimeMs since_ms);
/// Not settled yet, by mailbox.
Result<std::unordered_map<std::int64_t, DomainLeadCounts>> load_open_first_steps(db::Tx& tx);

/// All mail of the last 24 hours.
Result<RollingDay> load_rolling_day(db::Tx& tx, const MailboxRecord& mailbox, TimeMs now_ms);

/// Writes the reason of a waiting lead.
Result<> store_reason(db::Tx& tx, const Head& head, const NotYet& not_yet);

/// The campaign took a new lead at `at_ms`.
void note_served(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_id, TimeMs at_ms);

}  // namespace outrider::sending
