#include "http/openapi.h"

#include <doctest/doctest.h>

#include "wire/json.h"

namespace outrider::http {
namespace {

struct ThingPath {
  static constexpr auto kSource = Source::Path;
  std::int64_t thing_id = 0;
  static wire::Fields wire();
};
wire::Fields ThingPath::wire() {
  static constexpr wire::Field kFields[] = {wire::required<&ThingPath::thing_id>("thing_id")};
  return kFields;
}

struct Thing {
  static constexpr const char* kName = "Thing";
  std::string name;
  static wire::Fields wire();
};
wire::Fields Thing::wire() {
  static constexpr wire::Field kFields[] = {wire::required<&Thing::name>("name")};
  return kFields;
}

struct Page {
  int limit = 10;
  static wire::Fields wire();
};
wire::Fields Page::wire() {
  static constexpr wire::Field kFields[] = {wire::optional<&Page::limit>("limit", wire::doc("How many."))};
  return kFields;
}

Result<Thing> rename(Context&, const ThingPath&, const Thing& thing) {
  return thing;
}
Result<Thing> find(Context&, const Page&) {
  return Thing{};
}
Result<Raw> csv(Context&) {
  return Raw{};
}

std::vector<Route> some_routes() {
  return {
      route(Verb::Post, "/things/{thing_id}", "Renames.", rename)
          .operation_id("renameThing")
          .tag("Things")
          .alias(Verb::Patch, "/things/{thing_id}/name")
          .extension(),
      route(Verb::Get, "/things/{thing_id}", "As CSV.", csv).operation_id("thingCsv").produces("text/csv"),
      route(Verb::Get, "/alive", "Alive.", find).operation_id("alive").at_root().keyless(),
      route(Verb::Get, "/hidden", "Hidden.", csv).hidden(),
  };
}

TEST_CASE("the document describes what the tables declare") {
  const auto text = openapi_document(some_routes(), {.version = "2"});
  const auto document = wire::Document::parse(text);
  REQUIRE(document);
  const auto root = document->root();
  CHECK(root.get("openapi").text() == "3.1.0");
  CHECK(root.get("info").get("version").text() == "2");
  CHECK(root.get("paths").size() == 2);

  const auto post = root.get("paths").get("/things/{thing_id}").get("post");
  CHECK(post.get("operationId").text() == "renameThing");
  CHECK(post.get("tags").at(0).text() == "Things");
  CHECK(post.get("x-extension").flag() == true);
  CHECK(post.get("x-client-aliases").at(0).text() == "PATCH /things/{thing_id}/name");
  CHECK(post.get("parameters").at(0).get("in").text() == "path");
  CHECK(post.get("requestBody").get("required").flag() == true);
  CHECK(post.get("responses").get("422").get("$ref").text() == "#/components/responses/ValidationFailed");
  CHECK(root.get("components").get("schemas").get("Thing").is_object());
  CHECK(root.get("components").get("schemas").get("Error").is_object());
}

TEST_CASE(
    "a raw answer shows its type, a path parameter nobody reads is described, a public route needs no key") {
  const auto document = wire::Document::parse(openapi_document(some_routes(), {}));
  REQUIRE(document);
  const auto paths = document->root().get("paths");
  const auto raw = paths.get("/things/{thing_id}").get("get");
  CHECK(raw.get("responses").get("200").get("content").get("text/csv").is_object());
  CHECK(raw.get("parameters").at(0).get("name").text() == "thing_id");

  const auto open = paths.get("/alive").get("get");
  CHECK(open.get("security").size() == 0);
  CHECK(open.get("security").is_list());
  CHECK(open.get("servers").at(0).get("url").text() == "/");
  CHECK(open.get("parameters").at(0).get("in").text() == "query");
  CHECK_FALSE(open.get("responses").get("401").is_object());
}

}  // namespace
}  // namespace outrider::http
