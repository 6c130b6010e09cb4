#include "leads/subsequence.h"

#include <algorithm>

#include "campaigns/sequence_store.h"
#include "campaigns/subsequence_store.h"
#include "core/strings.h"
#include "leads/due.h"
#include "mail/fold.h"

namespace outrider::leads {
namespace {

using campaigns::Condition;
using campaigns::LeadEvent;
using campaigns::LeadState;
using campaigns::Subsequence;
using campaigns::Trigger;

constexpr db::Query kEnter{"leads.enter_subsequence", R"sql(
  INSERT INTO subsequence_entry (workspace_id, parent_lead_id, subsequence_id, message_id, child_lead_id,
                                 trigger_kind, stop_on_parent_reply, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kPlace{"leads.store_subsequence_place", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, client_id, mailbox_id, lead_domain, state,
                             next_seq, due_at_ms, created_at_ms, updated_at_ms)
  SELECT workspace_id, $3, lead_id, $4, mailbox_id, lead_domain, 1, $5, $6, $7, $7
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id = $2
      ON CONFLICT DO NOTHING
  RETURNING id
)sql"};
static_assert(static_cast<int>(LeadState::InProgress) == 1);

constexpr db::Query kStartTimeline{"leads.start_subsequence_timeline", R"sql(
  INSERT INTO lead_timeline (workspace_id, campaign_lead_id, at_ms, to_state, cause, message_id)
  VALUES ($1, $2, $3, 1, 'SUBSEQUENCE', $4)
)sql"};

constexpr db::Query kAttachMailbox{"leads.attach_subsequence_mailbox", R"sql(
  INSERT INTO campaign_mailbox (workspace_id, campaign_id, mailbox_id, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $4)
      ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kCount{"leads.count_subsequence_lead", R"sql(
  UPDATE campaign
     SET lead_count = lead_count + 1,
         next_plan_at_ms = 0
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kPushed{"leads.note_pushed", R"sql(
  UPDATE campaign_lead
     SET sub_sequence_id = $3,
         state_cause = 'SUBSEQUENCE',
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kLiveChildren{"leads.live_subsequence_places", R"sql(
  SELECT subsequence_entry.child_lead_id, subsequence_entry.trigger_kind
    FROM subsequence_entry
    JOIN campaign_lead
      ON campaign_lead.workspace_id = subsequence_entry.workspace_id
     AND campaign_lead.id = subsequence_entry.child_lead_id
   WHERE subsequence_entry.workspace_id = $1
     AND subsequence_entry.parent_lead_id = $2
     AND campaign_lead.state IN (0, 1, 3)
)sql"};
static_assert(static_cast<int>(LeadState::Started) == 0 && static_cast<int>(LeadState::Paused) == 3);

constexpr db::Query kLiveEntry{"leads.live_subsequence_entry", R"sql(
  SELECT id, COALESCE(due_at_ms, created_at_ms)
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND lead_id = $3
     AND state IN (0, 1, 3)
)sql"};

constexpr db::Query kParent{"leads.subsequence_parent", R"sql(
  SELECT parent_lead_id
    FROM subsequence_entry
   WHERE workspace_id = $1
     AND child_lead_id = $2
   LIMIT 1
)sql"};

constexpr db::Query kUnmoved{"leads.unmoved_by_reply", R"sql(
  SELECT child_lead_id
    FROM subsequence_entry
   WHERE workspace_id = $1
     AND parent_lead_id = $2
     AND stop_on_parent_reply = 0
)sql"};

constexpr db::Query kAnswerText{"leads.answer_text", R"sql(
  SELECT new_text
    FROM message_body
   WHERE workspace_id = $1
     AND message_id = $2
)sql"};

constexpr db::Query kSilent{"leads.silent", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND state IN (1, 2)
     AND reply_count = 0
     AND is_bounced = 0
     AND is_unsubscribed = 0
     AND sub_sequence_id IS NULL
     AND last_sent_at_ms <= $3
   ORDER BY id
   LIMIT $4
)sql"};
static_assert(static_cast<int>(LeadState::Completed) == 2);

bool contains(std::string_view folded, const std::optional<std::string>& wanted) {
  return !wanted || folded.contains(mail::fold_text(*wanted));
}

/// Reading the answer is worth it only when a condition asks for words.
Result<std::string> answer_text(db::Tx& tx,
                                const Membership& parent,
                                const std::vector<Subsequence>& subsequences,
                                const Happening& happening) {
  const auto reads = [](const Condition& condition) {
    return condition.trigger == Trigger::ReplyContains ||
           (condition.trigger == Trigger::Replied && condition.text);
  };
  const bool is_read = std::ranges::any_of(
      subsequences, [&](const Subsequence& one) { return std::ranges::any_of(one.conditions, reads); });
  if (!is_read || !happening.message_id || !happening.has_replied) return std::string();
  TRY_AS(const auto row, tx.row(kAnswerText, parent.workspace_id, *happening.message_id));
  if (!row || row->is_null(0)) return std::string();
  return mail::fold_text(row->text(0));
}

/// The strongest condition that wants it.
std::optional<Trigger> wanted_by(const Subsequence& subsequence, const Happening& happening) {
  std::optional<Trigger> strongest;
  for (const Condition& condition : subsequence.conditions)
    if (matches(condition, happening))
      strongest = std::max(strongest.value_or(condition.trigger), condition.trigger);
  return strongest;
}

/// A place in a subsequence that is still live, and what brought the lead there.
struct LivePlace {
  std::int64_t id = 0;
  Trigger trigger = Trigger::NoReply;
};

Result<std::vector<LivePlace>> live_places(db::Tx& tx, const Membership& parent) {
  TRY_AS(const auto rows, tx.rows(kLiveChildren, parent.workspace_id, parent.id));
  std::vector<LivePlace> places;
  for (const auto& row : rows) places.push_back({.id = row.int64(0), .trigger = row.as<Trigger>(1)});
  return places;
}

Result<> leave(db::Tx& tx,
               const Membership& parent,
               const LivePlace& place,
               std::optional<std::int64_t> message_id,
               TimeMs now_ms) {
  TRY_AS(const auto child, load_membership(tx, parent.workspace_id, place.id));
  TRY(apply(tx,
            child,
            LeadEvent::MovedToSubsequence,
            {.text = "SUBSEQUENCE_REPLACED", .message_id = message_id},
            now_ms));
  return {};
}

Result<std::optional<Entry>> make_place(db::Tx& tx,
                                        const Membership& parent,
                                        const Subsequence& subsequence,
                                        const EntryOrder& order,
                                        TimeMs now_ms) {
  const auto& campaign = subsequence.campaign;
  TRY_AS(const auto steps, campaigns::list_steps(tx, campaign.workspace_id, campaign.id));
  const std::int64_t first_seq = steps.empty() ? 1 : steps.front().seq_number;
  const TimeMs due_at_ms = due_in(campaign,
                                  {.delay_days = steps.empty() ? 0 : steps.front().delay_days,
                                   .previous_accepted_ms = now_ms + order.delay_ms,
                                   .lead_map_id = parent.lead_id});
  TRY_AS(const auto row,
         tx.row(kPlace,
                parent.workspace_id,
                parent.id,
                campaign.id,
                campaign.client_id,
                first_seq,
                due_at_ms,
                now_ms));
  if (!row) return std::nullopt;
  TRY(tx.run(kStartTimeline, parent.workspace_id, row->int64(0), now_ms, order.message_id));
  TRY(tx.run(kAttachMailbox, parent.workspace_id, campaign.id, *parent.mailbox_id, now_ms));
  TRY(tx.run(kCount, parent.workspace_id, campaign.id));
  return Entry{.child_lead_id = row->int64(0), .starts_at_ms = due_at_ms};
}

Result<std::int64_t> enter_silent(
    db::Tx& tx, const Subsequence& subsequence, std::int64_t days, std::int64_t places_max, TimeMs now_ms) {
  const auto& campaign = subsequence.campaign;
  TRY_AS(
      const auto rows,
      tx.rows(
          kSilent, campaign.workspace_id, *campaign.parent_campaign_id, now_ms - days * kDayMs, places_max));
  std::int64_t entered = 0;
  for (const auto& row : rows) {
    TRY_AS(const auto parent, load_membership(tx, campaign.workspace_id, row.int64(0)));
    TRY_AS(const auto entry,
           enter_subsequence(tx,
                             parent,
                             subsequence,
                             {.trigger = Trigger::NoReply,
                              .delay_ms = subsequence.enter_delay_days * kDayMs,
                              .stops_on_parent_reply = subsequence.stops_on_parent_reply},
                             now_ms));
    if (entry) ++entered;
  }
  return entered;
}

}  // namespace

bool matches(const Condition& condition, const Happening& happening) {
  const bool is_labelled = happening.trigger == Trigger::CategorySet;
  switch (condition.trigger) {
    case Trigger::Replied:
      // An answer gets its category some time after it came.
      if (condition.category_id)
        return is_labelled && happening.has_replied && happening.category_id == condition.category_id &&
               contains(happening.text, condition.text);
      return happening.trigger == Trigger::Replied && contains(happening.text, condition.text);
    case Trigger::ReplyContains:
      return happening.trigger == Trigger::Replied && contains(happening.text, condition.text);
    case Trigger::CategorySet:
      return is_labelled && happening.category_id &&
             (!condition.category_id || happening.category_id == condition.category_id);
    case Trigger::Clicked:
      return happening.trigger == Trigger::Clicked &&
             (!condition.text ||
              find_ignoring_case(happening.url, *condition.text) != std::string_view::npos);
    case Trigger::Opened:
    case Trigger::SequenceCompleted:
    case Trigger::OutOfOfficeReturn:
      return happening.trigger == condition.trigger;
    case Trigger::NoReply:
    case Trigger::ByHand:
      break;
  }
  return false;
}

Result<> trigger_subsequences(db::Tx& tx,
                              const Membership& parent,
                              const Happening& happening,
                              TimeMs now_ms) {
  TRY_AS(const auto subsequences, campaigns::list_subsequences(tx, parent.workspace_id, parent.campaign_id));
  if (subsequences.empty()) return {};
  TRY_AS(const auto text, answer_text(tx, parent, subsequences, happening));
  Happening read = happening;
  read.text = text;
  for (const Subsequence& subsequence : subsequences) {
    const auto trigger = wanted_by(subsequence, read);
    if (!trigger || !campaigns::takes_leads(subsequence.campaign.state)) continue;
    // What was done for the subsequence before may have changed the lead.
    TRY_AS(const auto now, load_membership(tx, parent.workspace_id, parent.id));
    if (now.state == LeadState::Blocked || now.is_unsubscribed || !now.mailbox_id) return {};
    TRY(enter_subsequence(tx,
                          now,
                          subsequence,
                          {.trigger = *trigger,
                           .message_id = happening.message_id,
                           .delay_ms = subsequence.enter_delay_days * kDayMs,
                           .stops_on_parent_reply = subsequence.stops_on_parent_reply},
                          now_ms));
  }
  return {};
}

Result<std::optional<Entry>> enter_subsequence(db::Tx& tx,
                                               const Membership& parent,
                                               const Subsequence& subsequence,
                                               const EntryOrder& order,
                                               TimeMs now_ms) {
  if (parent.state == LeadState::Blocked || parent.is_unsubscribed)
    return fail(Code::Conflict, "this lead must not be written to any more");
  if (!parent.mailbox_id) return fail(Code::Conflict, "nothing was sent to this lead yet");
  TRY_AS(const auto left, live_places(tx, parent));
  if (std::ranges::any_of(left, [&](const LivePlace& place) { return place.trigger > order.trigger; }))
    return std::nullopt;
  TRY_AS(const auto entry, make_place(tx, parent, subsequence, order, now_ms));
  if (!entry) return std::nullopt;
  for (const auto& place : left) TRY(leave(tx, parent, place, order.message_id, now_ms));
  const auto& campaign = subsequence.campaign;
  TRY(tx.run(kEnter,
             parent.workspace_id,
             parent.id,
             campaign.id,
             order.message_id.value_or(0),
             entry->child_lead_id,
             static_cast<std::int64_t>(order.trigger),
             order.stops_on_parent_reply,
             now_ms));
  TRY(apply(tx,
            parent,
            LeadEvent::MovedToSubsequence,
            {.text = "SUBSEQUENCE", .message_id = order.message_id},
            now_ms));
  TRY(tx.run(kPushed, parent.workspace_id, parent.id, campaign.id, now_ms));
  return entry;
}

Result<std::optional<Entry>> find_live_entry(db::Tx& tx,
                                             const Membership& parent,
                                             std::int64_t subsequence_id) {
  TRY_AS(const auto row, tx.row(kLiveEntry, parent.workspace_id, subsequence_id, parent.lead_id));
  if (!row) return std::nullopt;
  return Entry{.child_lead_id = row->int64(0), .starts_at_ms = row->int64(1)};
}

Result<std::optional<std::int64_t>> parent_place(db::Tx& tx,
                                                 std::int64_t workspace_id,
                                                 std::int64_t campaign_lead_id) {
  TRY_AS(const auto row, tx.row(kParent, workspace_id, campaign_lead_id));
  return row ? std::optional(row->int64(0)) : std::nullopt;
}

Result<std::vector<std::int64_t>> places_unmoved_by_reply(db::Tx& tx,
                                                          std::int64_t workspace_id,
                                                          std::int64_t parent_lead_id) {
  TRY_AS(const auto rows, tx.rows(kUnmoved, workspace_id, parent_lead_id));
  std::vector<std::int64_t> places;
  for (const auto& row : rows) places.push_back(row.int64(0));
  return places;
}

Result<std::int64_t> enter_silent_leads(db::Tx& tx, TimeMs now_ms) {
  TRY_AS(const auto waiting, campaigns::list_awaiting_silence(tx));
  std::int64_t entered = 0;
  for (const Subsequence& subsequence : waiting)
    for (const Condition& condition : subsequence.conditions)
      if (condition.days && entered < kSilentMax) {
        TRY_AS(const auto more, enter_silent(tx, subsequence, *condition.days, kSilentMax - entered, now_ms));
        entered += more;
      }
  return entered;
}

}  // namespace outrider::leads
