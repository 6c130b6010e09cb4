#include "http/auth.h"

#include <doctest/doctest.h>

namespace outrider::http {
namespace {

TEST_CASE("the key of a request is found in the query, a header or a bearer token") {
  const struct {
    const char* target;
    Headers headers;
    std::optional<std::string> expected;
  } cases[] = {
      {"/a?api_key=k1", {{"X-API-Key", "k2"}}, "k1"},
      {"/a?x=1&api%5Fkey=k%2B1", {}, "k+1"},
      {"/a?api_key=", {{"X-Api-Key", " k2 "}}, "k2"},
      {"/a", {{"authorization", "BEARER k3"}}, "k3"},
      {"/a", {{"authorization", "Bearer  "}}, std::nullopt},
      {"/a", {{"authorization", "Basic k3"}}, std::nullopt},
      {"/a?API_KEY=k", {}, std::nullopt},
  };
  for (const auto& c : cases) {
    CAPTURE(c.target);
    const Request request{
        .method = "GET", .target = c.target, .headers = c.headers, .body = {}, .client_ip = {}};
    CHECK((find_key(request, parse_query(request.query())) == c.expected));
  }
}

TEST_CASE("a shown target has no key, however its name is written") {
  const struct {
    const char* target;
    const char* expected;
  } cases[] = {
      {"/a/b", "/a/b"},
      {"/a?api_key=secret", "/a?api_key=***"},
      {"/a?x=1&api_key=secret&y=2", "/a?x=1&api_key=***&y=2"},
      {"/a?api%5fkey=secret", "/a?api%5fkey=***"},
      {"/a?api_key&x", "/a?api_key&x"},
  };
  for (const auto& c : cases) CHECK(redacted_target(c.target) == c.expected);
}

TEST_CASE("a remembered key is forgotten with time and when it is revoked") {
  Clock clock;
  KeyCache cache(clock);
  cache.remember("a", {.workspace_id = 1, .key_id = 10});
  cache.remember("b", {.workspace_id = 2, .key_id = 20});
  CHECK(cache.find("a")->workspace_id == 1);
  CHECK_FALSE(cache.find("c"));

  cache.invalidate(10);
  CHECK_FALSE(cache.find("a"));
  CHECK(cache.find("b"));
  clock.advance(std::chrono::milliseconds(KeyCache::kAgeMaxMs + 1));
  CHECK_FALSE(cache.find("b"));
}

}  // namespace
}  // namespace outrider::http
