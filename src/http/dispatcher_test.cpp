#include "http/dispatcher.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "http/testing.h"
#include "wire/json.h"

namespace outrider::http {
namespace {

struct ThingPath {
  static constexpr auto kSource = Source::Path;
  std::int64_t thing_id = 0;
  static wire::Fields wire();
};
wire::Fields ThingPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&ThingPath::thing_id>("thing_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

struct Page {
  int limit = 10;
  static wire::Fields wire();
};
wire::Fields Page::wire() {
  static constexpr wire::Field kFields[] = {wire::optional<&Page::limit>("limit", wire::range(1, 20))};
  return kFields;
}

struct Rename {
  std::string name;
  static wire::Fields wire();
};
wire::Fields Rename::wire() {
  static constexpr wire::Field kFields[] = {wire::required<&Rename::name>("name", wire::length(1, 20))};
  return kFields;
}

struct Thing {
  std::int64_t id = 0;
  std::string name;
  static wire::Fields wire();
};
wire::Fields Thing::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Thing::id>("id"),
      wire::required<&Thing::name>("name"),
  };
  return kFields;
}

Result<Thing> get_thing(Context& context, const ThingPath& path, const Page& page) {
  return Thing{path.thing_id,
               std::to_string(context.principal.workspace_id) + "/" + std::to_string(page.limit)};
}

std::vector<Route> things(int& runs) {
  const auto rename = [&runs](
                          Context& context, const ThingPath& path, const Rename& change) -> Result<Thing> {
    ++runs;
    if (change.name == "missing") return fail(Code::NotFound, "Thing not found");
    if (change.name == "secret") return fail(Code::Internal, "disk 7 is broken");
    if (change.name == "throw") throw std::runtime_error("boom");
    context.reply_headers.push_back({"Location", "/things"});
    return Thing{path.thing_id, change.name};
  };
  const auto ping = [](Context&) -> Result<Raw> { return Raw{.content_type = "text/plain", .body = "pong"}; };
  return {
      route(Verb::Get, "/things/{thing_id}", "One thing.", get_thing).operation_id("getThing"),
      route(Verb::Post, "/things/{thing_id}", "Renames.", rename).operation_id("renameThing"),
      route(Verb::Get, "/ping", "Alive.", ping).keyless().at_root().on_tracking_hosts(),
  };
}

std::string member(const Raw& answer, std::string_view name) {
  const auto document = wire::Document::parse(answer.body);
  return document ? document->root().get(name).json() : "not JSON";
}

TEST_CASE("a handler gets its structs from path, query and body, and answers with one") {
  int runs = 0;
  TestApi api(things(runs));

  CHECK(api.send("GET", "/things/7?limit=3").body == R"({"id":7,"name":"1/3"})");
  CHECK(api.send("GET", "/things/7").body == R"({"id":7,"name":"1/10"})");
  const auto renamed = api.send("POST", "/things/7", R"({"name":"x"})");
  CHECK(renamed.status == 200);
  CHECK(renamed.body == R"({"id":7,"name":"x"})");
  CHECK(header_of(renamed.headers, "Location") == "/things");
  CHECK(header_of(renamed.headers, "Cache-Control") == "no-store");
}

TEST_CASE("every failure has the status of its kind and the one error body") {
  int runs = 0;
  TestApi api(things(runs));
  const struct {
    const char* method;
    const char* path;
    const char* body;
    int status;
    const char* code;
  } cases[] = {
      {"GET", "/nothing", "", 404, "\"NOT_FOUND\""},
      {"PUT", "/things/7", "", 405, "\"METHOD_NOT_ALLOWED\""},
      {"GET", "/things/x", "", 422, "\"VALIDATION_ERROR\""},
      {"GET", "/things/7?limit=21", "", 422, "\"VALIDATION_ERROR\""},
      {"POST", "/things/7", "[]", 400, "\"MALFORMED_REQUEST\""},
      {"POST", "/things/7", "{", 400, "\"MALFORMED_REQUEST\""},
      {"POST", "/things/7", "{}", 422, "\"VALIDATION_ERROR\""},
      {"POST", "/things/7", R"({"name":"missing"})", 404, "\"NOT_FOUND\""},
      {"POST", "/things/7", R"({"name":"secret"})", 500, "\"INTERNAL_ERROR\""},
      {"POST", "/things/7", R"({"name":"throw"})", 500, "\"INTERNAL_ERROR\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.path);
    CAPTURE(c.body);
    const auto answer = api.send(c.method, c.path, c.body, {{"X-Request-Id", "r-1"}});
    CHECK(answer.status == c.status);
    CHECK(member(answer, "code") == c.code);
    CHECK(member(answer, "statusCode") == std::to_string(c.status));
    CHECK(member(answer, "ok") == "false");
    CHECK(member(answer, "success") == "false");
    CHECK(member(answer, "error") == member(answer, "message"));
    CHECK(member(answer, "request_id") == "\"r-1\"");
    CHECK(header_of(answer.headers, "X-Request-Id") == "r-1");
    CHECK(answer.body.find("disk") == std::string::npos);
    CHECK(answer.body.find("boom") == std::string::npos);
  }
  CHECK(header_of(api.send("PUT", "/things/7").headers, "Allow") == "GET, HEAD, POST");
}

TEST_CASE("a validation error names the first offence and where it stood") {
  int runs = 0;
  TestApi api(things(runs));
  const auto answer = api.send("GET", "/things/7?limit=21");
  CHECK(member(answer, "field") == "\"limit\"");
  CHECK(member(answer, "validation") == R"({"source":"query","keys":["limit"]})");
}

TEST_CASE("the key comes first, from any of three places") {
  int runs = 0;
  TestApi api(things(runs));
  const std::string target = "/api/v1/things/x";
  CHECK(api.send_bare("GET", target).status == 401);
  CHECK(api.send_bare("GET", target + "?api_key=other").status == 401);
  CHECK(member(api.send_bare("GET", target + "?api_key=other"), "message") == "\"Invalid API Key\"");
  CHECK(api.send_bare("GET", target + "?api_key=test-key").status == 422);
  CHECK(api.send_bare("GET", target, {}, {{"x-api-key", "test-key"}}).status == 422);
  CHECK(api.send_bare("GET", target, {}, {{"Authorization", "bearer test-key"}}).status == 422);
  CHECK(api.send_bare("GET", target, {}, {{"Authorization", "Basic test-key"}}).status == 401);
  CHECK(api.send_bare("GET", "/ping").body == "pong");
}

TEST_CASE("a request id is kept when it is harmless, else made") {
  int runs = 0;
  TestApi api(things(runs));
  for (const char* bad :
       {"", "a b", "a\"b", "0123456789012345678901234567890123456789012345678901234567890123x"}) {
    const auto answer = api.send_bare("GET", "/ping", {}, {{"X-Request-Id", bad}});
    CHECK(header_of(answer.headers, "X-Request-Id").size() == 36);
  }
}

TEST_CASE("a key has so many requests in a minute, and is told what is left") {
  int runs = 0;
  TestApi api(things(runs), {.workspace_id = 1, .key_id = 1}, {.rate_limit_default = 2});
  CHECK(header_of(api.send("GET", "/things/1").headers, "x-ratelimit-remaining") == "1");
  CHECK(header_of(api.send("GET", "/things/x").headers, "x-ratelimit-remaining") == "0");

  const auto refused = api.send("GET", "/things/1");
  CHECK(refused.status == 429);
  CHECK(member(refused, "code") == "\"RATE_LIMITED\"");
  CHECK(header_of(refused.headers, "x-ratelimit-limit") == "2");
  CHECK(header_of(refused.headers, "x-ratelimit-remaining") == "0");
  const int wait = std::stoi(std::string(header_of(refused.headers, "Retry-After")));
  CHECK(wait >= 1);
  CHECK(wait <= 60);

  api.clock.advance(std::chrono::seconds(61));
  CHECK(api.send("GET", "/things/1").status == 200);
}

TEST_CASE("a repeated Idempotency-Key replays the first answer and runs nothing") {
  int runs = 0;
  TestApi api(things(runs));
  const Headers key = {{"Idempotency-Key", "k1"}};

  const auto first = api.send("POST", "/things/7", R"({"name":"x"})", key);
  const auto again = api.send("POST", "/things/7", R"({"name":"x"})", key);
  CHECK(again.body == first.body);
  CHECK(header_of(again.headers, "Idempotent-Replay") == "true");
  CHECK(runs == 1);
  CHECK(api.send("POST", "/things/7", R"({"name":"y"})", key).status == 409);
  CHECK(api.send("POST", "/things/8", R"({"name":"x"})", key).status == 409);
  CHECK(runs == 1);
  CHECK(api.send("POST", "/things/7", "{}", {{"Idempotency-Key", std::string(256, 'k')}}).status == 422);
}

TEST_CASE("a 5xx is not remembered, a 4xx is") {
  int runs = 0;
  TestApi api(things(runs));
  for (int i = 0; i < 2; ++i)
    CHECK(api.send("POST", "/things/7", R"({"name":"throw"})", {{"Idempotency-Key", "a"}}).status == 500);
  CHECK(runs == 2);
  for (int i = 0; i < 2; ++i)
    CHECK(api.send("POST", "/things/7", R"({"name":"missing"})", {{"Idempotency-Key", "b"}}).status == 404);
  CHECK(runs == 3);
}

TEST_CASE("a host that only tracks knows no other route") {
  int runs = 0;
  DispatchOptions options;
  options.is_tracking_host = [](std::string_view host) { return host == "t.example"; };
  TestApi api(things(runs), {.workspace_id = 1, .key_id = 1, .rate_limit = 0}, options);
  CHECK(api.send("GET", "/things/7", {}, {{"Host", "T.example:8025"}}).status == 404);
  CHECK(api.send_bare("GET", "/ping", {}, {{"Host", "t.example"}}).status == 200);
  CHECK(api.send("GET", "/things/7", {}, {{"Host", "app.example"}}).status == 200);
}

TEST_CASE("CORS answers allowed origins only, and preflights need no key") {
  int runs = 0;
  DispatchOptions options;
  options.cors_origins = {"https://app.example"};
  TestApi api(things(runs), {.workspace_id = 1, .key_id = 1, .rate_limit = 0}, options);
  const auto preflight =
      api.send_bare("OPTIONS",
                    "/api/v1/things/7",
                    {},
                    {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"}});
  CHECK(preflight.status == 204);
  CHECK(header_of(preflight.headers, "Access-Control-Allow-Origin") == "https://app.example");
  const auto other = api.send("GET", "/things/7", {}, {{"Origin", "https://evil.example"}});
  CHECK(header_of(other.headers, "Access-Control-Allow-Origin").empty());

  TestApi closed(things(runs));
  CHECK(closed.send("OPTIONS", "/things/7", {}, {{"Origin", "https://app.example"}}).status == 405);
}

TEST_CASE("requests are counted by route and status, never by path") {
  int runs = 0;
  TestApi api(things(runs));
  api.send("GET", "/things/7");
  api.send("GET", "/things/8");
  const auto text = api.metrics.text();
  CHECK(text.find(R"(outrider_http_requests_total{route="GET /api/v1/things/{thing_id}",status="200"} 2)") !=
        std::string::npos);
  CHECK(text.find("outrider_http_requests_in_flight 0") != std::string::npos);
  CHECK(text.find("things/7") == std::string::npos);
}

}  // namespace
}  // namespace outrider::http
