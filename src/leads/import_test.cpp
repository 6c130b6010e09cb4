#include "leads/import.h"

#include "campaigns/sequence_store.h"
#include "leads/testing.h"
#include "leads/unsubscribe.h"

using namespace outrider;
using namespace outrider::leads;
using enum outrider::leads::ImportOutcome;

namespace {

constexpr db::Query kPlaces{"leads_test.places", R"sql(
  SELECT place.next_seq, place.due_at_ms, place.client_id, place.lead_domain,
         (SELECT COUNT(*)
            FROM lead_timeline AS line
           WHERE line.workspace_id = place.workspace_id AND line.campaign_lead_id = place.id)
    FROM campaign_lead AS place
   WHERE place.workspace_id = $1 AND place.campaign_id = $2
   ORDER BY place.id
)sql"};

campaigns::SequenceStep step(std::int64_t seq_number, int delay_days) {
  campaigns::SequenceStep made;
  made.seq_number = seq_number;
  made.delay_days = delay_days;
  made.subject = "S";
  made.body = "B";
  return made;
}

void suppress(db::Database& database,
              SuppressionSource source,
              const std::vector<std::string>& values,
              std::optional<std::int64_t> client_id = std::nullopt) {
  written(database, [&](db::Tx& tx) {
    return add_suppressions(
        tx, {.workspace_id = kTestWorkspace, .client_id = client_id, .source = source}, values, kTestNow);
  });
}

}  // namespace

TEST_CASE("rows are told apart by address, whatever its spelling") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    const auto result =
        import_into(database,
                    campaign,
                    rows_of({" Ana@Delta.example ", "ana@DELTA.example", "b@x", "", "a b@c.example"}));
    CHECK(outcomes(result) ==
          std::vector{Added, DuplicateInRequest, InvalidAddress, InvalidAddress, InvalidAddress});
    CHECK(result[0].email == "ana@delta.example");
    CHECK(reload(database, campaign).lead_count == 1);
  });
}

TEST_CASE("the lists keep people out, and each can be looked past") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    suppress(database, SuppressionSource::Manual, {"a@one.example", "two.example"});
    suppress(database, SuppressionSource::Unsubscribe, {"c@three.example"});
    suppress(database, SuppressionSource::Bounce, {"d@four.example"});
    const auto rows = rows_of(
        {"a@one.example", "b@mail.two.example", "c@three.example", "d@four.example", "b@nottwo.example"});
    CHECK(outcomes(import_into(database, campaign, rows)) ==
          std::vector{Blocked, Blocked, Unsubscribed, BouncedBefore, Added});
    CHECK(outcomes(import_into(database, campaign, rows, {.ignore_block_list = true})) ==
          std::vector{Added, Added, Unsubscribed, BouncedBefore, AlreadyInCampaign});
    const ImportSettings all{.ignore_block_list = true, .ignore_unsubscribes = true, .ignore_bounces = true};
    CHECK(outcomes(import_into(database, campaign, rows, all)) ==
          std::vector{AlreadyInCampaign, AlreadyInCampaign, Added, Added, AlreadyInCampaign});
  });
}

TEST_CASE("a client's entries hold for that client's campaigns alone") {
  db::for_each_migrated([](db::Database& database) {
    suppress(database, SuppressionSource::Manual, {"one.example"}, 7);
    const auto own = make_campaign(database, 7);
    const auto others = make_campaign(database, 8);
    const auto nobodys = make_campaign(database);
    const auto rows = rows_of({"a@one.example"});
    CHECK(outcomes(import_into(database, own, rows)) == std::vector{Blocked});
    CHECK(outcomes(import_into(database, others, rows)) == std::vector{Added});
    CHECK(outcomes(import_into(database, nobodys, rows)) == std::vector{Added});
  });
}

TEST_CASE("leads of other campaigns are left out only when asked") {
  db::for_each_migrated([](db::Database& database) {
    const auto first = make_campaign(database);
    const auto second = make_campaign(database);
    const auto rows = rows_of({"a@one.example"});
    const auto added = import_into(database, first, rows);
    const auto skipped = import_into(database, second, rows, {.skip_known_elsewhere = true});
    CHECK(outcomes(skipped) == std::vector{InOtherCampaign});
    CHECK(skipped[0].lead_id == added[0].lead_id);
    CHECK(outcomes(import_into(database, second, rows)) == std::vector{Added});
  });
}

TEST_CASE("known leads get the new contact data and keep the rest") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    auto rows = rows_of({"a@one.example"});
    rows[0].contact = {.first_name = "Ana", .last_name = "Kim", .location = "Oslo"};
    rows[0].custom_fields = {{"role", "CTO"}, {"Role", "other"}};
    import_into(database, campaign, rows);
    rows[0].contact = {.first_name = "Anna", .last_name = "", .website = "one.example"};
    rows[0].custom_fields = {{"role", "CEO"}, {"size", "12"}};
    CHECK(outcomes(import_into(database, campaign, rows)) == std::vector{AlreadyInCampaign});

    const auto lead = list_all(database, campaign)[0].lead;
    CHECK(lead.contact.first_name == "Anna");
    CHECK(lead.contact.last_name == "Kim");
    CHECK(lead.contact.location == "Oslo");
    CHECK(lead.contact.website == "one.example");
    CHECK(lead.custom_fields == CustomFields{{"Role", "other"}, {"role", "CEO"}, {"size", "12"}});
  });
}

TEST_CASE("a lead never has more than 200 custom fields") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database);
    auto rows = rows_of({"a@one.example"});
    for (std::size_t i = 0; i < kCustomFieldsMax; ++i) rows[0].custom_fields[std::to_string(i)] = "v";
    CHECK(outcomes(import_into(database, campaign, rows)) == std::vector{Added});
    rows[0].custom_fields = {{"0", "new"}};
    CHECK(outcomes(import_into(database, campaign, rows)) == std::vector{AlreadyInCampaign});
    rows[0].custom_fields = {{"one more", "v"}};
    CHECK(outcomes(import_into(database, campaign, rows)) == std::vector{TooManyFields});
    CHECK(list_all(database, campaign)[0].lead.custom_fields.size() == kCustomFieldsMax);
  });
}

TEST_CASE("a new place starts with the first step, at once or after its delay") {
  db::for_each_migrated([](db::Database& database) {
    const auto campaign = make_campaign(database, 7);
    import_into(database, campaign, rows_of({"a@mail.one.example"}));
    written(database, [&](db::Tx& tx) {
      return campaigns::replace_steps(tx, campaign, {step(2, 3), step(4, 1)}, kTestNow);
    });
    import_into(database, campaign, rows_of({"b@one.example"}));

    const auto rows =
        written(database, [&](db::Tx& tx) { return tx.rows(kPlaces, kTestWorkspace, campaign.id); });
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].int64(0) == 1);
    CHECK(rows[0].int64(1) == kTestNow);
    CHECK(rows[1].int64(0) == 2);
    CHECK(rows[1].int64(1) == kTestNow + 3 * kDayMs);
    for (const auto& row : rows) {
      CHECK(row.int64(2) == 7);
      CHECK(row.text(3) == "one.example");
      CHECK(row.int64(4) == 1);
    }
  });
}

TEST_CASE("new leads wake a completed campaign, and a stopped one takes none") {
  db::for_each_migrated([](db::Database& database) {
    auto campaign = make_campaign(database);
    const auto put_in = [&](campaigns::CampaignState state) {
      written(database,
              [&](db::Tx& tx) { return campaigns::store_state(tx, campaign, state, "API", kTestNow); });
      campaign = reload(database, campaign);
    };
    put_in(campaigns::CampaignState::Completed);
    import_into(database, campaign, rows_of({"nobody"}));
    CHECK(reload(database, campaign).state == campaigns::CampaignState::Completed);
    import_into(database, campaign, rows_of({"a@one.example"}));
    CHECK(reload(database, campaign).state == campaigns::CampaignState::Active);

    put_in(campaigns::CampaignState::Stopped);
    const auto refused = database.write(
        [&](db::Tx& tx) { return import_leads(tx, campaign, rows_of({"b@one.example"}), {}, kTestNow); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Invalid);
  });
}
