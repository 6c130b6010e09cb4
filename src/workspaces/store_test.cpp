#include "workspaces/store.h"

#include <doctest/doctest.h>

#include "db/testing.h"

using namespace outrider;
using namespace outrider::workspaces;

namespace {
constexpr TimeMs kNow = 1'770'000'000'000;
}

TEST_CASE("an owner gets a workspace of their own and a member joins the oldest") {
  db::for_each_migrated([](db::Database& database) {
    const auto users = database.write([](db::Tx& tx) -> Result<std::vector<User>> {
      std::vector<User> made;
      for (const auto& [email, role] : {std::pair("A@team.example", http::Role::Owner),
                                        std::pair("b@team.example", http::Role::Member),
                                        std::pair("c@other.example", http::Role::Owner)}) {
        TRY_AS(auto user,
               create_user(tx, {.email = email, .name = "N", .role = role, .workspace_id = {}}, kNow));
        made.push_back(std::move(user));
      }
      return made;
    });
    REQUIRE(users);
    CHECK((*users)[0].email == "a@team.example");
    CHECK((*users)[0].workspace_id == (*users)[1].workspace_id);
    CHECK((*users)[0].workspace_id != (*users)[2].workspace_id);
  });
}

TEST_CASE("a key is known by its hash and tells whose it is") {
  db::for_each_migrated([](db::Database& database) {
    const auto key = database.write([](db::Tx& tx) -> Result<std::string> {
      TRY_AS(const auto user,
             create_user(tx, {.email = "a@b.example", .name = "A", .workspace_id = {}}, kNow));
      return create_key(tx, user, {.name = "n8n", .rate_limit = 0}, kNow);
    });
    REQUIRE(key);

    const auto known = database.read([&](db::Tx& tx) { return find_principal(tx, *key); });
    REQUIRE(known);
    CHECK(known->role == http::Role::Owner);
    CHECK(known->rate_limit == 0);

    const auto unknown = database.read([&](db::Tx& tx) { return find_principal(tx, *key + "x"); });
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Code::Unauthorized);
  });
}

TEST_CASE("a client's key stands for that client alone") {
  db::for_each_migrated([](db::Database& database) {
    const auto owner = [&](const char* email) {
      return database
          .write([&](db::Tx& tx) {
            return create_user(tx, {.email = email, .name = "A", .workspace_id = {}}, kNow);
          })
          .value();
    };
    const auto ours = owner("a@b.example");
    const auto theirs = owner("c@d.example");
    const auto create = [&](const char* name, const char* email) {
      return database.write([&](db::Tx& tx) {
        return create_client(tx, ours.workspace_id, {.name = name, .email = email}, kNow);
      });
    };
    const auto client = create("Client", "C@Client.example");
    REQUIRE(client);
    CHECK(create("Again", "c@client.example").error().code == Code::Conflict);
    CHECK(create("", "d@client.example").error().code == Code::Invalid);
    CHECK(create("Nobody", "nobody").error().code == Code::Invalid);

    const auto key_for = [&](const User& user) {
      return database.write([&](db::Tx& tx) {
        return create_key(tx, user, {.name = "k", .client_id = client->id, .rate_limit = {}}, kNow);
      });
    };
    CHECK(key_for(theirs).error().code == Code::NotFound);
    const auto key = key_for(ours);
    REQUIRE(key);
    const auto known = database.read([&](db::Tx& tx) { return find_principal(tx, *key); });
    REQUIRE(known);
    CHECK(known->client_id == client->id);
    CHECK(known->role == http::Role::Client);
  });
}

TEST_CASE("users that cannot be are refused with the reason") {
  db::for_each_migrated([](db::Database& database) {
    const auto create = [&](const char* email, const char* name, http::Role role) {
      return database.write([&](db::Tx& tx) {
        return create_user(tx, {.email = email, .name = name, .role = role, .workspace_id = {}}, kNow);
      });
    };
    CHECK(create("m@b.example", "M", http::Role::Member).error().code == Code::NotFound);
    CHECK(create("nobody", "M", http::Role::Owner).error().code == Code::Invalid);
    CHECK(create("a@b.example", " ", http::Role::Owner).error().code == Code::Invalid);
    CHECK(create("a@b.example", "A", http::Role::Owner));
    CHECK(create("A@B.example", "A", http::Role::Admin).error().code == Code::Conflict);
  });
}
