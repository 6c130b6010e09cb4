#include "mailboxes/attachment.h"

#include <doctest/doctest.h>

#include "campaigns/lead_state.h"
#include "db/testing.h"
#include "mailboxes/state_store.h"
#include "mailboxes/testing.h"

using namespace outrider;
using namespace outrider::mailboxes;
using campaigns::LeadState;

namespace {

constexpr db::Query kAddLead{"mailboxes_test.add_lead", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, mailbox_id, lead_domain, state, sent_count,
                             created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, 'acme.example', $5, $6, 0, 0)
  RETURNING id
)sql"};
constexpr db::Query kMailboxOf{"mailboxes_test.mailbox_of", R"sql(
  SELECT mailbox_id FROM campaign_lead WHERE id = $1
)sql"};
constexpr db::Query kTimeline{"mailboxes_test.timeline", R"sql(
  SELECT cause, from_state, to_state FROM lead_timeline WHERE campaign_lead_id = $1
)sql"};

/// A campaign with leads, in one of the test databases.
struct World {
  explicit World(db::Database& given)
      : database(given), workspace(add_workspace(given)), campaign(add_campaign(given, workspace)) {}

  Mailbox add(const std::string& address, Kind kind = Kind::Smtp) {
    Mailbox mailbox = sample_mailbox(workspace, address);
    mailbox.kind = kind;
    mailbox.id = add_mailbox(database, mailbox);
    attach_ids({mailbox.id});
    return mailbox;
  }
  std::vector<Attachment> attach_ids(std::vector<std::int64_t> ids) {
    auto attached = database.write([&](db::Tx& tx) { return attach(tx, campaign, ids, kNow); });
    REQUIRE(attached);
    return *std::move(attached);
  }
  std::int64_t detach_all(std::vector<Mailbox> mailboxes) {
    const auto count =
        database.write([&](db::Tx& tx) { return detach(tx, campaign, mailboxes, "MAILBOX_DETACHED", kNow); });
    REQUIRE(count);
    return *count;
  }
  std::int64_t add_lead(std::int64_t mailbox_id, LeadState state, int sent) {
    const auto id = database.write([&](db::Tx& tx) -> Result<std::int64_t> {
      TRY_AS(const auto row, tx.row(kAddLead, workspace, campaign.id, ++leads, mailbox_id, state, sent));
      return row->int64(0);
    });
    REQUIRE(id);
    return *id;
  }
  std::optional<std::int64_t> mailbox_of(std::int64_t lead_map_id) {
    const auto row = database.read([&](db::Tx& tx) { return tx.row(kMailboxOf, lead_map_id); });
    REQUIRE(row);
    return (*row)->opt_int64(0);
  }

  db::Database& database;
  std::int64_t workspace;
  campaigns::Campaign campaign;
  std::int64_t leads = 0;
};

}  // namespace

TEST_CASE("attaching twice changes nothing and answers with the same link") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto mailbox = world.add("sam@a.example");
    const auto first = world.attach_ids({mailbox.id});
    const auto second = world.attach_ids({mailbox.id, mailbox.id});

    REQUIRE(second.size() == 1);
    CHECK(second[0].id == first[0].id);
    CHECK(second[0].mailbox_id == mailbox.id);
    CHECK(world.detach_all({mailbox}) == 1);
    CHECK(world.detach_all({mailbox}) == 0);
  });
}

TEST_CASE("leads of a mailbox that leaves go on with another of its domain, and the timeline says so") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto leaving = world.add("sam@mail.a.example", Kind::Gmail);
    const auto stranger = world.add("sam@b.example", Kind::Gmail);
    const auto sibling = world.add("ann@a.example");
    const auto under_way = world.add_lead(leaving.id, LeadState::InProgress, 1);
    const auto paused = world.add_lead(leaving.id, LeadState::Paused, 2);
    const auto fresh = world.add_lead(leaving.id, LeadState::Started, 0);
    const auto done = world.add_lead(leaving.id, LeadState::Stopped, 2);
    const auto foreign = world.add_lead(stranger.id, LeadState::InProgress, 1);

    world.detach_all({leaving});

    CHECK(world.mailbox_of(under_way) == sibling.id);
    CHECK(world.mailbox_of(paused) == sibling.id);
    CHECK(world.mailbox_of(fresh) == std::nullopt);
    CHECK(world.mailbox_of(done) == leaving.id);
    CHECK(world.mailbox_of(foreign) == stranger.id);
    const auto timeline = database.read([&](db::Tx& tx) { return tx.rows(kTimeline, under_way); });
    REQUIRE(timeline);
    REQUIRE(timeline->size() == 1);
    CHECK(timeline->front().text(0) == "MAILBOX_DETACHED");
    CHECK(timeline->front().int64(1) == timeline->front().int64(2));
  });
}

TEST_CASE("equal heirs share the leads, and one that does not work inherits last") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto leaving = world.add("sam@a.example");
    const auto broken = world.add("ann@a.example");
    const auto first = world.add("one@b.example");
    const auto second = world.add("two@b.example");
    REQUIRE(database.write([&](db::Tx& tx) {
      return store_connection(
          tx, world.workspace, broken.id, Channel::Smtp, {.state = ConnectionState::Disconnected});
    }));
    std::vector<std::int64_t> leads;
    for (int i = 0; i < 10; ++i) leads.push_back(world.add_lead(leaving.id, LeadState::InProgress, 1));

    world.detach_all({leaving});

    int to_first = 0;
    int to_second = 0;
    for (const auto lead : leads) {
      to_first += world.mailbox_of(lead) == first.id ? 1 : 0;
      to_second += world.mailbox_of(lead) == second.id ? 1 : 0;
    }
    CHECK(to_first == 5);
    CHECK(to_second == 5);
  });
}

TEST_CASE("leads of the last mailbox wait without one until the next is attached") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto last = world.add("sam@a.example");
    const auto under_way = world.add_lead(last.id, LeadState::InProgress, 1);
    const auto fresh = world.add_lead(last.id, LeadState::Started, 0);
    world.detach_all({last});
    CHECK(world.mailbox_of(under_way) == std::nullopt);

    const auto next = world.add("new@b.example");

    CHECK(world.mailbox_of(under_way) == next.id);
    CHECK(world.mailbox_of(fresh) == std::nullopt);
  });
}

TEST_CASE("a mailbox leaves every campaign when it is deleted") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto mailbox = world.add("sam@a.example");
    const auto other = world.add("ann@a.example");
    const auto second_campaign = add_campaign(database, world.workspace);
    REQUIRE(database.write(
        [&](db::Tx& tx) { return attach(tx, second_campaign, std::vector{mailbox.id}, kNow); }));
    const auto lead = world.add_lead(mailbox.id, LeadState::InProgress, 1);
    const Scope scope{.workspace_id = world.workspace};
    const auto before =
        database.read([&](db::Tx& tx) { return list_campaigns(tx, scope, std::vector{mailbox}); });
    REQUIRE(before);
    CHECK(before->at(mailbox.id) == std::vector{second_campaign.id, world.campaign.id});

    REQUIRE(
        database.write([&](db::Tx& tx) { return detach_everywhere(tx, mailbox, "MAILBOX_DELETED", kNow); }));

    CHECK(world.mailbox_of(lead) == other.id);
    const auto after =
        database.read([&](db::Tx& tx) { return list_campaigns(tx, scope, std::vector{mailbox}); });
    REQUIRE(after);
    CHECK(after->empty());
  });
}

TEST_CASE("a mailbox that does not work hands over only to one that does") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto broken = world.add("sam@a.example");
    const auto lead = world.add_lead(broken.id, LeadState::InProgress, 1);
    const auto hand = [&] {
      const auto done = database.write([&](db::Tx& tx) {
        return hand_over(tx, world.workspace, world.campaign.id, broken, "MAILBOX_DISCONNECTED", kNow);
      });
      REQUIRE(done);
      return *done;
    };
    CHECK_FALSE(hand());
    CHECK(world.mailbox_of(lead) == broken.id);

    const auto working = world.add("ann@b.example");
    CHECK(hand());
    CHECK(world.mailbox_of(lead) == working.id);
  });
}
