#include "http/router.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "core/assert.h"
#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::http {
namespace {

constexpr std::size_t kSegmentsMax = 16;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Segments of a path, undecoded and without empty ones. Nothing when there are too many.
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(8);
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (slash > 0) segments.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

std::optional<Verb> parse_verb(std::string_view method) {
  if (method == "HEAD") return Verb::Get;
  for (std::size_t i = 0; i < kVerbs; ++i)
    if (method == verb_text(static_cast<Verb>(i))) return static_cast<Verb>(i);
  return std::nullopt;
}

}  // namespace

struct Router::Node {
  std::unordered_map<std::string, std::unique_ptr<Node>, TextHash, std::equal_to<>> named;
  std::unique_ptr<Node> parameter;
  std::array<std::unique_ptr<Endpoint>, kVerbs> endpoints;
  std::string allow;

  bool is_path() const { return !allow.empty(); }

  /// The deepest node for the segments; the values of parameters on the way go to `values`.
  const Node* find(std::span<const std::string> segments, std::vector<std::string>& values) const {
    if (segments.empty()) return is_path() ? this : nullptr;
    const auto rest = segments.subspan(1);
    if (const auto next = named.find(segments.front()); next != named.end())
      if (const Node* found = next->second->find(rest, values)) return found;
    if (!parameter) return nullptr;
    values.push_back(segments.front());
    if (const Node* found = parameter->find(rest, values)) return found;
    values.pop_back();
    return nullptr;
  }
};

Router::Router(const std::vector<Route>& routes, std::string_view base_path)
    : root_(std::make_unique<Node>()) {
  for (const auto& route : routes) {
    add(route, route.verb, route.path, base_path);
    for (const auto& alias : route.aliases) add(route, alias.verb, alias.path, base_path);
  }
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;

void Router::add(const Route& route, Verb verb, const std::string& path, std::string_view base_path) {
  auto endpoint = std::make_unique<Endpoint>();
  endpoint->route = &route;
  endpoint->pattern = route.is_at_root ? path : std::string(base_path) + path;

  Node* node = root_.get();
  for (const auto segment : segments_of(endpoint->pattern)) {
    if (is_parameter(segment)) {
      endpoint->parameter_names.emplace_back(segment.substr(1, segment.size() - 2));
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
    } else {
      auto& next = node->named[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  auto& place = node->endpoints[static_cast<std::size_t>(verb)];
  OUTRIDER_ASSERT(!place, "a verb and path belong to one route");
  place = std::move(endpoint);

  node->allow.clear();
  for (std::size_t i = 0; i < kVerbs; ++i) {
    if (!node->endpoints[i]) continue;
    if (!node->allow.empty()) node->allow += ", ";
    node->allow += verb_text(static_cast<Verb>(i));
    if (static_cast<Verb>(i) == Verb::Get) node->allow += ", HEAD";
  }
}

Match Router::find(std::string_view method, std::string_view path) const {
  const auto raw = segments_of(path);
  if (raw.size() > kSegmentsMax) return {};
  std::vector<std::string> segments;
  segments.reserve(raw.size());
  for (const auto segment : raw) segments.push_back(percent_decode(segment, PlusSign::Literal));

  std::vector<std::string> values;
  const Node* node = root_->find(segments, values);
  if (!node) return {};
  const auto verb = parse_verb(method);
  const Endpoint* endpoint = verb ? node->endpoints[static_cast<std::size_t>(*verb)].get() : nullptr;
  if (!endpoint) return {.allow = node->allow};

  Match match{.endpoint = endpoint};
  match.parameters.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    match.parameters.emplace_back(endpoint->parameter_names[i], std::move(values[i]));
  return match;
}

}  // namespace outrider::http
