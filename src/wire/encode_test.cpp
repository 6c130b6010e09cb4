#include <doctest/doctest.h>

#include "core/random.h"
#include "wire/wire.h"

namespace outrider::wire {
namespace {

enum class Mood : std::uint16_t { Calm = 300, Cross = 7 };
constexpr Word kMoodWords[] = {{"calm", Mood::Calm}, {"quiet", Mood::Calm}, {"cross", Mood::Cross}};
constexpr Words wire_words(Mood) {
  return kMoodWords;
}

struct Reference {
  std::int64_t id = 0;
  std::string name;
  bool operator==(const Reference&) const = default;
  static Fields wire();
};
Fields Reference::wire() {
  static constexpr Field kFields[] = {
      required<&Reference::id>("id"),
      required<&Reference::name>("name"),
  };
  return kFields;
}

struct Empty {
  static Fields wire() { return {}; }
};

struct Item {
  std::string map_id = {};
  std::optional<Reference> category = {};
  std::optional<std::int64_t> category_id = {};
  std::vector<std::string> tags = {};
  static Fields wire();
};
Fields Item::wire() {
  static constexpr Field kFields[] = {
      required<&Item::map_id>("campaign_lead_map_id", also("email_lead_map_id")),
      optional<&Item::category>("category", omit_when_empty()),
      optional<&Item::category_id>("lead_category_id"),
      optional<&Item::tags>("tags", omit_when_empty()),
  };
  return kFields;
}

struct Page {
  bool ok = true;
  std::vector<Item> messages = {};
  std::int64_t total_count = 0;
  static Fields wire();
};
Fields Page::wire() {
  static constexpr Field kFields[] = {
      required<&Page::ok>("ok"),
      required<&Page::messages>("messages", also("data")),
      required<&Page::total_count>("total_count"),
  };
  return kFields;
}

struct Everything {
  bool flag = false;
  int small = 0;
  std::int64_t large = 0;
  double number = 0;
  std::string text = {};
  Mood mood = Mood::Calm;
  Json json = {};
  Instant at = {};
  std::map<std::string, std::string> custom = {};
  std::optional<std::string> maybe = {};
  Patch<std::int64_t> patch = {};
  Reference reference = {};
  std::vector<Reference> references = {};
  std::optional<std::vector<std::int64_t>> ids = {};
  bool operator==(const Everything&) const = default;
  static Fields wire();
};
Fields Everything::wire() {
  static constexpr Field kFields[] = {
      required<&Everything::flag>("flag"),
      required<&Everything::small>("small"),
      required<&Everything::large>("large"),
      required<&Everything::number>("number"),
      required<&Everything::text>("text"),
      required<&Everything::mood>("mood"),
      required<&Everything::json>("json"),
      required<&Everything::at>("at", with_ms()),
      required<&Everything::custom>("custom"),
      optional<&Everything::maybe>("maybe"),
      optional<&Everything::patch>("patch"),
      required<&Everything::reference>("reference"),
      required<&Everything::references>("references"),
      optional<&Everything::ids>("ids"),
  };
  return kFields;
}

TEST_CASE("an answer is written in table order, nulls and empty lists included") {
  CHECK(encode(Everything{}) ==
        R"({"flag":false,"small":0,"large":0,"number":0,"text":"","mood":"calm","json":null,)"
        R"("at":"1970-01-01T00:00:00.000Z","custom":{},"maybe":null,"reference":{"id":0,"name":""},)"
        R"("references":[],"ids":null})");
}

TEST_CASE("a patch is written as absent, null or its value") {
  const auto patch_of = [](Patch<std::int64_t> patch) {
    const auto document = Document::parse(encode(Everything{.patch = patch}));
    REQUIRE(document);
    return document->root().get("patch").json();
  };
  CHECK(patch_of({}).empty());
  CHECK(patch_of({.given = true}) == "null");
  CHECK(patch_of({.given = true, .value = 5}) == "5");
}

TEST_CASE("a field may be left out when empty, and may be written twice") {
  Page page{.messages = {Item{.map_id = "7"}}, .total_count = 1};
  page.messages.push_back(
      {.map_id = "8", .category = Reference{1, "Interested"}, .category_id = 1, .tags = {"a"}});
  const std::string list =
      R"([{"campaign_lead_map_id":"7","email_lead_map_id":"7","lead_category_id":null},)"
      R"({"campaign_lead_map_id":"8","email_lead_map_id":"8","category":{"id":1,"name":"Interested"},)"
      R"("lead_category_id":1,"tags":["a"]}])";
  CHECK(encode(page) == R"({"ok":true,"messages":)" + list + R"(,"data":)" + list + R"(,"total_count":1})");
}

TEST_CASE("lists and empty objects stand alone") {
  CHECK(encode(Empty{}) == "{}");
  CHECK(encode(std::vector<Empty>(2)) == "[{},{}]");
  CHECK(encode(std::vector<Reference>{}) == "[]");
  CHECK(encode(std::optional<Reference>{}) == "null");
}

TEST_CASE("an enum leaves by its first word, and by null when it has none") {
  CHECK(encode(std::vector<Mood>{Mood::Calm, Mood::Cross, Mood(1)}) == R"(["calm","cross",null])");
}

std::string random_text(Random& random) {
  static constexpr std::string_view kPieces[] = {
      "a", "\"", "\\", "\n", "\x01", "/", "ü", "€", "😀", ",", "{", ":"};
  std::string text;
  for (auto left = random.below(8); left > 0; --left) text += kPieces[random.below(std::size(kPieces))];
  return text;
}

Everything random_value(Random& random) {
  const auto half = [&] { return random.below(2) == 0; };
  const auto whole = [&] { return static_cast<std::int64_t>(random.next() >> random.below(64)); };
  Everything value{
      .flag = half(),
      .small = static_cast<int>(whole()),
      .large = whole(),
      .number = static_cast<double>(whole()) * random.unit(),
      .text = random_text(random),
      .mood = half() ? Mood::Calm : Mood::Cross,
      .json = {half() ? R"({"b":[1.50,"x",null],"a":true})" : "[]"},
      .at = {static_cast<TimeMs>(random.below(4'000'000'000'000))},
      .reference = {whole(), random_text(random)},
  };
  for (auto left = random.below(4); left > 0; --left) value.custom[random_text(random)] = random_text(random);
  for (auto left = random.below(4); left > 0; --left)
    value.references.push_back({whole(), random_text(random)});
  if (half()) value.maybe = random_text(random);
  if (half()) value.patch.given = true;
  if (value.patch.given && half()) value.patch.value = whole();
  if (half()) value.ids.emplace(random.below(4), whole());
  return value;
}

TEST_CASE("what is written is read back the same") {
  constexpr std::uint64_t kSeed = 20260303;
  Random random(kSeed);
  for (int round = 0; round < 500; ++round) {
    const Everything value = random_value(random);
    const std::string json = encode(value);
    CAPTURE(kSeed);
    CAPTURE(json);
    const auto back = decode<Everything>(json, {.unknown = Unknown::Refused});
    REQUIRE(back);
    REQUIRE(*back == value);
  }
}

}  // namespace
}  // namespace outrider::wire
