// The API page: an OpenAPI viewer that is part of the program, so it works without the internet.
#pragma once

#include <vector>

#include "http/route.h"

namespace outrider::http {

/// /docs, its files, and / which leads there. The page reads /openapi.json.
std::vector<Route> docs_routes();

}  // namespace outrider::http
