#include "statistics/store.h"

#include <doctest/doctest.h>

#include "analytics/event.h"
#include "campaigns/store.h"
#include "db/testing.h"
#include "inbox/thread.h"
#include "statistics/statistics_wire.h"

using namespace outrider;
using namespace outrider::statistics;

namespace {

constexpr TimeMs kNow = 1'770'000'000'000;
constexpr std::int64_t kWorkspace = 1;

constexpr db::Query kLead{"statistics_test.lead", R"sql(
  INSERT INTO lead (workspace_id, email, domain, first_name, created_at_ms, updated_at_ms)
  VALUES ($1, $2, 'x.example', $3, 0, 0)
  RETURNING id
)sql"};
constexpr db::Query kPlace{"statistics_test.place", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, lead_domain, state, category_id,
                             revenue_cents, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, 'x.example', $4, $5, 1050, 0, 0)
  RETURNING id
)sql"};
constexpr db::Query kCategory{"statistics_test.category", R"sql(
  INSERT INTO lead_category (workspace_id, id, name, created_at_ms)
  VALUES ($1, 1, 'Interested', 0)
)sql"};
constexpr db::Query kMessage{"statistics_test.message", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id, direction,
                       kind, step_id, seq_number, header_id, from_email, to_email, subject, at_ms, open_count,
                       click_count, replied_at_ms, bounced_at_ms, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, 1, 0, $6, 90, $7, 'h', 'me@y.example', 'to@x.example', 'S', $8, $9, $10, $11,
          $12, 0)
  RETURNING id
)sql"};
constexpr db::Query kBody{"statistics_test.body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html)
  VALUES ($1, $2, '<p>B</p>')
)sql"};

struct Mail {
  std::string stats_id;
  std::int64_t kind = 0;
  std::int64_t seq_number = 1;
  std::optional<TimeMs> at_ms = kNow;
  std::int64_t opens = 0;
  std::int64_t clicks = 0;
  std::optional<TimeMs> replied_at_ms = {};
  std::optional<TimeMs> bounced_at_ms = {};
};

/// A campaign with two leads: Ana, interested, and one without a name that unsubscribed and was blocked.
struct World {
  campaigns::Campaign campaign;
  std::vector<std::int64_t> leads;
  std::vector<std::int64_t> places;
};

Result<World> make_world(db::Tx& tx) {
  World world;
  TRY_AS(
      world.campaign,
      campaigns::create(tx, {.workspace_id = kWorkspace, .user_id = 1, .client_id = {}, .name = "C"}, kNow));
  TRY(tx.run(kCategory, kWorkspace));
  const std::optional<std::string> names[] = {"Ana", std::nullopt};
  for (const std::int64_t i : {0, 1}) {
    const std::string email = std::to_string(i) + "@x.example";
    TRY_AS(const auto lead, tx.row(kLead, kWorkspace, email, names[i]));
    world.leads.push_back(lead->int64(0));
    const std::int64_t state = i == 0 ? 1 : 5;
    const auto category = i == 0 ? std::optional<std::int64_t>(1) : std::nullopt;
    TRY_AS(const auto place,
           tx.row(kPlace, kWorkspace, world.campaign.id, world.leads.back(), state, category));
    world.places.push_back(place->int64(0));
  }
  TRY(inbox::thread_unsubscribed(tx, {kWorkspace, world.places[1]}, kNow));
  return world;
}

Result<> add_mail(db::Tx& tx, const World& world, std::size_t lead, const Mail& mail) {
  TRY_AS(const auto row,
         tx.row(kMessage,
                kWorkspace,
                mail.stats_id,
                world.places[lead],
                world.campaign.id,
                world.leads[lead],
                mail.kind,
                mail.seq_number,
                mail.at_ms,
                mail.opens,
                mail.clicks,
                mail.replied_at_ms,
                mail.bounced_at_ms));
  TRY(tx.run(kBody, kWorkspace, row->int64(0)));
  return {};
}

World world_with_mail(db::Database& database) {
  auto world = database.write([](db::Tx& tx) -> Result<World> {
    TRY_AS(auto made, make_world(tx));
    TRY(add_mail(tx, made, 0, {.stats_id = "a", .opens = 2, .clicks = 1}));
    TRY(add_mail(tx, made, 1, {.stats_id = "b", .at_ms = kNow + 10, .bounced_at_ms = kNow + 20}));
    TRY(add_mail(tx, made, 0, {.stats_id = "c", .seq_number = 2, .at_ms = kNow + 20, .replied_at_ms = kNow}));
    TRY(add_mail(tx, made, 0, {.stats_id = "unsent", .at_ms = std::nullopt}));
    TRY(add_mail(tx, made, 0, {.stats_id = "by hand", .kind = 1}));
    return made;
  });
  REQUIRE(world);
  return *std::move(world);
}

}  // namespace

TEST_CASE("the rows are the sequence's mails, and each filter finds its own") {
  db::for_each_migrated([](db::Database& database) {
    const World world = world_with_mail(database);
    const auto ids = [&](const SendFilter& filter, const Page& page = {.offset = 0, .limit = 100}) {
      const auto sends =
          database.read([&](db::Tx& tx) { return list_sends(tx, world.campaign, filter, page); });
      REQUIRE(sends);
      std::string found;
      for (const Send& send : *sends) found += send.stats_id;
      if (page.limit < 100) return found;
      const auto total = database.read([&](db::Tx& tx) { return count_sends(tx, world.campaign, filter); });
      CHECK(total == static_cast<std::int64_t>(found.size()));
      return found;
    };
    CHECK(ids({}) == "abc");
    CHECK(ids({}, {.offset = 1, .limit = 1}) == "b");
    CHECK(ids({}, {.offset = 3, .limit = 1}).empty());
    CHECK(ids({.seq_number = 2}) == "c");
    CHECK(ids({.seq_number = 3}).empty());
    CHECK(ids({.outcome = Outcome::Opened}) == "a");
    CHECK(ids({.outcome = Outcome::Clicked}) == "a");
    CHECK(ids({.outcome = Outcome::Replied}) == "c");
    CHECK(ids({.outcome = Outcome::Unsubscribed}) == "b");
    CHECK(ids({.outcome = Outcome::Bounced}) == "b");
    CHECK(ids({.after_ms = kNow}) == "bc");
    CHECK(ids({.before_ms = kNow + 20}) == "ab");
    CHECK(ids({.after_ms = kNow, .before_ms = kNow + 20}) == "b");
  });
}

TEST_CASE("a row tells of its mail and its lead") {
  db::for_each_migrated([](db::Database& database) {
    const World world = world_with_mail(database);
    const auto sends = database.read(
        [&](db::Tx& tx) { return list_sends(tx, world.campaign, {}, {.offset = 0, .limit = 2}); });
    REQUIRE(sends);
    const EmailStat ana = stat_of((*sends)[0]);
    CHECK(ana.lead_name == "Ana");
    CHECK(ana.lead_category == "Interested");
    CHECK(ana.email_message == "<p>B</p>");
    CHECK(ana.open_count == 2);
    CHECK_FALSE(ana.is_unsubscribed);
    const EmailStat nameless = stat_of((*sends)[1]);
    CHECK_FALSE(nameless.lead_name);
    CHECK_FALSE(nameless.lead_category);
    CHECK(nameless.is_unsubscribed);
    CHECK(nameless.is_bounced);
  });
}

TEST_CASE("the totals count mails by their sums and leads by their state") {
  db::for_each_migrated([](db::Database& database) {
    const World world = world_with_mail(database);
    const auto recorded = database.write([&](db::Tx& tx) -> Result<> {
      using enum analytics::EventType;
      for (const auto type : {Sent, Sent, Opened, Opened, Opened, Clicked, MachineOpened, Replied})
        TRY(analytics::record(tx,
                              {.workspace_id = kWorkspace,
                               .type = type,
                               .at_ms = kNow,
                               .campaign_id = world.campaign.id,
                               .step_id = 90}));
      TRY(inbox::thread_sent(tx, {kWorkspace, world.places[0]}, 1, kNow));
      TRY(inbox::thread_opened(tx, {kWorkspace, world.places[0]}, kNow));
      // An answer written by hand is no mail of the sequence.
      return analytics::record(
          tx, {.workspace_id = kWorkspace, .type = Sent, .at_ms = kNow, .campaign_id = world.campaign.id});
    });
    REQUIRE(recorded);

    const auto reply = database.read([&](db::Tx& tx) -> Result<CampaignAnalytics> {
      TRY_AS(const auto sums, load_sums(tx, world.campaign));
      TRY_AS(const auto leads, count_leads(tx, world.campaign));
      return analytics_of(world.campaign, {.sums = sums, .leads = leads, .steps = 3});
    });
    REQUIRE(reply);
    CHECK(reply->sent_count == "2");
    CHECK(reply->unique_sent_count == "1");
    CHECK(reply->open_count == "3");
    CHECK(reply->unique_open_count == "1");
    CHECK(reply->click_count == "1");
    CHECK(reply->unique_click_count == "0");
    CHECK(reply->total_count == "6");
    CHECK(reply->drafted_count == "4");
    CHECK(reply->unsubscribed_count == "1");
    CHECK(reply->block_count == "0");
    CHECK(reply->campaign_lead_stats.total == 2);
    CHECK(reply->campaign_lead_stats.in_progress == 1);
    CHECK(reply->campaign_lead_stats.blocked == 1);
    CHECK(reply->campaign_lead_stats.interested == 1);
    CHECK(reply->campaign_lead_stats.revenue == doctest::Approx(21.0));
  });
}
