#include "inbox/list.h"

#include "inbox/criteria.h"
#include "inbox/search.h"

namespace outrider::inbox {
namespace {

/// Up to so many matches of a few campaigns are sorted; more are met soon enough on the way down the inbox.
constexpr std::int64_t kSortedMax = 5'000;

template <class... Extra>
Result<std::int64_t> count(db::Tx& tx, const db::Query& query, const Criteria& c, const Extra&... extra) {
  TRY_AS(const auto row,
         tx.row(query,
                c.workspace_id,
                c.now_ms,
                c.from_ms,
                c.to_ms,
                c.mailboxes,
                c.members,
                c.owned_campaigns,
                c.uncategorised,
                c.any_category,
                c.categories_in,
                c.categories_not_in,
                c.any_status,
                c.bounced,
                c.unsubscribed,
                c.sub_sequence_id,
                c.campaigns,
                extra...));
  return row->int64(0);
}

template <class... Extra>
Result<std::vector<std::int64_t>> page(db::Tx& tx,
                                       const db::Query& query,
                                       const Criteria& c,
                                       const Extra&... extra) {
  TRY_AS(const auto rows,
         tx.rows(query,
                 c.workspace_id,
                 c.now_ms,
                 c.from_ms,
                 c.to_ms,
                 c.mailboxes,
                 c.members,
                 c.owned_campaigns,
                 c.uncategorised,
                 c.any_category,
                 c.categories_in,
                 c.categories_not_in,
                 c.any_status,
                 c.bounced,
                 c.unsubscribed,
                 c.sub_sequence_id,
                 c.campaigns,
                 extra...));
  return ids_of(rows);
}

// $1 to $16 of each text are the criteria. The texts differ in where they start: at the whole inbox in one of
// its two orders, at the conversations of some campaigns, at what a search found, at given conversations.
// Their conditions are the same.

constexpr db::Query kCount{"inbox.count", R"sql(
  SELECT COUNT(*)
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
)sql"};

// Totals of everything but time and text, and the few conversations that came back from a snooze.
constexpr db::Query kCountCells{"inbox.count_cells", R"sql(
  SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT)
    FROM inbox_count
   WHERE workspace_id = $1
     AND (CAST($2 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($2)*/))
     AND (CAST($3 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($3)*/)
          OR (assigned_user_id = 0 AND campaign_id IN (SELECT value FROM /*+json_ints($4)*/)))
     AND CASE WHEN category_id = 0 THEN $5 = 1
              ELSE ($6 = 1 OR category_id IN (SELECT value FROM /*+json_ints($7)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($8)*/)
         END
     AND ($9 = 1 OR (is_bounced = 1 AND $10 = 1) OR (is_unsubscribed = 1 AND $11 = 1))
     AND (CAST($12 AS BIGINT) IS NULL OR sub_sequence_id = $12)
     AND (CAST($13 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($13)*/))
)sql"};

// The plus keeps SQLite from the index of reply times.
constexpr db::Query kCountWoken{"inbox.count_woken", R"sql(
  SELECT COUNT(*)
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND +last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND snoozed_until_ms <= $2
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
)sql"};

// Nothing is asked for, so nothing need be looked at in the rows that are skipped.
constexpr db::Query kPageOfAll{"inbox.page_of_all", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND reply_count > 0
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
   ORDER BY last_reply_at_ms DESC, id DESC
   LIMIT $3 OFFSET $4
)sql"};

constexpr db::Query kPageByReply{"inbox.page_by_reply", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
   ORDER BY last_reply_at_ms DESC, id DESC
   LIMIT $17 OFFSET $18
)sql"};

// The plus keeps SQLite from the index of reply times, after which it would have to sort.
constexpr db::Query kPageBySent{"inbox.page_by_sent", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND +last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
   ORDER BY last_sent_at_ms DESC, id DESC
   LIMIT $17 OFFSET $18
)sql"};

constexpr db::Query kCountOfCampaigns{"inbox.count_of_campaigns", R"sql(
  SELECT COUNT(*)
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND campaign_id IN (SELECT value FROM /*+json_ints($16)*/)
)sql"};

constexpr db::Query kPageOfCampaigns{"inbox.page_of_campaigns", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND campaign_id IN (SELECT value FROM /*+json_ints($16)*/)
   ORDER BY CASE WHEN $17 = 1 THEN last_sent_at_ms ELSE last_reply_at_ms END DESC, id DESC
   LIMIT $18 OFFSET $19
)sql"};

constexpr db::Query kCountFound{"inbox.count_found", R"sql(
  SELECT COUNT(*)
    FROM
         (SELECT campaign_lead_id AS thread_id
            FROM thread_text
           WHERE workspace_id = $1
             AND text LIKE $17 ESCAPE '\'
             /*+begin sqlite*/
             AND $18 = ''
           UNION ALL
          SELECT rowid
            FROM thread_search
           WHERE $18 <> ''
             AND thread_search MATCH $18
             /*+end*/
             /*+begin postgres*/
             AND CAST($18 AS TEXT) IS NOT NULL
             /*+end*/
         ) AS found
   CROSS JOIN campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
     AND id = thread_id
)sql"};

constexpr db::Query kPageFound{"inbox.page_found", R"sql(
  SELECT id
    FROM
         (SELECT campaign_lead_id AS thread_id
            FROM thread_text
           WHERE workspace_id = $1
             AND text LIKE $17 ESCAPE '\'
             /*+begin sqlite*/
             AND $18 = ''
           UNION ALL
          SELECT rowid
            FROM thread_search
           WHERE $18 <> ''
             AND thread_search MATCH $18
             /*+end*/
             /*+begin postgres*/
             AND CAST($18 AS TEXT) IS NOT NULL
             /*+end*/
         ) AS found
   CROSS JOIN campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
     AND id = thread_id
   ORDER BY CASE WHEN $19 = 1 THEN last_sent_at_ms ELSE last_reply_at_ms END DESC, id DESC
   LIMIT $20 OFFSET $21
)sql"};

constexpr db::Query kCountGiven{"inbox.count_given", R"sql(
  SELECT COUNT(*)
    FROM (SELECT value AS thread_id FROM /*+json_ints($17)*/) AS given
   CROSS JOIN campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
     AND id = thread_id
     AND (CAST($18 AS TEXT) = ''
          OR id IN (SELECT campaign_lead_id
                      FROM thread_text
                     WHERE thread_text.workspace_id = $1
                       AND thread_text.campaign_lead_id = campaign_lead.id
                       AND text LIKE $18 ESCAPE '\'))
)sql"};

constexpr db::Query kPageGiven{"inbox.page_given", R"sql(
  SELECT id
    FROM (SELECT value AS thread_id FROM /*+json_ints($17)*/) AS given
   CROSS JOIN campaign_lead
   WHERE campaign_lead.workspace_id = $1
     AND reply_count > 0
     AND last_reply_at_ms BETWEEN $3 AND $4
     AND is_archived = 0
     AND (snoozed_until_ms IS NULL OR snoozed_until_ms <= $2)
     AND (CAST($5 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS TEXT) IS NULL
          OR assigned_user_id IN (SELECT value FROM /*+json_ints($6)*/)
          OR (assigned_user_id IS NULL AND campaign_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND CASE WHEN category_id IS NULL THEN $8 = 1
              ELSE ($9 = 1 OR category_id IN (SELECT value FROM /*+json_ints($10)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($11)*/)
         END
     AND ($12 = 1 OR (is_bounced = 1 AND $13 = 1) OR (is_unsubscribed = 1 AND $14 = 1))
     AND (CAST($15 AS BIGINT) IS NULL OR sub_sequence_id = $15)
     AND (CAST($16 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($16)*/))
     AND id = thread_id
     AND (CAST($18 AS TEXT) = ''
          OR id IN (SELECT campaign_lead_id
                      FROM thread_text
                     WHERE thread_text.workspace_id = $1
                       AND thread_text.campaign_lead_id = campaign_lead.id
                       AND text LIKE $18 ESCAPE '\'))
   ORDER BY CASE WHEN $19 = 1 THEN last_sent_at_ms ELSE last_reply_at_ms END DESC, id DESC
   LIMIT $20 OFFSET $21
)sql"};

bool is_past_the_end(const ListRequest& request, std::int64_t total_count) {
  return request.offset >= total_count;
}

Result<Page> list_given(db::Tx& tx,
                        const Criteria& criteria,
                        const ListRequest& request,
                        const std::vector<std::string>& message_ids) {
  TRY_AS(const auto threads, threads_json(tx, criteria.workspace_id, message_ids));
  Page found;
  if (threads == "[]") return found;
  const std::string pattern = search_text(request.filters.search).like;
  TRY_AS(found.total_count, count(tx, kCountGiven, criteria, threads, pattern));
  if (is_past_the_end(request, found.total_count)) return found;
  TRY_AS(found.ids,
         page(tx,
              kPageGiven,
              criteria,
              threads,
              pattern,
              request.sort_by == SortBy::SentTime,
              request.limit,
              request.offset));
  return found;
}

Result<Page> list_found(db::Tx& tx,
                        const Criteria& criteria,
                        const ListRequest& request,
                        const SearchText& search) {
  Page found;
  TRY_AS(found.total_count, count(tx, kCountFound, criteria, search.like, search.match));
  if (is_past_the_end(request, found.total_count)) return found;
  TRY_AS(found.ids,
         page(tx,
              kPageFound,
              criteria,
              search.like,
              search.match,
              request.sort_by == SortBy::SentTime,
              request.limit,
              request.offset));
  return found;
}

/// Without a time range the totals are kept; a range is walked along its index.
Result<std::int64_t> count_walked(db::Tx& tx, const Criteria& c) {
  if (c.has_range()) return count(tx, c.campaigns ? kCountOfCampaigns : kCount, c);
  TRY_AS(const auto cells,
         tx.row(kCountCells,
                c.workspace_id,
                c.mailboxes,
                c.members,
                c.owned_campaigns,
                c.uncategorised,
                c.any_category,
                c.categories_in,
                c.categories_not_in,
                c.any_status,
                c.bounced,
                c.unsubscribed,
                c.sub_sequence_id,
                c.campaigns));
  TRY_AS(const auto woken, count(tx, kCountWoken, c));
  return cells->int64(0) + woken;
}

Result<Page> list_walked(db::Tx& tx, const Criteria& criteria, const ListRequest& request) {
  const bool by_sent = request.sort_by == SortBy::SentTime;
  Page found;
  TRY_AS(found.total_count, count_walked(tx, criteria));
  if (is_past_the_end(request, found.total_count)) return found;
  if (criteria.campaigns && found.total_count <= kSortedMax) {
    TRY_AS(found.ids, page(tx, kPageOfCampaigns, criteria, by_sent, request.limit, request.offset));
    return found;
  }
  if (criteria == Criteria{.workspace_id = criteria.workspace_id, .now_ms = criteria.now_ms} && !by_sent) {
    TRY_AS(const auto rows,
           tx.rows(kPageOfAll, criteria.workspace_id, criteria.now_ms, request.limit, request.offset));
    found.ids = ids_of(rows);
    return found;
  }
  TRY_AS(found.ids, page(tx, by_sent ? kPageBySent : kPageByReply, criteria, request.limit, request.offset));
  return found;
}

}  // namespace

Result<Page> list_replies(db::Tx& tx, const Scope& scope, const ListRequest& request, TimeMs now_ms) {
  const Filters filters = filters_of(request);
  TRY_AS(const auto criteria, criteria_of(tx, scope, filters, now_ms));
  if (matches_nothing(criteria)) return Page();
  if (!filters.message_ids.empty()) return list_given(tx, criteria, request, filters.message_ids);
  const SearchText search = search_text(filters.search);
  if (!search.like.empty()) return list_found(tx, criteria, request, search);
  return list_walked(tx, criteria, request);
}

}  // namespace outrider::inbox
