// Finds the route of a verb and a path: a tree of path segments, built once at start and only read
// afterwards.
//
// A static segment beats a parameter, a trailing slash never matters (RULINGS 2). The most specific path that
// fits decides alone: when it lacks the verb the answer is 405, even where a less specific path has it.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace outrider::http {

/// A route under one of its names.
struct Endpoint {
  const Route* route = nullptr;
  std::string pattern;                       // "/api/v1/campaigns/{campaign_id}": the label in metrics
  std::vector<std::string> parameter_names;  // in path order
};

struct Match {
  const Endpoint* endpoint = nullptr;  // absent: 405 when `allow` has text, else 404
  std::string allow = {};              // "GET, HEAD, POST"
  wire::Pairs parameters = {};         // decoded
};

class Router {
 public:
  /// Asserts that no two routes share verb and path. `routes` stay where they are while the router lives.
  Router(const std::vector<Route>& routes, std::string_view base_path);
  ~Router();
  Router(Router&&) noexcept;

  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  void add(const Route& route, Verb verb, const std::string& path, std::string_view base_path);
  std::unique_ptr<Node> root_;
};

}  // namespace outrider::http
