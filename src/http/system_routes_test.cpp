#include "http/system_routes.h"

#include <doctest/doctest.h>

#include "http/docs_page.h"
#include "http/testing.h"

namespace outrider::http {
namespace {

TEST_CASE("the server tells whether it is alive and ready, its figures and its document") {
  bool is_broken = false;
  const auto check = [&]() -> Result<void> {
    if (is_broken) return fail(Code::Unavailable, "gone");
    return {};
  };
  Metrics metrics;
  metrics.counter("outrider_tries_total", "Tries.", {{"kind", "a"}}).add(2);
  TestApi api(system_routes(metrics, {{"database", check}}, R"({"openapi":"3.1.0"})"));

  CHECK(api.send_bare("GET", "/healthz").body == R"({"status":"ok"})");
  CHECK(api.send_bare("GET", "/readyz").body == R"({"checks":{"database":"ok"},"status":"ready"})");
  CHECK(api.send_bare("GET", "/metrics").body.find("outrider_tries_total{kind=\"a\"} 2") !=
        std::string::npos);
  CHECK(api.send_bare("GET", "/openapi.json").body == R"({"openapi":"3.1.0"})");

  is_broken = true;
  const auto answer = api.send_bare("GET", "/readyz");
  CHECK(answer.status == 503);
  CHECK(answer.body == R"({"checks":{"database":"gone"},"status":"not ready"})");
}

TEST_CASE("the API page names only files of this server") {
  TestApi api(docs_routes());
  CHECK(header_of(api.send_bare("GET", "/").headers, "Location") == "/docs");
  const auto page = api.send_bare("GET", "/docs/");
  CHECK(page.status == 200);
  CHECK(page.body.find("://") == std::string::npos);
  for (const char* path : {"/docs/start.js", "/docs/viewer.js", "/docs/viewer.css"}) {
    const auto file = api.send_bare("GET", path);
    CHECK(file.status == 200);
    CHECK_FALSE(file.body.empty());
    CHECK(header_of(file.headers, "Content-Security-Policy").starts_with("default-src 'self'"));
  }
}

}  // namespace
}  // namespace outrider::http
