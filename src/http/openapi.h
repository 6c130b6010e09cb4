// The OpenAPI document, printed from the same tables that decode and answer requests, so it cannot disagree
// with them.
#pragma once

#include <string>
#include <vector>

#include "http/route.h"

namespace outrider::http {

struct DocumentInfo {
  std::string title = "Outrider API";
  std::string version = "1";
  std::string base_path = "/api/v1";
};

/// One OpenAPI 3.1 document as JSON: every route that is not hidden, sorted by path. Asserts that operation
/// ids differ.
std::string openapi_document(const std::vector<Route>& routes, const DocumentInfo& info);

}  // namespace outrider::http
