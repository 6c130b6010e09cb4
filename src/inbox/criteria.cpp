#include "inbox/criteria.h"

#include <algorithm>

#include "core/strings.h"
#include "inbox/search.h"
#include "wire/json.h"

namespace outrider::inbox {
std::string json_of(const std::vector<std::int64_t>& ids) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_list();
  for (const std::int64_t id : ids) writer.value(id);
  writer.end_list();
  return json;
}

std::vector<std::int64_t> ids_of(const db::Rows& rows) {
  std::vector<std::int64_t> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) ids.push_back(row.int64(0));
  return ids;
}

namespace {

std::optional<std::string> json_unless_empty(const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return std::nullopt;
  return json_of(ids);
}

/// Campaigns that the scope and the filters by campaign, client and tag leave, where any of them narrows.
constexpr db::Query kCampaigns{"inbox.filter_campaigns", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND (CAST($2 AS BIGINT) IS NULL OR client_id = $2)
     AND (CAST($3 AS TEXT) IS NULL OR id IN (SELECT value FROM /*+json_ints($3)*/))
     AND (CAST($4 AS TEXT) IS NULL OR client_id IN (SELECT value FROM /*+json_ints($4)*/))
     AND (CAST($5 AS TEXT) IS NULL OR id IN (SELECT campaign_id
                                               FROM campaign_tag
                                              WHERE workspace_id = $1
                                                AND tag_id IN (SELECT value FROM /*+json_ints($5)*/)))
   ORDER BY id
)sql"};

Result<std::vector<std::int64_t>> campaigns_of(db::Tx& tx, const Scope& scope, const Filters& filters) {
  TRY_AS(const auto rows,
         tx.rows(kCampaigns,
                 scope.workspace_id,
                 scope.client_id,
                 json_unless_empty(filters.campaign_ids),
                 json_unless_empty(filters.client_ids),
                 json_unless_empty(filters.tag_ids)));
  return ids_of(rows);
}

constexpr db::Query kThreadOfItem{"inbox.filter_item", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kThreadOfMessage{"inbox.filter_message", R"sql(
  SELECT campaign_lead_id
    FROM message
   WHERE workspace_id = $1
     AND id = $2
     AND campaign_lead_id IS NOT NULL
)sql"};

constexpr db::Query kThreadsOfText{"inbox.filter_message_text", R"sql(
  SELECT campaign_lead_id
    FROM message
   WHERE workspace_id = $1
     AND stats_id = $2
     AND campaign_lead_id IS NOT NULL
   UNION
  SELECT message.campaign_lead_id
    FROM message_header_id
    JOIN message
      ON message.workspace_id = message_header_id.workspace_id
     AND message.id = message_header_id.message_id
   WHERE message_header_id.workspace_id = $1
     AND message_header_id.header_id = $3
     AND message.campaign_lead_id IS NOT NULL
)sql"};

std::optional<std::int64_t> number_after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return parse_integer(text.substr(prefix.size()));
}

Result<std::vector<std::int64_t>> threads_of(db::Tx& tx,
                                             std::int64_t workspace_id,
                                             std::string_view message_id) {
  if (const auto item = number_after(message_id, kItemPrefix)) {
    TRY_AS(const auto rows, tx.rows(kThreadOfItem, workspace_id, *item));
    return ids_of(rows);
  }
  if (const auto message = number_after(message_id, kMessagePrefix)) {
    TRY_AS(const auto rows, tx.rows(kThreadOfMessage, workspace_id, *message));
    return ids_of(rows);
  }
  TRY_AS(const auto rows, tx.rows(kThreadsOfText, workspace_id, message_id, without_brackets(message_id)));
  return ids_of(rows);
}

Result<Ids> threads_of_messages(db::Tx& tx,
                                std::int64_t workspace_id,
                                const std::vector<std::string>& message_ids) {
  Ids threads;
  for (const auto& message_id : message_ids) {
    TRY_AS(const auto found, threads_of(tx, workspace_id, message_id));
    threads.insert(threads.end(), found.begin(), found.end());
  }
  return threads;
}

std::uint16_t fact_of(StatusFilter status) {
  switch (status) {
    case StatusFilter::Opened:
      return fact::kOpened;
    case StatusFilter::Clicked:
      return fact::kClicked;
    case StatusFilter::Replied:
      return fact::kReplied;
    case StatusFilter::Unsubscribed:
      return fact::kUnsubscribed;
    case StatusFilter::Bounced:
      return fact::kBounced;
    case StatusFilter::Accepted:
      return fact::kAccepted;
    case StatusFilter::NotReplied:
      return fact::kNotReplied;
  }
  return 0;
}

/// Times leave in whole seconds, so an end given in whole seconds takes in the second it names.
void set_range(Selection& selection, const std::vector<wire::Instant>& range) {
  if (range.empty()) return;
  selection.from_ms = range[0].at_ms;
  selection.to_ms = range[1].at_ms;
  if (selection.to_ms % kSecondMs == 0) selection.to_ms += kSecondMs - 1;
}

/// What makes a conversation part of a view (INBOX-ACCEPTANCE section 5).
void set_view(Selection& selection, View view) {
  switch (view) {
    case View::InboxReplies:
      selection.with |= fact::kReplied;
      selection.without |= fact::kArchived | fact::kSnoozed;
      return;
    case View::UnreadReplies:
      selection.with |= fact::kReplied;
      selection.without |= fact::kArchived | fact::kSnoozed | fact::kRead;
      return;
    case View::Important:
      selection.with |= fact::kImportant;
      selection.without |= fact::kArchived;
      return;
    case View::Snoozed:
      selection.with |= fact::kSnoozed;
      return;
    case View::Archived:
      selection.with |= fact::kArchived;
      return;
    case View::Sent:
      selection.with |= fact::kSent;
      return;
    case View::Scheduled:
    case View::Reminders:
    case View::AssignedToMe:
    case View::Custom:
      return;
  }
}

/// An owner may look at the conversations of a member; anybody else sees their own.
void set_members(Selection& selection, const Viewer& viewer, View view, const Ids& wanted) {
  if (!wanted.empty()) selection.members = wanted;
  if (view != View::AssignedToMe || (viewer.is_owner && selection.members)) return;
  const bool is_wanted = wanted.empty() || std::ranges::find(wanted, viewer.user_id) != wanted.end();
  selection.members = is_wanted ? Ids{viewer.user_id} : Ids();
}

}  // namespace

std::string_view without_brackets(std::string_view header_id) {
  header_id = trim(header_id);
  if (header_id.size() > 2 && header_id.starts_with('<') && header_id.ends_with('>'))
    return header_id.substr(1, header_id.size() - 2);
  return header_id;
}

Result<Selection> selection_of(db::Tx& tx, const Viewer& viewer, View view, const Filters& filters) {
  const Scope& scope = viewer.scope;
  Selection selection;
  set_view(selection, view);
  set_range(selection, filters.replied_between);
  for (const StatusFilter status : filters.email_status) selection.any_of |= fact_of(status);
  if (!filters.mailbox_ids.empty()) selection.mailboxes = filters.mailbox_ids;
  if (filters.sub_sequence_id) selection.sub_sequences = Ids{*filters.sub_sequence_id};
  if (filters.categories.narrows()) selection.categories = filters.categories;
  set_members(selection, viewer, view, filters.team_member_ids);
  const bool by_campaign = scope.client_id || !filters.campaign_ids.empty() || !filters.client_ids.empty() ||
                           !filters.tag_ids.empty();
  if (by_campaign) {
    TRY_AS(selection.campaigns, campaigns_of(tx, scope, filters));
  }
  if (!filters.message_ids.empty()) {
    TRY_AS(selection.threads, threads_of_messages(tx, scope.workspace_id, filters.message_ids));
  }
  if (is_search(filters.search)) {
    TRY_AS(selection.found, find_threads(tx, scope.workspace_id, filters.search));
  }
  return selection;
}

}  // namespace outrider::inbox
