// What those who run the server ask it: is it alive, is it ready, its figures, its API document.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/metrics.h"
#include "http/route.h"

namespace outrider::http {

/// Something without which the server cannot do its work. `check` may block; its error's message is shown.
struct ReadyCheck {
  std::string name;
  std::function<Result<void>()> check;
};

/// /healthz, /readyz, /metrics and /openapi.json, without keys. `metrics` outlives the routes.
std::vector<Route> system_routes(const Metrics& metrics, std::vector<ReadyCheck> checks, std::string openapi);

}  // namespace outrider::http
