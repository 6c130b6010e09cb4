#include "inbox/list.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <latch>
#include <set>
#include <thread>

#include "core/random.h"
#include "core/strings.h"
#include "db/testing.h"
#include "inbox/criteria.h"
#include "inbox/search_words.h"
#include "inbox/thread.h"
#include "inbox/thread_tables.h"

namespace outrider::inbox {
namespace {

constexpr TimeMs kStart = 1'800'000'000'000;
constexpr std::int64_t kCampaigns = 6;
constexpr std::int64_t kThreads = 80;

std::int64_t client_of(std::int64_t campaign_id) {
  return 50 + campaign_id % 2;
}

constexpr db::Query kInsertCampaign{"inbox.list_test_campaign", R"sql(
  INSERT INTO campaign (workspace_id, id, user_id, client_id, name, state, created_at_ms, updated_at_ms)
  VALUES (1, $1, 1, $2, 'C', 1, 0, 0)
)sql"};

constexpr db::Query kInsertTag{"inbox.list_test_tag", R"sql(
  INSERT INTO campaign_tag (workspace_id, tag_id, campaign_id)
  VALUES (1, $1, $2)
)sql"};

constexpr db::Query kInsertThread{"inbox.list_test_thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, mailbox_id, lead_domain, state,
                             created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $2, $4, 'a.example', 1, 0, 0)
)sql"};

constexpr db::Query kInsertText{"inbox.list_test_text", R"sql(
  INSERT INTO thread_text (workspace_id, campaign_lead_id, text)
  VALUES ($1, $2, $3)
)sql"};

constexpr db::Query kInsertMessage{"inbox.list_test_message", R"sql(
  INSERT INTO message (workspace_id, id, stats_id, campaign_lead_id, mailbox_id, direction, kind, header_id,
                       from_email, to_email, subject, at_ms, created_at_ms)
  VALUES ($1, $2, $3, $4, 1, 0, 0, $5, 'a@a.example', 'b@b.example', 'S', 5, 0)
)sql"};

constexpr db::Query kInsertHeaderId{"inbox.list_test_header", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES ($1, $2, $3)
)sql"};

constexpr db::Query kInsertQueued{"inbox.list_test_queued", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, reply_key, message_id,
                        mailbox_id, header_id, state, not_before_ms, created_at_ms)
  VALUES (1, 1, $1, 1, 0, $2, $2, 1, 'x', $3, $4, 0)
)sql"};

constexpr db::Query kInsertReminder{"inbox.list_test_reminder", R"sql(
  INSERT INTO reminder (workspace_id, campaign_lead_id, message_id, user_id, text, remind_at_ms,
                        created_at_ms)
  VALUES (1, $1, 1, 1, $2, $3, 0)
)sql"};

constexpr db::Query kRemoveThread{"inbox.list_test_remove", R"sql(
  DELETE FROM campaign_lead
   WHERE id = $1
)sql"};

// What people do to a conversation; a value below 0 leaves a column as it is, 0 empties it.
constexpr db::Query kHandle{"inbox.list_test_handle", R"sql(
  UPDATE campaign_lead
     SET is_read = CASE WHEN $2 < 0 THEN is_read ELSE $2 END,
         is_archived = CASE WHEN $3 < 0 THEN is_archived ELSE $3 END,
         is_important = CASE WHEN $4 < 0 THEN is_important ELSE $4 END,
         snoozed_until_ms = CASE WHEN CAST($5 AS BIGINT) < 0 THEN snoozed_until_ms
                                 ELSE NULLIF(CAST($5 AS BIGINT), 0) END,
         assigned_user_id = CASE WHEN CAST($6 AS BIGINT) < 0 THEN assigned_user_id
                                 ELSE NULLIF(CAST($6 AS BIGINT), 0) END,
         category_id = CASE WHEN CAST($7 AS BIGINT) < 0 THEN category_id
                            ELSE NULLIF(CAST($7 AS BIGINT), 0) END,
         sub_sequence_id = CASE WHEN CAST($8 AS BIGINT) < 0 THEN sub_sequence_id
                                ELSE NULLIF(CAST($8 AS BIGINT), 0) END
   WHERE id = $1
)sql"};

// The same question as plain SQL. Views by their number; JSON lists, or NULL for no such filter.
constexpr db::Query kPlain{"inbox.list_test_plain", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = 1
     AND (sent_count > 0 OR reply_count > 0 OR last_message_id IS NOT NULL)
     AND CASE CAST($1 AS BIGINT)
         WHEN 0 THEN reply_count > 0 AND is_archived = 0 AND COALESCE(snoozed_until_ms, 0) <= $2
         WHEN 1 THEN reply_count > 0 AND is_archived = 0 AND COALESCE(snoozed_until_ms, 0) <= $2
                     AND is_read = 0
         WHEN 2 THEN is_important = 1 AND is_archived = 0
         WHEN 3 THEN snoozed_until_ms > $2
         WHEN 4 THEN is_archived = 1
         WHEN 7 THEN assigned_user_id = 1
         WHEN 8 THEN sent_count > 0
         ELSE 1 = 1
         END
     AND (CAST($3 AS TEXT) IS NULL OR campaign_id IN (SELECT value FROM /*+json_ints($3)*/))
     AND (CAST($4 AS TEXT) IS NULL OR mailbox_id IN (SELECT value FROM /*+json_ints($4)*/))
     AND (CAST($5 AS TEXT) IS NULL OR assigned_user_id IN (SELECT value FROM /*+json_ints($5)*/))
     AND (CAST($6 AS BIGINT) IS NULL OR sub_sequence_id = $6)
     AND (CAST($7 AS TEXT) IS NULL
          OR campaign_id IN (SELECT campaign_id
                               FROM campaign_tag
                              WHERE tag_id IN (SELECT value FROM /*+json_ints($7)*/)))
     AND (CAST($8 AS BIGINT) IS NULL OR campaign_id IN (SELECT id FROM campaign WHERE client_id = $8))
     AND (CAST($9 AS TEXT) IS NULL
          OR (email_status IN (1, 2, 3) AND email_status IN (SELECT value FROM /*+json_ints($9)*/))
          OR (is_bounced = 1 AND 4 IN (SELECT value FROM /*+json_ints($9)*/))
          OR (is_unsubscribed = 1 AND 5 IN (SELECT value FROM /*+json_ints($9)*/))
          OR (reply_count > 0 AND 6 IN (SELECT value FROM /*+json_ints($9)*/))
          OR (reply_count = 0 AND open_count + click_count > 0
              AND 7 IN (SELECT value FROM /*+json_ints($9)*/)))
     AND CASE WHEN reply_count > 0 THEN last_reply_at_ms ELSE engaged_at_ms END BETWEEN $10 AND $11
     AND (CAST($12 AS TEXT) IS NULL
          OR EXISTS (SELECT 1
                       FROM thread_text
                      WHERE campaign_lead_id = campaign_lead.id
                        AND ' ' || text LIKE $12))
     AND CASE WHEN category_id IS NULL THEN $13 = 1
              ELSE ($14 = 1 OR category_id IN (SELECT value FROM /*+json_ints($15)*/))
                   AND category_id NOT IN (SELECT value FROM /*+json_ints($16)*/)
         END
   ORDER BY CASE WHEN $17 = 0 AND reply_count > 0 THEN 1 ELSE 0 END DESC,
            CASE WHEN $17 = 0 AND reply_count > 0 THEN last_reply_at_ms
                 ELSE COALESCE(last_sent_at_ms, 0)
            END DESC,
            id DESC
)sql"};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t up_to(std::int64_t max) {
    return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(max) + 1));
  }
  bool one_in(std::int64_t n) { return up_to(n - 1) == 0; }
  std::vector<std::int64_t> ids(std::int64_t max, std::int64_t count_max) {
    std::vector<std::int64_t> ids(static_cast<std::size_t>(1 + up_to(count_max - 1)));
    for (auto& id : ids) id = 1 + up_to(max - 1);
    return ids;
  }

 private:
  Random random_;
};

constexpr const char* kTexts[] = {
    "nora lindqvist budget", "Été à Łódź", "100% sure_thing", "会議の件 budget", "nothing"};
constexpr const char* kSearches[] = {"BUDGET", "lind", "ete", "LODZ", "会議", "absent", "budg", "sure thin"};

Result<> store_all(db::Tx& tx, Dice& dice) {
  for (std::int64_t id = 1; id <= kCampaigns; ++id) TRY(tx.run(kInsertCampaign, id, client_of(id)));
  for (const auto& [tag, campaign] : {std::pair{1, 2}, {2, 2}, {2, 3}})
    TRY(tx.run(kInsertTag, tag, campaign));
  for (std::int64_t id = 1; id <= kThreads; ++id) {
    const std::int64_t workspace = id % 10 == 0 ? 2 : 1;
    TRY(tx.run(kInsertThread, workspace, id, 1 + dice.up_to(kCampaigns - 1), 1 + dice.up_to(3)));
    const auto words = search_words(kTexts[dice.up_to(4)]);
    TRY(tx.run(kInsertText, workspace, id, join(words, " ")));
  }
  return {};
}

/// Something happens to a conversation, by the functions that everybody uses.
Result<> act(db::Tx& tx, Dice& dice, TimeMs now_ms) {
  const std::int64_t id = 1 + dice.up_to(kThreads - 1);
  const ThreadKey key{.workspace_id = id % 10 == 0 ? 2 : 1, .campaign_lead_id = id};
  const std::int64_t message_id = 1'000 + dice.up_to(9);
  switch (dice.up_to(11)) {
    case 0:
    case 1:
      return thread_sent(tx, key, message_id, now_ms);
    case 2:
      return thread_opened(tx, key, now_ms);
    case 3:
      return thread_clicked(tx, key, now_ms);
    case 4:
    case 5:
      return thread_replied(tx, key, message_id, now_ms - dice.up_to(3) * kSecondMs);
    case 6:
      return thread_noted(tx, key, message_id, now_ms);
    case 7:
      return thread_bounced(tx, key, now_ms);
    case 8:
      return thread_unsubscribed(tx, key, now_ms);
    case 9:
      if (dice.one_in(6)) TRY(tx.run(kRemoveThread, id));
      return {};
    default:
      break;
  }
  const auto maybe = [&dice](std::int64_t value) { return dice.one_in(2) ? std::int64_t{-1} : value; };
  TRY(tx.run(kHandle,
             id,
             maybe(dice.up_to(1)),
             maybe(dice.up_to(1)),
             maybe(dice.up_to(1)),
             maybe(dice.one_in(3) ? 0 : now_ms + dice.up_to(8) * kSecondMs),
             maybe(dice.up_to(3)),
             maybe(dice.up_to(4)),
             maybe(dice.up_to(2))));
  return {};
}

Filters random_filters(Dice& dice, TimeMs now_ms) {
  Filters filters;
  if (dice.one_in(4)) filters.search = kSearches[dice.up_to(7)];
  if (dice.one_in(3))
    for (const auto word : dice.ids(7, 3))
      filters.email_status.push_back(static_cast<StatusFilter>(word - 1));
  if (dice.one_in(4)) filters.campaign_ids = dice.ids(kCampaigns + 1, 5);
  if (dice.one_in(4)) filters.mailbox_ids = dice.ids(5, 3);
  if (dice.one_in(4)) filters.team_member_ids = dice.ids(4, 2);
  if (dice.one_in(5)) filters.tag_ids = dice.ids(3, 2);
  if (dice.one_in(5)) filters.client_ids = {50 + dice.up_to(2)};
  if (dice.one_in(5)) filters.sub_sequence_id = 1 + dice.up_to(2);
  filters.categories.unassigned = dice.one_in(4);
  filters.categories.is_assigned = dice.one_in(4);
  if (dice.one_in(4)) filters.categories.ids_in = dice.ids(5, 2);
  if (dice.one_in(4)) filters.categories.ids_not_in = dice.ids(5, 2);
  if (dice.one_in(4)) {
    const TimeMs from_ms = now_ms - dice.up_to(60) * kSecondMs;
    filters.replied_between = {{from_ms}, {from_ms + dice.up_to(30) * kSecondMs}};
  }
  return filters;
}

std::optional<std::string> json_unless_empty(const std::vector<std::int64_t>& ids) {
  return ids.empty() ? std::nullopt : std::optional(json_of(ids));
}

/// Numbers of email_status, 7 for "Not Replied".
std::optional<std::string> statuses_of(const Filters& filters) {
  std::vector<std::int64_t> numbers;
  for (const auto status : filters.email_status) {
    constexpr std::int64_t kNumbers[] = {2, 3, 6, 5, 4, 1, 7};
    numbers.push_back(kNumbers[static_cast<int>(status)]);
  }
  return json_unless_empty(numbers);
}

std::optional<std::string> like_of(const std::string& search) {
  if (search.empty()) return std::nullopt;
  const auto words = search_words(search);
  return "% " + join(words, " %") + "%";
}

Result<std::vector<std::int64_t>> plain_sql(db::Tx& tx,
                                            View view,
                                            const ListRequest& request,
                                            TimeMs now_ms) {
  const Filters& f = request.filters;
  const auto& c = f.categories;
  const bool is_narrowed = c.unassigned || c.is_assigned || !c.ids_in.empty();
  TRY_AS(const auto rows,
         tx.rows(kPlain,
                 view,
                 now_ms,
                 json_unless_empty(f.campaign_ids),
                 json_unless_empty(f.mailbox_ids),
                 json_unless_empty(f.team_member_ids),
                 f.sub_sequence_id,
                 json_unless_empty(f.tag_ids),
                 f.client_ids.empty() ? std::nullopt : std::optional(f.client_ids[0]),
                 statuses_of(f),
                 f.replied_between.empty() ? 0 : f.replied_between[0].at_ms,
                 f.replied_between.empty() ? INT64_MAX : f.replied_between[1].at_ms + kSecondMs - 1,
                 like_of(f.search),
                 !is_narrowed || c.unassigned,
                 c.ids_in.empty() && (!is_narrowed || c.is_assigned),
                 json_of(c.ids_in),
                 json_of(c.ids_not_in),
                 request.sort_by));
  return ids_of(rows);
}

constexpr View kViews[] = {View::InboxReplies,
                           View::UnreadReplies,
                           View::Important,
                           View::Snoozed,
                           View::Archived,
                           View::AssignedToMe,
                           View::Sent,
                           View::Custom};

Result<Page> list(db::Database& database,
                  ThreadTables& tables,
                  const ListRequest& request,
                  View view = View::InboxReplies,
                  TimeMs now_ms = kStart,
                  const Scope& scope = {.workspace_id = 1}) {
  return database.read([&](db::Tx& tx) {
    return list_threads(tx, tables, {.scope = scope, .user_id = 1}, view, request, now_ms);
  });
}

/// Every page until the end, as a client loops.
std::vector<std::int64_t> read_all(db::Database& database,
                                   ThreadTables& tables,
                                   ListRequest request,
                                   View view = View::InboxReplies,
                                   TimeMs now_ms = kStart,
                                   const Scope& scope = {.workspace_id = 1}) {
  std::vector<std::int64_t> ids;
  while (true) {
    const auto page = list(database, tables, request, view, now_ms, scope);
    REQUIRE(page);
    ids.insert(ids.end(), page->ids.begin(), page->ids.end());
    request.offset += request.limit;
    if (page->ids.empty() || request.offset >= page->total_count) {
      CHECK(page->total_count == static_cast<std::int64_t>(ids.size()));
      return ids;
    }
  }
}

Result<> store_answered(db::Tx& tx, std::int64_t id, TimeMs at_ms) {
  TRY(tx.run(kInsertThread, 1, id, 1, 1));
  return thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = id}, 5, at_ms);
}

}  // namespace

TEST_CASE("after any history, every view with any filters gives what plain SQL gives, on every page") {
  db::for_each_migrated([](db::Database& database) {
    constexpr std::uint64_t kSeed = 20'260'303;
    CAPTURE(kSeed);
    Dice dice(kSeed);
    ThreadTables tables;
    ThreadTables another_node;  // asked seldom, so it has much to catch up with
    REQUIRE(database.write([&](db::Tx& tx) { return store_all(tx, dice); }));
    TimeMs now_ms = kStart;
    for (int round = 0; round < 80; ++round) {
      CAPTURE(round);
      REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
        for (int i = 0; i < 6; ++i) TRY(act(tx, dice, now_ms));
        if (round % 16 == 15) TRY(forget_changes(tx, 10));
        return {};
      }));
      now_ms += dice.up_to(2) * kSecondMs;
      for (const View view : kViews) {
        CAPTURE(static_cast<int>(view));
        ListRequest request;
        request.limit = static_cast<int>(5 + dice.up_to(15));
        if (!dice.one_in(4)) request.filters = random_filters(dice, now_ms);
        request.sort_by = dice.one_in(2) ? SortBy::SentTime : SortBy::ReplyTime;
        CAPTURE(request.filters.search);
        const auto plain = database.read([&](db::Tx& tx) { return plain_sql(tx, view, request, now_ms); });
        REQUIRE(plain);
        CHECK(read_all(database, tables, request, view, now_ms) == *plain);
        if (round % 10 == 9) CHECK(read_all(database, another_node, request, view, now_ms) == *plain);
      }
    }
  });
}

TEST_CASE("a change that is committed late is not missed") {
  db::for_each_migrated([](db::Database& database) {
    if (database.engine() == db::Engine::Sqlite) return;  // has one writer: ids are in order of the commits
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      for (std::int64_t id = 1; id <= 3; ++id) TRY(store_answered(tx, id, id));
      return {};
    }));
    CHECK(read_all(database, tables, {}) == std::vector<std::int64_t>{3, 2, 1});
    std::latch has_changed(1);
    std::latch may_commit(1);
    std::thread slow([&] {
      static_cast<void>(database.write([&](db::Tx& tx) -> Result<> {
        TRY(thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = 1}, 5, 50));
        has_changed.count_down();
        may_commit.wait();
        return {};
      }));
    });
    has_changed.wait();
    const auto quick = database.write(
        [](db::Tx& tx) { return thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = 2}, 5, 40); });
    const auto before = read_all(database, tables, {});
    const auto again = read_all(database, tables, {});
    may_commit.count_down();
    slow.join();
    CHECK(quick);
    CHECK(before == std::vector<std::int64_t>{2, 3, 1});
    CHECK(again == before);
    CHECK(read_all(database, tables, {}) == std::vector<std::int64_t>{1, 2, 3});
  });
}

TEST_CASE("tables beyond the memory bound are dropped and loaded again") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables(1);
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      TRY(tx.run(kInsertThread, 2, 9, 1, 1));
      TRY(thread_replied(tx, {.workspace_id = 2, .campaign_lead_id = 9}, 5, 7));
      return store_answered(tx, 1, 3);
    }));
    for (int i = 0; i < 3; ++i) {
      CHECK(read_all(database, tables, {}) == std::vector<std::int64_t>{1});
      const Scope other{.workspace_id = 2};
      CHECK(read_all(database, tables, {}, View::InboxReplies, kStart, other) ==
            std::vector<std::int64_t>{9});
    }
    CHECK(tables.bytes() > 0);
  });
}

TEST_CASE("a client sees conversations of its own campaigns in every view") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      for (std::int64_t id = 1; id <= 2; ++id) {
        TRY(tx.run(kInsertCampaign, id, client_of(id)));
        TRY(tx.run(kInsertThread, 1, id, id, 1));
        TRY(thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = id}, 5, id));
      }
      return {};
    }));
    const Scope client{.workspace_id = 1, .client_id = client_of(2)};
    CHECK(read_all(database, tables, {}, View::Custom, kStart, client) == std::vector<std::int64_t>{2});
    const Scope nobody{.workspace_id = 1, .client_id = 99};
    CHECK(read_all(database, tables, {}, View::Custom, kStart, nobody).empty());
  });
}

TEST_CASE("paging gives every match once, whatever their number") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    std::int64_t stored = 0;
    for (const std::int64_t wanted : {0, 1, 19, 20, 21, 40, 41}) {
      CAPTURE(wanted);
      REQUIRE(database.write([&](db::Tx& tx) -> Result<> {
        for (; stored < wanted; ++stored) TRY(store_answered(tx, stored + 1, kStart - stored / 3));
        return {};
      }));
      const auto ids = read_all(database, tables, {});
      CHECK(static_cast<std::int64_t>(ids.size()) == wanted);
      CHECK(std::set(ids.begin(), ids.end()).size() == ids.size());
      ListRequest past;
      past.offset = wanted + 7;
      const auto nothing = list(database, tables, past);
      REQUIRE(nothing);
      CHECK(nothing->ids.empty());
      CHECK(nothing->total_count == wanted);
    }
  });
}

TEST_CASE("a new reply ends a snooze and takes a conversation out of the archive") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      TRY(store_answered(tx, 1, 1));
      TRY(store_answered(tx, 2, 2));
      TRY(tx.run(kHandle, 1, -1, 1, -1, -1, -1, -1, -1));
      TRY(tx.run(kHandle, 2, -1, -1, -1, kStart + 5, -1, -1, -1));
      return {};
    }));
    CHECK(read_all(database, tables, {}).empty());
    CHECK(read_all(database, tables, {}, View::Archived) == std::vector<std::int64_t>{1});
    CHECK(read_all(database, tables, {}, View::Snoozed) == std::vector<std::int64_t>{2});
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      TRY(thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = 1}, 5, 3));
      return thread_replied(tx, {.workspace_id = 1, .campaign_lead_id = 2}, 5, 4);
    }));
    CHECK(read_all(database, tables, {}) == std::vector<std::int64_t>{2, 1});
    CHECK(read_all(database, tables, {}, View::Archived).empty());
    CHECK(read_all(database, tables, {}, View::Snoozed).empty());
  });
}

TEST_CASE("a snooze ends by itself") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      TRY(store_answered(tx, 1, 1));
      TRY(tx.run(kHandle, 1, -1, -1, -1, kStart + 5, -1, -1, -1));
      return {};
    }));
    CHECK(read_all(database, tables, {}, View::InboxReplies, kStart + 4).empty());
    CHECK(read_all(database, tables, {}, View::InboxReplies, kStart + 5) == std::vector<std::int64_t>{1});
  });
}

TEST_CASE("queued mails and reminders are listed one by one, filtered like conversations") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      for (std::int64_t id = 1; id <= 3; ++id) TRY(store_answered(tx, id, id));
      struct {
        std::int64_t thread;
        std::int64_t message;
        int state;
        TimeMs at_ms;
      } queued[] = {{1, 11, 0, kStart + 20},
                    {1, 12, 0, kStart + 10},
                    {2, 13, 0, kStart},
                    {2, 14, 7, kStart - 5},
                    {3, 15, 2, kStart + 30},
                    {3, 16, 0, kStart + 10}};
      for (const auto& each : queued)
        TRY(tx.run(kInsertQueued, each.thread, each.message, each.state, each.at_ms));
      TRY(tx.run(kInsertReminder, 1, "late", kStart - 1));
      TRY(tx.run(kInsertReminder, 1, "soon", kStart + 1));
      return {};
    }));
    const auto messages = [&](SortBy sort, const Filters& filters) {
      ScheduledListRequest request;
      request.sort_by = sort;
      request.filters = filters;
      const auto page = list(database, tables, request, View::Scheduled);
      REQUIRE(page);
      std::vector<std::int64_t> ids;
      for (const auto& occasion : page->occasions) ids.push_back(occasion.message_id);
      return ids;
    };
    CHECK(messages(SortBy::ScheduledFirst, {}) == std::vector<std::int64_t>{14, 16, 12, 11});
    CHECK(messages(SortBy::ScheduledLast, {}) == std::vector<std::int64_t>{11, 16, 12, 14});
    Filters first;
    first.message_ids = {"inb_1"};
    CHECK(messages(SortBy::ScheduledFirst, first) == std::vector<std::int64_t>{12, 11});

    ReminderListRequest request;
    request.limit = 1;
    const auto page = list(database, tables, request, View::Reminders);
    REQUIRE(page);
    CHECK(page->total_count == 2);
    REQUIRE(page->occasions.size() == 1);
    CHECK(page->occasions[0].text == "late");
  });
}

TEST_CASE("a conversation is found by each id that names one of its messages") {
  db::for_each_migrated([](db::Database& database) {
    ThreadTables tables;
    REQUIRE(database.write([](db::Tx& tx) -> Result<> {
      for (std::int64_t id = 1; id <= 3; ++id) {
        TRY(store_answered(tx, id, id));
        const std::string number = std::to_string(id);
        TRY(tx.run(kInsertMessage, 1, 10 + id, "stats-" + number, id, "own-" + number));
        TRY(tx.run(kInsertHeaderId, 1, "own-" + number, 10 + id));
        TRY(tx.run(kInsertHeaderId, 1, "rewritten-" + number, 10 + id));
      }
      return {};
    }));
    struct {
      std::vector<std::string> message_ids;
      std::vector<std::int64_t> expected;
    } cases[] = {
        {{"inb_2"}, {2}},
        {{"msg_12"}, {2}},
        {{"stats-2"}, {2}},
        {{"own-2"}, {2}},
        {{"<own-2>"}, {2}},
        {{"rewritten-2"}, {2}},
        {{" <rewritten-3> "}, {3}},
        {{"inb_99"}, {}},
        {{"msg_x"}, {}},
        {{"nothing"}, {}},
        {{"inb_1", "msg_12"}, {2, 1}},
        {{"inb_1", "msg_11"}, {1}},
    };
    for (const auto& c : cases) {
      CAPTURE(c.message_ids.front());
      ListRequest request;
      request.filters.message_ids = c.message_ids;
      CHECK(read_all(database, tables, request) == c.expected);
      const Scope other{.workspace_id = 2};
      CHECK(read_all(database, tables, request, View::InboxReplies, kStart, other).empty());
    }
  });
}

}  // namespace outrider::inbox
