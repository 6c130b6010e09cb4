#include "wire/schema.h"

#include <doctest/doctest.h>

namespace outrider::wire {
namespace {

enum class State { On, Off };
constexpr Word kStateWords[] = {{"ON", State::On}, {"YES", State::On}, {"OFF", State::Off}};
constexpr Words wire_words(State) {
  return kStateWords;
}

struct Tree {
  static constexpr const char* kName = "Tree";
  std::string label;
  std::vector<Tree> children;
  static Fields wire();
};
Fields Tree::wire() {
  static constexpr Field kFields[] = {
      required<&Tree::label>("label", length(1, 30), doc("What it is called.")),
      optional<&Tree::children>("children", items(0, 5)),
  };
  return kFields;
}

struct Paging {
  std::int64_t limit = 20;
  static Fields wire();
};
Fields Paging::wire() {
  static constexpr Field kFields[] = {
      optional<&Paging::limit>("limit", range(1, 20), fallback(20), lenient(), doc("Page size.")),
  };
  return kFields;
}

struct Request {
  Paging paging;
  State state = State::On;
  std::optional<std::int64_t> client_id;
  std::optional<State> old_state;
  std::vector<std::int64_t> ids;
  Patch<Instant> at;
  Json extra;
  Tree tree;
  std::vector<std::string> track;
  std::map<std::string, std::string> custom;
  std::string password;
  static Fields wire();
};

Result<std::vector<std::string>> read_track(const Node& node) {
  return std::vector<std::string>{std::string(node.text())};
}

Fields Request::wire() {
  static constexpr Field kFields[] = {
      inlined<&Request::paging>(),
      required<&Request::state>("state"),
      required<&Request::client_id>("client_id", range(1, INT64_MAX)),
      optional<&Request::old_state>("old_state"),
      optional<&Request::ids>("ids", one_or_many(), items(1, 3), also("identifiers")),
      optional<&Request::at>("at"),
      optional<&Request::extra>("extra", omit_when_empty()),
      optional<&Request::tree>("tree"),
      optional<&Request::track>("track", read_by<read_track>(R"({"type":["array","object"]})"), doc("Odd.")),
      optional<&Request::custom>("custom"),
      optional<&Request::password>("password", secret()),
  };
  return kFields;
}

std::string property(const std::string& schema, std::string_view name) {
  const auto document = Document::parse(schema);
  REQUIRE(document);
  return document->root().get("properties").get(name).json();
}

TEST_CASE("each field of a request has its schema") {
  Components components;
  const std::string schema = schema_of<Request>(Use::Request, components);
  struct {
    const char* name;
    const char* expected;
  } cases[] = {
      {"limit",
       R"({"type":["integer","string"],"format":"int64","minimum":1,"maximum":20,"default":20,)"
       R"("description":"Page size."})"},
      {"state", R"({"type":"string","enum":["ON","OFF"]})"},
      {"client_id", R"({"type":["integer","null"],"format":"int64","minimum":1})"},
      {"old_state", R"({"oneOf":[{"type":"string","enum":["ON","OFF"]},{"type":"null"}]})"},
      {"ids",
       R"({"oneOf":[{"type":"integer","format":"int64"},{"type":"array","items":{"type":"integer",)"
       R"("format":"int64"},"minItems":1,"maxItems":3}]})"},
      {"at", R"({"type":["string","null"],"format":"date-time"})"},
      {"extra", "{}"},
      {"tree", R"({"$ref":"#/components/schemas/Tree"})"},
      {"track", R"({"type":["array","object"],"description":"Odd."})"},
      {"custom", R"({"type":"object","additionalProperties":{"type":"string"}})"},
      {"password", R"({"type":"string","format":"password"})"},
      {"identifiers", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(property(schema, c.name) == c.expected);
  }
  CHECK(schema.ends_with(R"("required":["state","client_id"]})"));
}

TEST_CASE("an answer requires whatever is always written and states no limits") {
  Components components;
  const std::string schema = schema_of<Request>(Use::Answer, components);
  CHECK(property(schema, "limit") == R"({"type":"integer","format":"int64","description":"Page size."})");
  CHECK(property(schema, "identifiers") == property(schema, "ids"));
  CHECK(schema.ends_with(R"("required":["limit","state","client_id","old_state","ids","identifiers","tree",)"
                         R"("track","custom","password"]})"));
}

TEST_CASE("a named struct becomes a component, also one that holds itself") {
  Components components;
  CHECK(schema_of<Tree>(Use::Request, components) == R"({"$ref":"#/components/schemas/Tree"})");
  REQUIRE(components.size() == 1);
  CHECK(components["Tree"] ==
        R"({"type":"object","properties":{"label":{"type":"string","minLength":1,"maxLength":30,)"
        R"("description":"What it is called."},"children":{"type":"array","items":)"
        R"({"$ref":"#/components/schemas/Tree"},"maxItems":5}},"required":["label"]})");
}

TEST_CASE("a struct whose answer differs from its request keeps the first form under its name") {
  Components components;
  CHECK(schema_of<Tree>(Use::Request, components).starts_with("{\"$ref\""));
  CHECK(schema_of<Tree>(Use::Answer, components).starts_with("{\"type\":\"object\""));
}

TEST_CASE("a table as parameters keeps descriptions outside the schema") {
  Components components;
  const auto found = parameters(Request::wire(), components);
  REQUIRE(found.size() == 11);
  CHECK(found[0].name == "limit");
  CHECK_FALSE(found[0].is_required);
  CHECK(found[0].schema == R"({"type":"integer","format":"int64","minimum":1,"maximum":20,"default":20})");
  CHECK(found[0].doc == "Page size.");
  CHECK(found[2].is_required);
  CHECK(found[2].schema == R"({"type":"integer","format":"int64","minimum":1})");
}

}  // namespace
}  // namespace outrider::wire
