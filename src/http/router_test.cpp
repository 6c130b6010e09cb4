#include "http/router.h"

#include <doctest/doctest.h>

namespace outrider::http {
namespace {

struct Nothing {
  static wire::Fields wire() { return {}; }
};

Result<Nothing> answer_nothing(Context&) {
  return Nothing{};
}

std::vector<Route> some_routes() {
  return {
      route(Verb::Get, "/campaigns", "List.", answer_nothing).operation_id("list"),
      route(Verb::Post, "/campaigns/create", "Create.", answer_nothing).operation_id("create"),
      route(Verb::Get, "/campaigns/{campaign_id}", "One.", answer_nothing).operation_id("get"),
      route(Verb::Delete, "/campaigns/{campaign_id}", "Delete.", answer_nothing).operation_id("delete"),
      route(Verb::Post, "/campaigns/{campaign_id}/status", "Status.", answer_nothing)
          .operation_id("status")
          .alias(Verb::Patch, "/campaigns/{campaign_id}/status")
          .alias(Verb::Post, "/campaigns/{campaign_id}/state"),
      route(Verb::Get, "/campaigns/{id}/leads/{lead_id}", "Lead.", answer_nothing).operation_id("lead"),
      route(Verb::Get, "/healthz", "Alive.", answer_nothing).operation_id("health").at_root(),
  };
}

TEST_CASE("a path finds its route by verb, whatever slashes end it") {
  const auto routes = some_routes();
  const Router router(routes, "/api/v1");
  const struct {
    const char* method;
    const char* path;
    const char* expected;
  } cases[] = {
      {"GET", "/api/v1/campaigns", "list"},
      {"GET", "/api/v1/campaigns/", "list"},
      {"HEAD", "/api/v1/campaigns", "list"},
      {"GET", "/api/v1/campaigns/7", "get"},
      {"DELETE", "/api/v1/campaigns/7/", "delete"},
      {"POST", "/api/v1/campaigns/create", "create"},
      {"POST", "/api/v1/campaigns/create/status", "status"},
      {"PATCH", "/api/v1/campaigns/7/status", "status"},
      {"POST", "/api/v1/campaigns/7/state", "status"},
      {"GET", "/api/v1/campaigns/7/leads/8", "lead"},
      {"GET", "/healthz", "health"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.method);
    CAPTURE(c.path);
    const auto match = router.find(c.method, c.path);
    REQUIRE(match.endpoint);
    CHECK(match.endpoint->route->id == c.expected);
  }
}

TEST_CASE("an unknown path differs from a verb the path does not have") {
  const auto routes = some_routes();
  const Router router(routes, "/api/v1");
  CHECK(router.find("GET", "/api/v1/nothing").allow.empty());
  CHECK(router.find("GET", "/campaigns").allow.empty());
  CHECK(router.find("GET", "/").allow.empty());
  CHECK(router.find("GET", std::string(4000, '/') + "a/b").allow.empty());
  CHECK(router.find("PUT", "/api/v1/campaigns/7").allow == "GET, HEAD, DELETE");
  CHECK(router.find("BREW", "/api/v1/campaigns").allow == "GET, HEAD");
  CHECK(router.find("GET", "/api/v1/campaigns/create").allow == "POST");
}

TEST_CASE("parameters are decoded and named as the route that matched names them") {
  const auto routes = some_routes();
  const Router router(routes, "/api/v1");
  const auto match = router.find("GET", "/api/v1/campaigns/a%2Fb%20c/leads/+");
  const wire::Pairs expected = {{"id", "a/b c"}, {"lead_id", "+"}};
  CHECK(match.parameters == expected);
}

}  // namespace
}  // namespace outrider::http
