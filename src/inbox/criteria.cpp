#include "inbox/criteria.h"

#include <algorithm>

#include "core/strings.h"
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

constexpr db::Query kOwnedCampaigns{"inbox.filter_owned_campaigns", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND user_id IN (SELECT value FROM /*+json_ints($2)*/)
)sql"};

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

/// Every conversation of this view has a reply, so of the status words only these tell them apart.
void set_status(Criteria& criteria, const std::vector<StatusFilter>& wanted) {
  const auto wants = [&](StatusFilter status) { return std::ranges::find(wanted, status) != wanted.end(); };
  criteria.any_status = wanted.empty() || wants(StatusFilter::Replied);
  criteria.bounced = wants(StatusFilter::Bounced);
  criteria.unsubscribed = wants(StatusFilter::Unsubscribed);
}

void set_categories(Criteria& criteria, const CategoryFilter& filter) {
  const bool is_narrowed = filter.unassigned || filter.is_assigned || !filter.ids_in.empty();
  criteria.uncategorised = !is_narrowed || filter.unassigned;
  criteria.any_category = filter.ids_in.empty() && (!is_narrowed || filter.is_assigned);
  criteria.categories_in = json_of(filter.ids_in);
  criteria.categories_not_in = json_of(filter.ids_not_in);
}

/// Times leave in whole seconds, so an end given in whole seconds takes in the second it names.
void set_range(Criteria& criteria, const std::vector<wire::Instant>& range) {
  if (range.empty()) return;
  criteria.from_ms = range[0].at_ms;
  criteria.to_ms = range[1].at_ms;
  if (criteria.to_ms % kSecondMs == 0) criteria.to_ms += kSecondMs - 1;
}

}  // namespace

std::string_view without_brackets(std::string_view header_id) {
  header_id = trim(header_id);
  if (header_id.size() > 2 && header_id.starts_with('<') && header_id.ends_with('>'))
    return header_id.substr(1, header_id.size() - 2);
  return header_id;
}

Result<Criteria> criteria_of(db::Tx& tx, const Scope& scope, const Filters& filters, TimeMs now_ms) {
  Criteria criteria{.workspace_id = scope.workspace_id, .now_ms = now_ms};
  set_range(criteria, filters.replied_between);
  criteria.mailboxes = json_unless_empty(filters.mailbox_ids);
  criteria.sub_sequence_id = filters.sub_sequence_id;
  set_status(criteria, filters.email_status);
  set_categories(criteria, filters.categories);
  criteria.members = json_unless_empty(filters.team_member_ids);
  if (criteria.members) {
    TRY_AS(const auto owned, tx.rows(kOwnedCampaigns, scope.workspace_id, *criteria.members));
    criteria.owned_campaigns = json_of(ids_of(owned));
  }
  const bool by_campaign = scope.client_id || !filters.campaign_ids.empty() || !filters.client_ids.empty() ||
                           !filters.tag_ids.empty();
  if (by_campaign) {
    TRY_AS(const auto campaigns, campaigns_of(tx, scope, filters));
    criteria.campaigns = json_of(campaigns);
  }
  return criteria;
}

bool matches_nothing(const Criteria& criteria) {
  return (criteria.campaigns && *criteria.campaigns == "[]") ||
         (!criteria.any_status && !criteria.bounced && !criteria.unsubscribed) ||
         (!criteria.uncategorised && !criteria.any_category && criteria.categories_in == "[]");
}

Result<std::string> threads_json(db::Tx& tx,
                                 std::int64_t workspace_id,
                                 const std::vector<std::string>& message_ids) {
  std::vector<std::int64_t> threads;
  for (const auto& message_id : message_ids) {
    TRY_AS(const auto found, threads_of(tx, workspace_id, message_id));
    threads.insert(threads.end(), found.begin(), found.end());
  }
  std::ranges::sort(threads);
  threads.erase(std::ranges::unique(threads).begin(), threads.end());
  return json_of(threads);
}

}  // namespace outrider::inbox
