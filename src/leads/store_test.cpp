#include "leads/store.h"

#include "inbox/thread.h"
#include "leads/testing.h"
#include "leads/unsubscribe.h"

using namespace outrider;
using namespace outrider::leads;
using campaigns::LeadState;

namespace {

constexpr db::Query kPlan{"leads_test.plan", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, message_id, mailbox_id,
                        header_id, state, not_before_ms, first_step_date, created_at_ms)
  VALUES ($1, 0, $2, $3, 1, 1, 1, 'x', 0, 0, 20000, 0)
)sql"};
constexpr db::Query kReserve{"leads_test.reserve", R"sql(
  INSERT INTO campaign_day (workspace_id, campaign_id, local_date, new_leads)
  VALUES ($1, $2, 20000, 5)
)sql"};
constexpr db::Query kLeft{"leads_test.left", R"sql(
  SELECT (SELECT new_leads FROM campaign_day WHERE workspace_id = $1 AND campaign_id = $2),
         (SELECT COUNT(*) FROM outgoing WHERE workspace_id = $1 AND campaign_id = $2),
         (SELECT COUNT(*) FROM lead_timeline WHERE workspace_id = $1),
         (SELECT COUNT(*) FROM lead WHERE workspace_id = $1)
)sql"};
constexpr db::Query kUnsubscribes{"leads_test.unsubscribes", R"sql(
  SELECT COUNT(*) FROM event WHERE workspace_id = $1 AND type = 6
)sql"};

LeadState state_in(db::Database& database, const campaigns::Campaign& campaign) {
  return list_all(database, campaign).at(0).state;
}

}  // namespace

TEST_CASE("a lead that leaves a campaign takes its planned mail along and gives its day back") {
  db::for_each_migrated([](db::Database& database) {
    const auto first = make_campaign(database);
    const auto second = make_campaign(database);
    const auto lead_id = *import_into(database, first, rows_of({"a@one.example"}))[0].lead_id;
    import_into(database, second, rows_of({"a@one.example"}));
    const auto leave = [&](const campaigns::Campaign& campaign) {
      written(database, [&](db::Tx& tx) -> Result<> {
        TRY_AS(const auto place, load_membership_of(tx, kTestWorkspace, campaign.id, lead_id));
        TRY(tx.run(kPlan, kTestWorkspace, place.id, campaign.id));
        TRY(tx.run(kReserve, kTestWorkspace, campaign.id));
        return remove_from_campaign(tx, place);
      });
      const auto left =
          written(database, [&](db::Tx& tx) { return tx.row(kLeft, kTestWorkspace, campaign.id); });
      CHECK(left->int64(0) == 4);
      CHECK(left->int64(1) == 0);
      CHECK(reload(database, campaign).lead_count == 0);
      return std::pair(left->int64(2), left->int64(3));
    };
    CHECK(leave(first) == std::pair<std::int64_t, std::int64_t>(1, 1));
    CHECK(leave(second) == std::pair<std::int64_t, std::int64_t>(0, 0));
  });
}

TEST_CASE("a client sees the leads of its own campaigns") {
  db::for_each_migrated([](db::Database& database) {
    const auto own = make_campaign(database, 7);
    const auto others = make_campaign(database);
    const auto lead_id = *import_into(database, own, rows_of({"a@one.example"}))[0].lead_id;
    import_into(database, others, rows_of({"a@one.example", "b@one.example"}));
    const Scope scope{.workspace_id = kTestWorkspace, .client_id = 7};
    written(database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto found, find_by_email(tx, scope, "A@one.example"));
      CHECK((found && found->id == lead_id));
      TRY_AS(const auto hidden, find_by_email(tx, scope, "b@one.example"));
      CHECK_FALSE(hidden);
      TRY_AS(const auto places, list_places(tx, scope, lead_id));
      CHECK(places.size() == 1);
      return {};
    });
  });
}

TEST_CASE("a lead that unsubscribes everywhere is blocked once and for all") {
  db::for_each_migrated([](db::Database& database) {
    const auto first = make_campaign(database, 7);
    const auto second = make_campaign(database);
    const auto lead_id = *import_into(database, first, rows_of({"a@one.example"}))[0].lead_id;
    import_into(database, second, rows_of({"a@one.example"}));
    const auto unsubscribe = [&](std::optional<std::int64_t> client_id) {
      return written(database, [&](db::Tx& tx) -> Result<bool> {
        TRY_AS(const auto lead, leads::load(tx, {.workspace_id = kTestWorkspace}, lead_id));
        return unsubscribe_everywhere(tx, lead, client_id, {.text = "API"}, kTestNow);
      });
    };
    const auto events = [&] {
      return written(database, [&](db::Tx& tx) { return tx.row(kUnsubscribes, kTestWorkspace); })->int64(0);
    };

    CHECK(unsubscribe(7));
    CHECK_FALSE(unsubscribe(7));
    CHECK(state_in(database, first) == LeadState::Stopped);
    CHECK(state_in(database, second) == LeadState::Started);
    CHECK(events() == 1);
    const auto clients = written(database, [&](db::Tx& tx) {
      return list_client_unsubscribes(tx, kTestWorkspace, {"a@one.example"});
    });
    REQUIRE(clients.size() == 1);
    CHECK(clients[0].client_id == 7);

    CHECK(unsubscribe(std::nullopt));
    CHECK_FALSE(unsubscribe(std::nullopt));
    CHECK(state_in(database, first) == LeadState::Blocked);
    CHECK(state_in(database, second) == LeadState::Blocked);
    CHECK(events() == 2);
    CHECK(written(database, [&](db::Tx& tx) {
      return is_suppressed(tx, kTestWorkspace, std::nullopt, "a@one.example");
    }));
  });
}

TEST_CASE("a recipient who unsubscribes is heard when the lead is gone or has moved") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    import_into(database, campaign, rows_of({"new@one.example"}));
    const auto lead_id = list_all(database, campaign)[0].lead.id;
    const auto unsubscribe = [&](std::int64_t id, const char* address) {
      written(database, [&](db::Tx& tx) {
        return unsubscribe_recipient(tx, kTestWorkspace, id, address, {.text = "LINK"}, kTestNow);
      });
    };
    const auto is_stopped = [&](const char* address) {
      return written(database,
                     [&](db::Tx& tx) { return is_suppressed(tx, kTestWorkspace, std::nullopt, address); });
    };
    unsubscribe(lead_id, "Old@one.example");
    CHECK(is_stopped("old@one.example"));
    CHECK(is_stopped("new@one.example"));
    CHECK(state_in(database, campaign) == LeadState::Blocked);
    unsubscribe(lead_id + 1, "gone@two.example");
    CHECK(is_stopped("gone@two.example"));
  });
}

TEST_CASE("each filter of the list finds its leads and counts them") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    import_into(database,
                campaign,
                rows_of({"quiet@x.example",
                         "opened@x.example",
                         "clicked@x.example",
                         "replied@x.example",
                         "bounced@x.example",
                         "gone@x.example"}));
    const auto key = [&](std::size_t i) {
      return inbox::ThreadKey{.workspace_id = kTestWorkspace,
                              .campaign_lead_id = list_all(database, campaign)[i].id};
    };
    const std::vector keys{key(0), key(1), key(2), key(3), key(4), key(5)};
    written(database, [&](db::Tx& tx) -> Result<> {
      for (std::size_t i = 1; i < keys.size(); ++i)
        TRY(inbox::thread_sent(tx, keys[i], 1, kTestNow + static_cast<TimeMs>(i)));
      for (std::size_t i = 1; i <= 3; ++i) TRY(inbox::thread_opened(tx, keys[i], kTestNow + 10));
      TRY(inbox::thread_clicked(tx, keys[2], kTestNow + 11));
      TRY(inbox::thread_replied(tx, keys[3], 2, kTestNow + 20));
      TRY(inbox::thread_bounced(tx, keys[4], kTestNow + 12));
      return inbox::thread_unsubscribed(tx, keys[5], kTestNow + 13);
    });
    const auto counted = reload(database, campaign);
    const auto mask = [&](const CampaignLeadFilter& filter) {
      std::string found;
      for (const auto& entry : list_all(database, campaign, filter)) found += entry.lead.email[0];
      const auto total =
          written(database, [&](db::Tx& tx) { return count_in_campaign(tx, counted, filter); });
      CHECK(total == static_cast<std::int64_t>(found.size()));
      return found;
    };
    CHECK(mask({.engagement = Engagement::Opened}) == "ocr");
    CHECK(mask({.engagement = Engagement::Clicked}) == "c");
    CHECK(mask({.engagement = Engagement::Replied}) == "r");
    CHECK(mask({.engagement = Engagement::Bounced}) == "b");
    CHECK(mask({.engagement = Engagement::Unsubscribed}) == "g");
    CHECK(mask({.engagement = Engagement::Spam}) == "");
    CHECK(mask({.engagement = Engagement::Accepted}) == "ocrg");
    CHECK(mask({.engagement = Engagement::NotReplied}) == "oc");
    CHECK(mask({.engagement = Engagement::SenderBounced}) == "");
    CHECK(mask({.sent_after_ms = kTestNow + 3}) == "bg");
    CHECK(mask({.event_after_ms = kTestNow + 4}) == "rg");
    CHECK(mask({.added_after_ms = kTestNow}) == "");
    CHECK(mask({.added_after_ms = kTestNow - 1}) == "qocrbg");
    CHECK(mask({.state = LeadState::Blocked}) == "");
    CHECK(mask({.state = LeadState::Started, .engagement = Engagement::Clicked}) == "c");
  });
}

TEST_CASE("a new entry blocks the leads it means and no others") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    import_into(
        database,
        campaign,
        rows_of(
            {"a@mail.one.example", "b@one.example", "c@notone.example", "d@two.example", "e@two.example"}));
    const auto block = [&](const std::vector<std::string>& values) {
      written(database, [&](db::Tx& tx) {
        return block_suppressed(tx, kTestWorkspace, std::nullopt, values, {.text = "BLOCK_LIST"}, kTestNow);
      });
      std::string blocked;
      for (const auto& entry : list_all(database, campaign, {.state = LeadState::Blocked}))
        blocked += entry.lead.email[0];
      return blocked;
    };
    CHECK(block({"mail.one.example"}) == "a");
    CHECK(block({"one.example", "d@two.example"}) == "abd");
  });
}

TEST_CASE("an address belongs to one lead") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    import_into(database, campaign, rows_of({"a@one.example", "b@one.example"}));
    auto lead = list_all(database, campaign)[0].lead;
    lead.email = "b@one.example";
    const auto refused = database.write([&](db::Tx& tx) { return store(tx, lead, kTestNow); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);
    lead.email = "c@other.example";
    lead.domain = "other.example";
    written(database, [&](db::Tx& tx) { return store(tx, lead, kTestNow); });
    CHECK(list_all(database, campaign)[0].lead.domain == "other.example");
  });
}
