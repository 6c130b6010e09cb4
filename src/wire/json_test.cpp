#include "wire/json.h"

#include <doctest/doctest.h>

#include <limits>

namespace outrider::wire {
namespace {

TEST_CASE("a tree is walked without asking first whether anything is there") {
  const auto document = Document::parse(R"({"lead":{"email":"a@b","tags":["x",2]},"n":null})");
  REQUIRE(document);
  const Node root = document->root();
  CHECK(root.get("lead").get("email").text() == "a@b");
  CHECK(root.get("lead").get("tags").at(1).int64() == 2);
  CHECK(root.get("lead").key(1) == "tags");
  CHECK(root.get("n").is_null());
  CHECK_FALSE(root.get("missing").get("deeper").at(3));
  CHECK(root.get("missing").text().empty());
  CHECK(root.at(0).is_object());
}

TEST_CASE("numbers keep the way they were written") {
  struct {
    const char* json;
    std::optional<std::int64_t> whole;
    std::optional<double> number;
  } cases[] = {
      {"0", 0, 0.0},
      {"-0", 0, 0.0},
      {"5.0", 5, 5.0},
      {"5e2", 500, 500.0},
      {"2.5", std::nullopt, 2.5},
      {"9223372036854775807", INT64_MAX, 9223372036854775808.0},
      {"9223372036854775808", std::nullopt, 9223372036854775808.0},
      {"123456789012345678901234567890", std::nullopt, 123456789012345678901234567890.0},
      {"1e300", std::nullopt, 1e300},
      {"1e999", std::nullopt, std::nullopt},
      {"0.1000000000000000055511151231257827", std::nullopt, 0.1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.json);
    const auto document = Document::parse(c.json);
    REQUIRE(document);
    CHECK(document->root().int64() == c.whole);
    CHECK(document->root().number() == c.number);
    CHECK(document->root().json() == c.json);
  }
}

TEST_CASE("texts are unescaped and escaped again") {
  const auto document = Document::parse(R"("\ud83d\ude00 \u00fc \"\\\/\b\t\n\u001f\u0000")");
  REQUIRE(document);
  using namespace std::string_view_literals;
  CHECK(document->root().text() == "\xF0\x9F\x98\x80 \xC3\xBC \"\\/\b\t\n\x1F\0"sv);
  CHECK(document->root().json() == "\"\xF0\x9F\x98\x80 \xC3\xBC \\\"\\\\/\\u0008\\t\\n\\u001f\\u0000\"");
}

TEST_CASE("what is wrong with a text is said") {
  struct {
    std::string json;
    const char* message;
  } cases[] = {
      {"", "the JSON is not well formed"},
      {"{\"a\":1,\"b\":2,\"a\":3}", "a JSON key is given twice near byte"},
      {"\"\xC3\"", "the text is not valid UTF-8"},
      {"1 2", "the JSON is not well formed: extra data near byte 2"},
      {std::string(100'000, '['), "the JSON is nested deeper than 32 levels"},
  };
  for (const auto& c : cases) {
    const auto document = Document::parse(c.json);
    REQUIRE_FALSE(document);
    CHECK(document.error().code == Code::Malformed);
    CHECK(document.error().message.starts_with(c.message));
  }
}

TEST_CASE("nesting is allowed up to its limit") {
  CHECK(Document::parse(std::string(kDepthMax, '[') + std::string(kDepthMax, ']')));
  CHECK_FALSE(Document::parse(std::string(kDepthMax + 1, '[') + std::string(kDepthMax + 1, ']')));
}

TEST_CASE("the same key in different objects is not given twice") {
  CHECK(Document::parse(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"));
}

TEST_CASE("the writer puts the commas") {
  std::string out = "prefix ";
  Writer writer(out);
  writer.begin_object();
  writer.member("a", 1).member("b", "x").member("c", true).member("d", 1.5);
  writer.key("e").begin_list().value(1).null().begin_object().end_object().begin_list().end_list().end_list();
  writer.key("f").raw("[0]").member("g", std::string("\x01\""));
  writer.end_object();
  CHECK(out ==
        "prefix "
        "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":1.5,\"e\":[1,null,{},[]],\"f\":[0],\"g\":\"\\u0001\\\"\"}");
}

TEST_CASE("a text that ends like an opening bracket does not lose its comma") {
  std::string out;
  Writer(out).begin_list().value("{").value("[").value(":").value("").end_list();
  CHECK(out == R"(["{","[",":",""])");
}

TEST_CASE("numbers JSON has no word for become null") {
  std::string out;
  append_number(out, std::numeric_limits<double>::quiet_NaN());
  append_number(out, -std::numeric_limits<double>::infinity());
  CHECK(out == "nullnull");
}

}  // namespace
}  // namespace outrider::wire
