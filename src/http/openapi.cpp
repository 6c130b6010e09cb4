#include "http/openapi.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/assert.h"
#include "core/strings.h"
#include "http/error_body.h"
#include "wire/json.h"

namespace outrider::http {
namespace {

using wire::Writer;

struct ErrorAnswer {
  std::string_view status;
  std::string_view name;
  std::string_view text;
};
constexpr std::array kErrors = std::to_array<ErrorAnswer>({
    {"400", "MalformedRequest", "The body is not JSON, or not a JSON object where one is expected."},
    {"401", "Unauthorized", "Missing or unknown API key."},
    {"403", "Forbidden", "The key is known but may not do this."},
    {"404", "NotFound", "No such thing in this workspace."},
    {"409", "Conflict", "The state of the thing, or of the Idempotency-Key, forbids it."},
    {"413", "PayloadTooLarge", "The body is larger than this operation allows."},
    {"422", "ValidationFailed", "Well formed, but a value is not acceptable. Nothing was changed."},
    {"429", "RateLimited", "The key has used up its window; Retry-After has the seconds left."},
    {"500", "ServerError", "A fault of the server; request_id finds it in the log."},
    {"503", "Unavailable", "Something the answer needs cannot be reached."},
});

bool is_body(Source source) {
  return source == Source::Body || source == Source::BodyOrQuery;
}

/// Which errors an operation can answer with; 403, 409 and 503 depend on the handler, so they are always
/// possible.
bool may_answer(const Route& route, std::string_view status) {
  const bool has_body = std::ranges::any_of(route.inputs, [](const auto& in) { return is_body(in.source); });
  if (status == "400" || status == "413") return has_body;
  if (status == "401" || status == "403" || status == "429") return !route.is_public;
  if (status == "404") return route.path.contains('{') || route.body_names_id;
  if (status == "409") return !route.is_public && route.verb != Verb::Get;
  if (status == "422") return !route.inputs.empty();
  return true;
}

void write_parameter(Writer& json, std::string_view place, const wire::Parameter& parameter) {
  json.begin_object();
  json.member("name", std::string_view(parameter.name)).member("in", place);
  json.member("required", place == "path" || parameter.is_required);
  if (!parameter.doc.empty()) json.member("description", std::string_view(parameter.doc));
  json.key("schema").raw(parameter.schema).end_object();
}

void write_parameters(Writer& json, const Route& route, wire::Components& components) {
  std::set<std::string, std::less<>> written;
  json.key("parameters").begin_list();
  for (const auto& input : route.inputs) {
    if (is_body(input.source)) continue;
    const bool is_path = input.source == Source::Path;
    for (const auto& parameter : wire::parameters(input.type->fields(), components)) {
      write_parameter(json, is_path ? "path" : "query", parameter);
      if (is_path) written.insert(parameter.name);
    }
  }
  // Every parameter of a path must be described, also one that its handler does not look at.
  for (const auto segment : split(route.path, '/')) {
    if (!segment.starts_with('{')) continue;
    const auto name = segment.substr(1, segment.size() - 2);
    if (written.contains(name)) continue;
    write_parameter(json, "path", {.name = std::string(name), .schema = R"({"type":"string"})", .doc = {}});
  }
  json.end_list();
}

void write_request_body(Writer& json, const Route& route, wire::Components& components) {
  const auto input = std::ranges::find_if(route.inputs, [](const auto& in) { return is_body(in.source); });
  if (input == route.inputs.end()) return;
  const auto fields = input->type->fields();
  const bool is_required = std::ranges::any_of(fields, [](const auto& field) { return field.is_required; });
  json.key("requestBody").begin_object();
  json.member("required", is_required && input->source == Source::Body);
  json.key("content").begin_object().key("application/json").begin_object();
  json.key("schema").raw(wire::schema_json(*input->type, wire::Use::Request, components));
  json.end_object().end_object().end_object();
}

void write_responses(Writer& json, const Route& route, wire::Components& components) {
  json.key("responses").begin_object();
  json.key("200").begin_object().member("description", "Success.");
  if (route.reply || !route.reply_content_type.empty()) {
    const bool is_wire = route.reply != nullptr;
    json.key("content").begin_object();
    json.key(is_wire ? "application/json" : std::string_view(route.reply_content_type)).begin_object();
    json.key("schema").raw(is_wire ? wire::schema_json(*route.reply, wire::Use::Answer, components)
                                   : R"({"type":"string"})");
    json.end_object().end_object();
  }
  json.end_object();
  for (const auto& own : route.own_answers) {
    json.key(own.status).begin_object().member("description", own.description);
    json.key("content").begin_object().key("application/json").begin_object();
    json.key("schema").raw(wire::schema_json(*own.type, wire::Use::Answer, components));
    json.end_object().end_object().end_object();
  }
  const auto is_own = [&route](std::string_view status) {
    return std::ranges::find(route.own_answers, status, &OwnAnswer::status) != route.own_answers.end();
  };
  for (const auto& error : kErrors) {
    if (!may_answer(route, error.status) || is_own(error.status)) continue;
    json.key(error.status).begin_object();
    json.member("$ref", "#/components/responses/" + std::string(error.name)).end_object();
  }
  json.end_object();
}

void write_operation(Writer& json, const Route& route, wire::Components& components) {
  json.key(to_lower(verb_text(route.verb))).begin_object();
  if (!route.id.empty()) json.member("operationId", std::string_view(route.id));
  json.member("summary", std::string_view(route.summary));
  if (!route.tag_name.empty())
    json.key("tags").begin_list().value(std::string_view(route.tag_name)).end_list();
  if (route.is_extension) json.member("x-extension", true);
  if (!route.aliases.empty()) {
    json.key("x-client-aliases").begin_list();
    for (const auto& alias : route.aliases) json.value(std::string(verb_text(alias.verb)) + " " + alias.path);
    json.end_list();
  }
  if (route.is_public) json.key("security").begin_list().end_list();
  if (route.is_at_root)
    json.key("servers").begin_list().begin_object().member("url", "/").end_object().end_list();
  write_parameters(json, route, components);
  write_request_body(json, route, components);
  write_responses(json, route, components);
  json.end_object();
}

void write_security_schemes(Writer& json) {
  json.key("securitySchemes").begin_object();
  const auto api_key = [&](std::string_view name, std::string_view place, std::string_view key) {
    json.key(name).begin_object();
    json.member("type", "apiKey").member("in", place).member("name", key).end_object();
  };
  api_key("ApiKeyQuery", "query", "api_key");
  api_key("ApiKeyHeader", "header", "X-API-Key");
  json.key("BearerKey").begin_object().member("type", "http").member("scheme", "bearer").end_object();
  json.end_object();
}

void write_components(Writer& json, const wire::Components& components) {
  json.key("components").begin_object();
  write_security_schemes(json);
  json.key("schemas").begin_object();
  json.key("Error").raw(error_schema());
  for (const auto& [name, schema] : components) json.key(name).raw(schema);
  json.end_object();
  json.key("responses").begin_object();
  for (const auto& error : kErrors) {
    json.key(error.name).begin_object().member("description", error.text);
    json.key("content").raw(R"({"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}})");
    json.end_object();
  }
  json.end_object().end_object();
}

/// Path -> its routes, without the hidden ones.
std::map<std::string, std::vector<const Route*>> by_path(const std::vector<Route>& routes) {
  std::map<std::string, std::vector<const Route*>> paths;
  std::set<std::string> ids;
  for (const auto& route : routes) {
    if (route.is_hidden) continue;
    OUTRIDER_ASSERT(route.id.empty() || ids.insert(route.id).second, "an operation id belongs to one route");
    paths[route.path].push_back(&route);
  }
  return paths;
}

}  // namespace

std::string openapi_document(const std::vector<Route>& routes, const DocumentInfo& info) {
  std::string out;
  wire::Components components;
  Writer json(out);
  json.begin_object().member("openapi", "3.1.0");
  json.key("info").begin_object();
  json.member("title", std::string_view(info.title))
      .member("version", std::string_view(info.version))
      .end_object();
  json.key("servers").begin_list().begin_object();
  json.member("url", std::string_view(info.base_path)).end_object().end_list();
  json.key("security").raw(R"([{"ApiKeyQuery":[]},{"ApiKeyHeader":[]},{"BearerKey":[]}])");
  json.key("paths").begin_object();
  for (const auto& [path, of_path] : by_path(routes)) {
    json.key(path).begin_object();
    for (const Route* route : of_path) write_operation(json, *route, components);
    json.end_object();
  }
  json.end_object();
  write_components(json, components);
  json.end_object();
  return out;
}

}  // namespace outrider::http
