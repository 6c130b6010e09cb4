#include "inbox/importance.h"

#include <doctest/doctest.h>

#include "db/testing.h"

namespace outrider::inbox {
namespace {

constexpr std::int64_t kDollar = 100;

ImportanceFacts all_five() {
  return {.title = "CEO",
          .company_size = "Enterprise",
          .deal_cents = 80'000 * kDollar,
          .reply_after_ms = kHourMs,
          .reply = "Do we have the Budget for it?"};
}

TEST_CASE("I1 to I5: points add up, and fifty of them flag a conversation") {
  const struct {
    const char* name;
    ImportanceFacts facts;
    int score;
    bool is_important;
  } cases[] = {
      {"I1 title VP and enterprise", {.title = "VP", .company_size = "enterprise"}, 55, true},
      {"I2 title CEO alone", {.title = "CEO"}, 30, false},
      {"I3 title and deal", {.title = "Director", .deal_cents = 50'001 * kDollar}, 50, true},
      {"I4 enterprise and fast", {.company_size = "enterprise", .reply_after_ms = kMinuteMs}, 40, false},
      {"I5 all five", all_five(), 100, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto result = score_importance(c.facts);
    CHECK(result.score == c.score);
    CHECK(result.is_important() == c.is_important);
  }
}

TEST_CASE("I6: limits are not reached by touching them, and what is unknown gives nothing") {
  CHECK(score_importance({.deal_cents = 50'000 * kDollar}).score == 0);
  CHECK(score_importance({.reply_after_ms = 4 * kHourMs}).score == 0);
  CHECK(score_importance({.reply_after_ms = 4 * kHourMs - 1}).score == 15);
  CHECK(score_importance({}).score == 0);
}

TEST_CASE("I7: a title is tested by whole words") {
  for (const char* title :
       {"VP Sales", "Managing Director", "Co-Founder & CEO", "cto", "Vice President, Sales"}) {
    CAPTURE(title);
    CHECK(score_importance({.title = title}).score == 30);
  }
  for (const char* title : {"Directory editor", "Viper handler", "Sales manager", "Doctor", ""}) {
    CAPTURE(title);
    CHECK(score_importance({.title = title}).score == 0);
  }
}

TEST_CASE("I8: urgent words and a VIP tag add five each, and a hundred is the most") {
  CHECK(score_importance({.reply = "This is URGENT"}).score == 5);
  CHECK(score_importance({.reply = "please call asap"}).score == 5);
  CHECK(score_importance({.reply = "Budget approved!"}).score == 15);
  CHECK(score_importance({.has_vip_tag = true}).score == 5);
  auto facts = all_five();
  facts.has_vip_tag = true;
  facts.reply = "budget approved";
  CHECK(score_importance(facts).score == 100);
}

TEST_CASE("every point names its reason") {
  const auto result = score_importance({.title = "CTO", .reply = "budget", .has_vip_tag = true});
  REQUIRE(result.reasons.size() == 3);
  CHECK(result.reasons[0].word == "title");
  CHECK(result.reasons[1].word == "budget");
  CHECK(result.reasons[2].word == "vip_tag");
  CHECK(result.score == result.reasons[0].points + result.reasons[1].points + result.reasons[2].points);
}

TEST_CASE("an amount is read as people write it") {
  const struct {
    const char* text;
    std::optional<std::int64_t> cents;
  } cases[] = {
      {"75000", 75'000'00},
      {"$75,000", 75'000'00},
      {"75.000,00 EUR", 75'000'00},
      {"75 000 kr", 75'000'00},
      {"75k", 75'000'00},
      {"1.2m", 1'200'000'00},
      {"USD 50,000.50", 50'000'50},
      {"12.5", 12'50},
      {"none", std::nullopt},
      {"-5", std::nullopt},
      {"", std::nullopt},
      {"99999999999999999999", std::nullopt},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    CHECK(amount_cents(c.text) == c.cents);
  }
}

constexpr db::Query kAddLead{"importance_test.lead", R"sql(
  INSERT INTO lead (workspace_id, id, email, domain, custom_fields, created_at_ms, updated_at_ms)
  VALUES (1, 1, 'a@acme.example', 'acme.example', $1, 0, 0)
)sql"};
constexpr db::Query kAddThread{"importance_test.thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, lead_domain, state, reply_count,
                             last_reply_id, created_at_ms, updated_at_ms)
  VALUES (1, 1, 1, 1, 'acme.example', 1, 1, 2, 0, 0)
)sql"};
constexpr db::Query kAddMessage{"importance_test.message", R"sql(
  INSERT INTO message (workspace_id, id, stats_id, campaign_lead_id, mailbox_id, direction, kind, answers_id,
                       header_id, from_email, to_email, subject, at_ms, created_at_ms)
  VALUES (1, $1, $6, 1, 1, $2, $3, $4, '', 'x@y.example', 'z@y.example', 'Re: hello', $5, 0)
)sql"};
constexpr db::Query kAddBody{"importance_test.body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, new_text)
  VALUES (1, 2, $1)
)sql"};
constexpr db::Query kStar{"importance_test.star", R"sql(
  UPDATE campaign_lead SET is_important = $1, important_by_hand = 1 WHERE workspace_id = 1
)sql"};
constexpr db::Query kRevenue{"importance_test.revenue", R"sql(
  UPDATE campaign_lead SET revenue_cents = $1 WHERE workspace_id = 1
)sql"};
constexpr db::Query kFields{"importance_test.fields", R"sql(
  UPDATE lead SET custom_fields = $1 WHERE workspace_id = 1
)sql"};
constexpr db::Query kAddTag{"importance_test.tag", R"sql(
  INSERT INTO tag (workspace_id, id, name, color, created_at_ms)
  VALUES (1, 1, 'VIP', '#fff', 0)
)sql"};
constexpr db::Query kTagLead{"importance_test.tag_lead", R"sql(
  INSERT INTO lead_tag (workspace_id, lead_id, tag_id, created_at_ms)
  VALUES (1, 1, 1, 0)
)sql"};
constexpr db::Query kRead{"importance_test.read", R"sql(
  SELECT importance_score, is_important, importance_reasons
    FROM campaign_lead
   WHERE workspace_id = 1
)sql"};

struct Stored {
  std::int64_t score = 0;
  bool is_important = false;
  std::string reasons;
};

/// An answered conversation; the reply came `after_ms` after our mail and says `text`.
struct Conversation {
  db::Database& database;

  void add(std::string_view fields, TimeMs after_ms, std::string_view text) {
    run([&](db::Tx& tx) -> Result<> {
      TRY(tx.run(kAddLead, fields));
      TRY(tx.run(kAddThread));
      TRY(tx.run(kAddMessage, 1, Direction::Outbound, MessageKind::Step, nullptr, kDayMs, "s1"));
      TRY(tx.run(kAddMessage, 2, Direction::Inbound, MessageKind::Answer, 1, kDayMs + after_ms, "s2"));
      TRY(tx.run(kAddBody, text));
      return {};
    });
  }
  template <class... Args>
  void change(const db::Query& query, Args... args) {
    run([&](db::Tx& tx) -> Result<> {
      TRY(tx.run(query, args...));
      return {};
    });
  }
  Stored refreshed() {
    run([](db::Tx& tx) { return refresh_importance_of_lead(tx, 1, 1); });
    const auto row = database.read([](db::Tx& tx) { return tx.row(kRead); });
    REQUIRE(row);
    return {.score = (*row)->int64(0), .is_important = (*row)->flag(1), .reasons = (*row)->string(2)};
  }

 private:
  template <class F>
  void run(F f) {
    const auto done = database.write(f);
    REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
  }
};

TEST_CASE("I9: a star that a person set or took away stays when the score is computed again") {
  db::for_each_migrated([](db::Database& database) {
    Conversation conversation{database};
    conversation.add(R"({"Job Title":"CEO","company_size":"Enterprise"})", kHourMs, "hello");
    CHECK(conversation.refreshed().is_important);
    conversation.change(kStar, 0);
    CHECK(conversation.refreshed().score == 70);
    CHECK(!conversation.refreshed().is_important);
    conversation.change(kStar, 1);
    conversation.change(kFields, "{}");
    CHECK(conversation.refreshed().score == 15);
    CHECK(conversation.refreshed().is_important);
  });
}

TEST_CASE("I10: title, company size, revenue, deal size and tags count as they are now") {
  db::for_each_migrated([](db::Database& database) {
    Conversation conversation{database};
    conversation.add("{}", 5 * kHourMs, "What is the budget?");
    auto stored = conversation.refreshed();
    CHECK(stored.score == 10);
    CHECK(stored.reasons == R"([{"reason":"budget","points":10}])");
    conversation.change(kFields, R"({"title":"Director of Sales"})");
    CHECK(conversation.refreshed().score == 40);
    conversation.change(kRevenue, 6'000'000);
    stored = conversation.refreshed();
    CHECK(stored.score == 60);
    CHECK(stored.is_important);
    conversation.change(kRevenue, 0);
    CHECK(!conversation.refreshed().is_important);
    conversation.change(kFields, R"({"deal size":"$80,000"})");
    CHECK(conversation.refreshed().score == 30);
    conversation.change(kAddTag);
    conversation.change(kTagLead);
    CHECK(conversation.refreshed().score == 35);
  });
}

}  // namespace
}  // namespace outrider::inbox
