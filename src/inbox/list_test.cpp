#include "inbox/list.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "core/random.h"
#include "db/testing.h"
#include "inbox/search.h"
#include "inbox/thread.h"

namespace outrider::inbox {
namespace {

constexpr TimeMs kNow = 1'800'000'000'000;
constexpr std::int64_t kCampaigns = 6;

/// A conversation as the naive evaluation sees it.
struct Thread {
  std::int64_t id = 0;
  std::int64_t workspace_id = 1;
  std::int64_t campaign_id = 0;
  std::int64_t mailbox_id = 0;
  std::int64_t reply_count = 0;
  TimeMs sent_at_ms = 0;
  TimeMs replied_at_ms = 0;
  bool is_archived = false;
  std::optional<TimeMs> snoozed_until_ms = {};
  std::optional<std::int64_t> category_id = {};
  std::optional<std::int64_t> assigned_user_id = {};
  std::optional<std::int64_t> sub_sequence_id = {};
  bool is_bounced = false;
  bool is_unsubscribed = false;
  std::string text;
};

std::int64_t client_of(std::int64_t campaign_id) {
  return 50 + campaign_id % 2;
}
std::int64_t owner_of(std::int64_t campaign_id) {
  return 1 + campaign_id % 3;
}
/// Campaign 2 has tags 1 and 2, 3 has tag 2, the others none.
bool has_tag(std::int64_t campaign_id, std::int64_t tag_id) {
  return (campaign_id == 2 && tag_id <= 2) || (campaign_id == 3 && tag_id == 2);
}

constexpr db::Query kInsertCampaign{"inbox.list_test_campaign", R"sql(
  INSERT INTO campaign (workspace_id, id, user_id, client_id, name, state, created_at_ms, updated_at_ms)
  VALUES (1, $1, $2, $3, 'C', 1, 0, 0)
)sql"};

constexpr db::Query kInsertTag{"inbox.list_test_tag", R"sql(
  INSERT INTO campaign_tag (workspace_id, tag_id, campaign_id)
  VALUES (1, $1, $2)
)sql"};

constexpr db::Query kInsertThread{"inbox.list_test_thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, mailbox_id, lead_domain, state,
                             reply_count, last_sent_at_ms, last_reply_at_ms, is_archived, snoozed_until_ms,
                             category_id, assigned_user_id, sub_sequence_id, is_bounced,
                             is_unsubscribed, sent_count, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $2, $4, 'a.example', 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, 0, 0)
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

Result<> store(db::Tx& tx, const Thread& t) {
  TRY(tx.run(kInsertThread,
             t.workspace_id,
             t.id,
             t.campaign_id,
             t.mailbox_id,
             t.reply_count,
             t.sent_at_ms,
             t.reply_count > 0 ? std::optional(t.replied_at_ms) : std::nullopt,
             t.is_archived,
             t.snoozed_until_ms,
             t.category_id,
             t.assigned_user_id,
             t.sub_sequence_id,
             t.is_bounced,
             t.is_unsubscribed));
  TRY(tx.run(kInsertText, t.workspace_id, t.id, t.text));
  return {};
}

constexpr db::Query kRemoveThread{"inbox.list_test_remove", R"sql(
  DELETE FROM campaign_lead
   WHERE id = $1
)sql"};

constexpr db::Query kRemoveText{"inbox.list_test_remove_text", R"sql(
  DELETE FROM thread_text
   WHERE campaign_lead_id = $1
)sql"};

constexpr db::Query kChange{"inbox.list_test_change", R"sql(
  UPDATE campaign_lead
     SET campaign_id = $2, mailbox_id = $3, reply_count = $4, last_sent_at_ms = $5,
         last_reply_at_ms = $6, is_archived = $7, snoozed_until_ms = $8, category_id = $9,
         assigned_user_id = $10, sub_sequence_id = $11, is_bounced = $12, is_unsubscribed = $13
   WHERE id = $1
)sql"};

Result<> change(db::Tx& tx, const Thread& t) {
  TRY(tx.run(kChange,
             t.id,
             t.campaign_id,
             t.mailbox_id,
             t.reply_count,
             t.sent_at_ms,
             t.reply_count > 0 ? std::optional(t.replied_at_ms) : std::nullopt,
             t.is_archived,
             t.snoozed_until_ms,
             t.category_id,
             t.assigned_user_id,
             t.sub_sequence_id,
             t.is_bounced,
             t.is_unsubscribed));
  TRY(tx.run(kInsertText, t.workspace_id, t.id, t.text));
  return {};
}

Result<> store_campaigns(db::Tx& tx) {
  for (std::int64_t id = 1; id <= kCampaigns; ++id) {
    TRY(tx.run(kInsertCampaign, id, owner_of(id), client_of(id)));
    for (std::int64_t tag = 1; tag <= 3; ++tag)
      if (has_tag(id, tag)) TRY(tx.run(kInsertTag, tag, id));
  }
  return {};
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t up_to(std::int64_t max) {
    return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(max) + 1));
  }
  bool one_in(std::int64_t n) { return up_to(n - 1) == 0; }
  std::optional<std::int64_t> maybe(std::int64_t max) {
    return one_in(3) ? std::nullopt : std::optional(1 + up_to(max - 1));
  }
  std::vector<std::int64_t> ids(std::int64_t max, std::int64_t count_max) {
    std::vector<std::int64_t> ids(static_cast<std::size_t>(1 + up_to(count_max - 1)));
    for (auto& id : ids) id = 1 + up_to(max - 1);
    return ids;
  }

 private:
  Random random_;
};

Thread random_thread(Dice& dice, std::int64_t id) {
  static constexpr const char* kTexts[] = {
      "nora lindqvist budget", "ab", "100% sure_thing", "\u00e9t\u00e9 *?["};
  return {.id = id,
          .workspace_id = dice.one_in(10) ? 2 : 1,
          .campaign_id = 1 + dice.up_to(kCampaigns - 1),
          .mailbox_id = 1 + dice.up_to(3),
          .reply_count = dice.up_to(2),
          .sent_at_ms = kNow - dice.up_to(30) * kSecondMs,
          .replied_at_ms = kNow - dice.up_to(20) * kSecondMs,
          .is_archived = dice.one_in(6),
          .snoozed_until_ms =
              dice.one_in(4) ? std::optional(kNow + (dice.up_to(2) - 1) * kSecondMs) : std::nullopt,
          .category_id = dice.maybe(4),
          .assigned_user_id = dice.maybe(3),
          .sub_sequence_id = dice.maybe(2),
          .is_bounced = dice.one_in(4),
          .is_unsubscribed = dice.one_in(4),
          .text = kTexts[dice.up_to(3)]};
}

Filters random_filters(Dice& dice) {
  static constexpr const char* kSearches[] = {"BUDGET", "a", "b", "0%", "e_t", "*?[", "\u00c9T", "absent"};
  Filters filters;
  if (dice.one_in(4)) filters.search = kSearches[dice.up_to(7)];
  if (dice.one_in(4))
    for (const auto word : dice.ids(7, 3))
      filters.email_status.push_back(static_cast<StatusFilter>(word - 1));
  if (dice.one_in(3)) filters.campaign_ids = dice.ids(kCampaigns + 1, 5);
  if (dice.one_in(4)) filters.mailbox_ids = dice.ids(5, 3);
  if (dice.one_in(4)) filters.team_member_ids = dice.ids(4, 2);
  if (dice.one_in(5)) filters.tag_ids = dice.ids(3, 2);
  if (dice.one_in(5)) filters.client_ids = {50 + dice.up_to(2)};
  if (dice.one_in(4)) filters.sub_sequence_id = 1 + dice.up_to(2);
  filters.categories.unassigned = dice.one_in(4);
  filters.categories.is_assigned = dice.one_in(4);
  if (dice.one_in(4)) filters.categories.ids_in = dice.ids(5, 2);
  if (dice.one_in(4)) filters.categories.ids_not_in = dice.ids(5, 2);
  if (dice.one_in(3)) {
    const TimeMs from_ms = kNow - dice.up_to(20) * kSecondMs;
    filters.replied_between = {{from_ms}, {from_ms + dice.up_to(10) * kSecondMs}};
  }
  return filters;
}

bool holds(const std::vector<std::int64_t>& ids, std::optional<std::int64_t> id) {
  return ids.empty() || (id && std::ranges::find(ids, *id) != ids.end());
}

bool has_status(const Thread& t, const std::vector<StatusFilter>& wanted) {
  if (wanted.empty()) return true;
  return std::ranges::any_of(wanted, [&t](StatusFilter status) {
    if (status == StatusFilter::Bounced) return t.is_bounced;
    if (status == StatusFilter::Unsubscribed) return t.is_unsubscribed;
    return status == StatusFilter::Replied;  // the others say "no reply"
  });
}

bool is_of_members(const Thread& t, const std::vector<std::int64_t>& members) {
  return holds(members, t.assigned_user_id ? *t.assigned_user_id : owner_of(t.campaign_id));
}

bool has_text(const Thread& t, const std::string& search) {
  std::string folded = search;
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (search == "\u00c9T") folded = "\u00e9t";
  return t.text.find(folded) != std::string::npos;
}

bool matches(const Thread& t, const Filters& f, std::optional<std::int64_t> client_id) {
  const bool is_tagged = f.tag_ids.empty() || std::ranges::any_of(f.tag_ids, [&t](std::int64_t tag) {
                           return has_tag(t.campaign_id, tag);
                         });
  const bool is_in_range = f.replied_between.empty() || (t.replied_at_ms >= f.replied_between[0].at_ms &&
                                                         t.replied_at_ms <= f.replied_between[1].at_ms);
  return t.workspace_id == 1 && t.reply_count > 0 && !t.is_archived &&
         (!t.snoozed_until_ms || *t.snoozed_until_ms <= kNow) &&
         (!client_id || client_of(t.campaign_id) == *client_id) && is_tagged && is_in_range &&
         has_text(t, f.search) && has_status(t, f.email_status) && holds(f.campaign_ids, t.campaign_id) &&
         holds(f.mailbox_ids, t.mailbox_id) && is_of_members(t, f.team_member_ids) &&
         holds(f.client_ids, client_of(t.campaign_id)) &&
         (!f.sub_sequence_id || t.sub_sequence_id == f.sub_sequence_id) &&
         f.categories.accepts(t.category_id);
}

std::vector<std::int64_t> evaluate(std::vector<Thread> threads,
                                   const ListRequest& request,
                                   std::optional<std::int64_t> client_id) {
  std::erase_if(threads, [&](const Thread& t) { return !matches(t, request.filters, client_id); });
  std::ranges::sort(threads, [&](const Thread& a, const Thread& b) {
    const bool by_sent = request.sort_by == SortBy::SentTime;
    const TimeMs of_a = by_sent ? a.sent_at_ms : a.replied_at_ms;
    const TimeMs of_b = by_sent ? b.sent_at_ms : b.replied_at_ms;
    return of_a != of_b ? of_a > of_b : a.id > b.id;
  });
  std::vector<std::int64_t> ids;
  for (const auto& t : threads) ids.push_back(t.id);
  return ids;
}

/// Every page until the end, as a client loops.
Result<std::vector<std::int64_t>> read_all(db::Tx& tx, const Scope& scope, ListRequest request) {
  std::vector<std::int64_t> ids;
  while (true) {
    TRY_AS(const auto page, list_replies(tx, scope, request, kNow));
    ids.insert(ids.end(), page.ids.begin(), page.ids.end());
    request.offset += request.limit;
    if (page.ids.empty() || request.offset >= page.total_count) {
      CHECK(page.total_count == static_cast<std::int64_t>(ids.size()));
      return ids;
    }
  }
}

}  // namespace

TEST_CASE("any combination of filters gives what a naive evaluation gives, on every page") {
  db::for_each_migrated([](db::Database& database) {
    constexpr std::uint64_t kSeed = 20'260'303;
    CAPTURE(kSeed);
    Dice dice(kSeed);
    std::vector<Thread> threads;
    for (std::int64_t id = 1; id <= 150; ++id) threads.push_back(random_thread(dice, id));
    const auto done = database.write([&](db::Tx& tx) -> Result<> {
      TRY(store_campaigns(tx));
      for (const auto& thread : threads) TRY(store(tx, thread));
      return {};
    });
    REQUIRE(done);
    const auto compared = database.read([&](db::Tx& tx) -> Result<> {
      for (int i = 0; i < 300; ++i) {
        CAPTURE(i);
        CAPTURE(static_cast<int>(tx.engine()));
        ListRequest request;
        request.limit = static_cast<int>(1 + dice.up_to(19));
        request.filters = random_filters(dice);
        request.sort_by = dice.one_in(2) ? SortBy::SentTime : SortBy::ReplyTime;
        const Scope scope{.workspace_id = 1,
                          .client_id = dice.one_in(5) ? std::optional<std::int64_t>(50) : std::nullopt};
        CAPTURE(request.filters.search);
        TRY_AS(const auto found, read_all(tx, scope, request));
        CHECK(found == evaluate(threads, request, scope.client_id));
      }
      return {};
    });
    CHECK(compared);
  });
}

TEST_CASE("totals follow every change of a conversation") {
  db::for_each_migrated([](db::Database& database) {
    Dice dice(7);
    std::vector<Thread> threads;
    for (std::int64_t id = 1; id <= 40; ++id) {
      threads.push_back(random_thread(dice, id));
      threads.back().workspace_id = 1;
    }
    const auto done = database.write([&](db::Tx& tx) -> Result<> {
      TRY(store_campaigns(tx));
      for (const auto& thread : threads) TRY(store(tx, thread));
      for (int round = 0; round < 60; ++round) {
        CAPTURE(round);
        Thread& old = threads[static_cast<std::size_t>(dice.up_to(39))];
        const auto id = old.id;
        old = random_thread(dice, id);
        old.workspace_id = 1;
        TRY(tx.run(kRemoveText, id));
        if (dice.one_in(3)) {
          TRY(tx.run(kRemoveThread, id));
          TRY(store(tx, old));
        } else {
          TRY(change(tx, old));
        }
        ListRequest request;
        if (dice.one_in(2)) request.filters = random_filters(dice);
        TRY_AS(const auto found, read_all(tx, {.workspace_id = 1}, request));
        CHECK(found == evaluate(threads, request, std::nullopt));
      }
      return {};
    });
    CHECK(done);
  });
}

TEST_CASE("paging gives every match once, whatever their number") {
  db::for_each_migrated([](db::Database& database) {
    std::int64_t stored = 0;
    for (const std::int64_t wanted : {0, 1, 19, 20, 21, 40, 41}) {
      CAPTURE(wanted);
      const auto done = database.write([&](db::Tx& tx) -> Result<> {
        for (; stored < wanted; ++stored)
          TRY(store(tx,
                    {.id = stored + 1,
                     .campaign_id = 1,
                     .mailbox_id = 1,
                     .reply_count = 1,
                     .sent_at_ms = 5,
                     .replied_at_ms = kNow - stored / 3,
                     .text = "t"}));
        TRY_AS(const auto ids, read_all(tx, {.workspace_id = 1}, {}));
        CHECK(static_cast<std::int64_t>(ids.size()) == wanted);
        CHECK(std::set(ids.begin(), ids.end()).size() == ids.size());
        ListRequest past;
        past.offset = wanted + 7;
        TRY_AS(const auto nothing, list_replies(tx, {.workspace_id = 1}, past, kNow));
        CHECK(nothing.ids.empty());
        CHECK(nothing.total_count == wanted);
        return {};
      });
      CHECK(done);
    }
  });
}

TEST_CASE("a conversation is found by each id that names one of its messages") {
  db::for_each_migrated([](db::Database& database) {
    const auto done = database.write([](db::Tx& tx) -> Result<> {
      for (std::int64_t id = 1; id <= 3; ++id) {
        TRY(store(tx, {.id = id, .campaign_id = 1, .reply_count = 1, .replied_at_ms = id, .text = "t"}));
        const std::string number = std::to_string(id);
        TRY(tx.run(kInsertMessage, 1, 10 + id, "stats-" + number, id, "own-" + number));
        TRY(tx.run(kInsertHeaderId, 1, "own-" + number, 10 + id));
        TRY(tx.run(kInsertHeaderId, 1, "rewritten-" + number, 10 + id));
      }
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
        TRY_AS(const auto page, list_replies(tx, {.workspace_id = 1}, request, kNow));
        CHECK(page.ids == c.expected);
        CHECK(page.total_count == static_cast<std::int64_t>(c.expected.size()));
        TRY_AS(const auto foreign, list_replies(tx, {.workspace_id = 2}, request, kNow));
        CHECK(foreign.total_count == 0);
      }
      return {};
    });
    CHECK(done);
  });
}

}  // namespace outrider::inbox
