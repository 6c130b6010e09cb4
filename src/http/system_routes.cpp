#include "http/system_routes.h"

#include "wire/json.h"

namespace outrider::http {
namespace {

Result<Raw> answer_alive(Context&) {
  return Raw{.body = R"({"status":"ok"})"};
}

Raw run_checks(const std::vector<ReadyCheck>& checks) {
  Raw raw;
  wire::Writer json(raw.body);
  json.begin_object().key("checks").begin_object();
  for (const auto& [name, check] : checks) {
    const auto passed = check();
    if (!passed) raw.status = 503;
    json.member(name, passed ? std::string("ok") : passed.error().message);
  }
  json.end_object().member("status", raw.status == 200 ? "ready" : "not ready").end_object();
  return raw;
}

}  // namespace

std::vector<Route> system_routes(const Metrics& metrics,
                                 std::vector<ReadyCheck> checks,
                                 std::string openapi) {
  const auto ready = [checks = std::move(checks)](Context&) -> Result<Raw> { return run_checks(checks); };
  const auto figures = [&metrics](Context&) -> Result<Raw> {
    return Raw{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics.text()};
  };
  const auto document = [text = std::make_shared<const std::string>(std::move(openapi))](
                            Context&) -> Result<Raw> { return Raw{.body = *text}; };
  return {
      route(Verb::Get, "/healthz", "Whether the server is alive.", answer_alive)
          .at_root()
          .keyless()
          .hidden()
          .inline_ok()
          .on_tracking_hosts(),
      route(Verb::Get, "/readyz", "Whether the server can work.", ready).at_root().keyless().hidden(),
      route(Verb::Get, "/metrics", "Figures for Prometheus.", figures).at_root().keyless().hidden(),
      route(Verb::Get, "/openapi.json", "The API document.", document).at_root().keyless().hidden(),
  };
}

}  // namespace outrider::http
