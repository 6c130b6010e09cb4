#include "tracking/api.h"

#include <doctest/doctest.h>

#include "core/secrets.h"
#include "db/testing.h"
#include "http/testing.h"
#include "tracking/links.h"

using namespace outrider;
using namespace outrider::tracking;

namespace {

constexpr TimeMs kAccepted = 1'770'000'000'000;

// The smallest rows a hit needs: one accepted mail with two links, in one campaign.
constexpr const char* kRows = R"(
  INSERT INTO campaign (workspace_id, id, user_id, name, state, created_at_ms, updated_at_ms)
  VALUES (1, 1, 1, 'c', 1, 0, 0);
  INSERT INTO campaign_lead (workspace_id, id, campaign_id, lead_id, lead_domain, state, created_at_ms,
                             updated_at_ms)
  VALUES (1, 1, 1, 1, 'x.example', 1, 0, 0);
  INSERT INTO message (workspace_id, id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id,
                       direction, kind, header_id, from_email, to_email, subject, at_ms, created_at_ms)
  VALUES (1, 7, 's', 1, 1, 1, 1, 0, 0, 'h', 'a@b.example', 'ada@x.example', 'S', 1770000000000, 0);
  INSERT INTO message_link (workspace_id, message_id, link_index, url)
  VALUES (1, 7, 0, 'https://one.example/'), (1, 7, 1, 'https://two.example/');
)";

constexpr const char* kPerson = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

struct World {
  explicit World(db::Database& db) : database(db) {
    REQUIRE(database.write([](db::Tx& tx) { return tx.script("test.rows", kRows); }));
  }

  http::Raw send(const std::string& method,
                 const std::string& path,
                 std::string body = {},
                 std::string type = {}) {
    return api_under_test.send_bare(
        method, path, std::move(body), {{"User-Agent", kPerson}, {"Content-Type", std::move(type)}});
  }

  std::int64_t number(const char* sql) {
    static int queries = 0;  // a name stands for one text
    const std::string name = "test.number" + std::to_string(++queries);
    const db::Query query{name, sql};
    const auto row = database.read([&](db::Tx& tx) { return tx.row(query); });
    REQUIRE(row);
    return (*row)->int64(0);
  }

  db::Database& database;
  Clock clock{kAccepted + kHourMs};
  http::Metrics metrics;
  TokenSigner signer{{{.id = 1, .bytes = MasterKey::for_tests().derive("tracking token")}}};
  MessageLinks links{signer, "", 1, 7};
  HitRecorder recorder{database, clock, metrics};
  int unsubscribed = 0;
  Api api{database, clock, signer, recorder, [this](db::Tx&, const TrackedMessage&, TimeMs) -> Result<> {
            ++unsubscribed;
            return {};
          }};
  http::TestApi api_under_test{api.routes()};
};

}  // namespace

TEST_CASE("the pixel is always the same picture and counts only what is signed") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    for (const auto& path : {std::string("/o/nonsense.gif"), world.links.open()}) {
      const auto answer = world.send("GET", path);
      CHECK(answer.status == 200);
      CHECK(answer.content_type == "image/gif");
      CHECK(answer.body.size() == 43);
    }
    CHECK(world.send("HEAD", world.links.open()).status == 200);
    world.recorder.stop();
    CHECK(world.number("SELECT open_count FROM message WHERE id = 7") == 1);
    CHECK(world.number("SELECT raw_open_count FROM message WHERE id = 7") == 1);
    CHECK(world.number("SELECT email_status FROM campaign_lead WHERE id = 1") == 2);
  });
}

TEST_CASE("forged_click_token_404") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    auto forged = world.links.click(0);
    forged.back() = forged.back() == 'A' ? 'B' : 'A';
    CHECK(world.send("GET", forged).status == 404);
    CHECK(world.send("GET", world.links.click(2)).status == 404);
    CHECK(world.send("GET", "/c/https://evil.example").status == 404);
  });
}

TEST_CASE("a click leads where the link led and counts once it is known to be a person's") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto answer = world.send("GET", world.links.click(1));
    CHECK(answer.status == 302);
    CHECK(http::header_of(answer.headers, "Location") == "https://two.example/");
    world.recorder.stop();
    CHECK(world.number("SELECT click_count FROM message_link WHERE link_index = 1") == 1);
    CHECK(world.number("SELECT click_count FROM campaign_lead WHERE id = 1") == 1);
  });
}

TEST_CASE("all_links_in_5s_is_scanner: kept apart, counted nowhere") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    world.send("GET", world.links.click(0));
    world.send("GET", world.links.click(1));
    world.recorder.stop();
    CHECK(world.number("SELECT click_count FROM message WHERE id = 7") == 0);
    CHECK(world.number("SELECT raw_click_count FROM message WHERE id = 7") == 2);
    CHECK(world.number("SELECT email_status FROM campaign_lead WHERE id = 1") == 0);
  });
}

TEST_CASE("get_unsubscribe_changes_nothing") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const auto answer = world.send("GET", world.links.unsubscribe());
    CHECK(answer.status == 200);
    CHECK(answer.body.find("<form") != std::string::npos);
    CHECK(world.send("GET", "/u/nonsense").status == 404);
    CHECK(world.unsubscribed == 0);
  });
}

TEST_CASE("one_click_post_without_cookie: urlencoded, multipart, and again") {
  db::for_each_migrated([](db::Database& database) {
    World world(database);
    const std::string multipart =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    const auto path = world.links.unsubscribe();
    CHECK(
        world.send("POST", path, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded").status ==
        200);
    CHECK(world.send("POST", path, multipart, "multipart/form-data; boundary=b").status == 200);
    CHECK(world.send("POST", path, "something=else", "application/x-www-form-urlencoded").status == 400);
    CHECK(world.unsubscribed == 2);
  });
}
