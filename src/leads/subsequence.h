// Leads that go on in a subsequence: who enters, when, and what becomes of the place they leave
// (BEHAVIOUR 2.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campaigns/subsequence.h"
#include "core/clock.h"
#include "db/database.h"
#include "leads/membership.h"

namespace outrider::leads {

/// One thing that a lead did, or that happened to it.
struct Happening {
  campaigns::Trigger trigger = campaigns::Trigger::Replied;
  std::optional<std::int64_t> category_id = {};  // the lead's, as it is now
  bool has_replied = false;
  std::string_view text = {};                   // folded (mail/fold.h): of the answer
  std::string_view url = {};                    // that was clicked
  std::optional<std::int64_t> message_id = {};  // what brings a lead in once only
};

/// Whether a condition wants this. Waiting for no answer is not decided here but by who looks for silence.
bool matches(const campaigns::Condition& condition, const Happening& happening);

/// Brings the lead into those subsequences of its campaign that want it now. Does nothing for a blocked or
/// unsubscribed lead, for a subsequence that does not run, and for a happening that was acted on before. Call
/// it last in the transaction of the fact; wake the planner after the commit.
Result<> trigger_subsequences(db::Tx& tx,
                              const Membership& parent,
                              const Happening& happening,
                              TimeMs now_ms);

struct Entry {
  std::int64_t child_lead_id = 0;
  TimeMs starts_at_ms = 0;
};

struct EntryOrder {
  campaigns::Trigger trigger = campaigns::Trigger::ByHand;
  std::optional<std::int64_t> message_id = {};
  TimeMs delay_ms = 0;
  bool stops_on_parent_reply = false;
};

/// Makes the lead's place in the subsequence, with the mailbox of the parent, and stops the parent. Nothing
/// when the lead is in a subsequence that a stronger trigger chose, has been in this one before, or the same
/// message brought it in. Errors: Conflict for a lead that is blocked, unsubscribed or was never written to.
Result<std::optional<Entry>> enter_subsequence(db::Tx& tx,
                                               const Membership& parent,
                                               const campaigns::Subsequence& subsequence,
                                               const EntryOrder& order,
                                               TimeMs now_ms);

/// The lead's place in this subsequence, when it is live.
Result<std::optional<Entry>> find_live_entry(db::Tx& tx,
                                             const Membership& parent,
                                             std::int64_t subsequence_id);

/// The place a subsequence continues; nothing for a lead map that is in none.
Result<std::optional<std::int64_t>> parent_place(db::Tx& tx,
                                                 std::int64_t workspace_id,
                                                 std::int64_t campaign_lead_id);

/// Places in subsequences that go on although the lead answered in the parent campaign.
Result<std::vector<std::int64_t>> places_unmoved_by_reply(db::Tx& tx,
                                                          std::int64_t workspace_id,
                                                          std::int64_t parent_lead_id);

/// Leads who have not answered for as long as a subsequence waits for; at most kSilentMax a call. Returns how
/// many entered.
Result<std::int64_t> enter_silent_leads(db::Tx& tx, TimeMs now_ms);
inline constexpr std::int64_t kSilentMax = 200;

}  // namespace outrider::leads
