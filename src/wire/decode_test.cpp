#include <doctest/doctest.h>

#include "wire/wire.h"

namespace outrider::wire {
namespace {

enum class State : std::uint8_t { Started, Paused };
constexpr Word kStateWords[] = {
    {"START", State::Started}, {"RESUME", State::Started}, {"PAUSED", State::Paused}};
constexpr Words wire_words(State) {
  return kStateWords;
}

struct Step {
  int delay_days = 0;
  std::string subject;
  static Fields wire();
};
Fields Step::wire() {
  static constexpr Field kFields[] = {
      required<&Step::delay_days>("delay_in_days", alias("delay"), range(0, 365)),
      optional<&Step::subject>("subject", length(0, 5)),
  };
  return kFields;
}

struct Campaign {
  std::string name;
  std::int64_t limit = 0;
  State state = State::Paused;
  std::optional<std::int64_t> client_id;
  Patch<std::string> note;
  std::vector<std::int64_t> ids;
  std::vector<Step> steps;
  std::map<std::string, std::string> custom;
  std::optional<Instant> starts_at;
  static Fields wire();
};
Fields Campaign::wire() {
  static constexpr Field kFields[] = {
      required<&Campaign::name>("name", length(1, 10)),
      optional<&Campaign::limit>("limit", range(1, 20), fallback(20), lenient()),
      optional<&Campaign::state>("status"),
      optional<&Campaign::client_id>("client_id", alias("clientId"), lenient()),
      optional<&Campaign::note>("note"),
      optional<&Campaign::ids>("ids", one_or_many(), lenient(), items(0, 3)),
      optional<&Campaign::steps>("steps", bare()),
      optional<&Campaign::custom>("custom_fields"),
      optional<&Campaign::starts_at>("starts_at"),
  };
  return kFields;
}

TEST_CASE("a body becomes a struct") {
  const auto campaign = decode<Campaign>(R"({"name":"spring","status":"RESUME","clientId":"7","ids":"1, 2",
      "steps":[{"delay":3}],"custom_fields":{"a":1,"b":true,"c":null,"d":"x"},
      "starts_at":"2026-03-03T10:00:00+02:00","other":1})");
  REQUIRE(campaign);
  CHECK(campaign->name == "spring");
  CHECK(campaign->limit == 20);
  CHECK(campaign->state == State::Started);
  CHECK(campaign->client_id == 7);
  CHECK_FALSE(campaign->note.given);
  CHECK(campaign->ids == std::vector<std::int64_t>{1, 2});
  REQUIRE(campaign->steps.size() == 1);
  CHECK(campaign->steps[0].delay_days == 3);
  CHECK(campaign->custom == std::map<std::string, std::string>{{"a", "1"}, {"b", "true"}, {"d", "x"}});
  CHECK(
      encode(*campaign) ==
      R"({"name":"spring","limit":20,"status":"START","client_id":7,"ids":[1,2],"steps":[{"delay_in_days":3,)"
      R"("subject":""}],"custom_fields":{"a":"1","b":"true","d":"x"},"starts_at":"2026-03-03T08:00:00Z"})");
}

TEST_CASE("the first broken rule is the message, and all of them are the keys") {
  const auto campaign = decode<Campaign>(R"({"limit":21,"steps":[{"delay_in_days":-1,"subject":"longer"}]})");
  REQUIRE_FALSE(campaign);
  CHECK(campaign.error().code == Code::Invalid);
  CHECK(campaign.error().message == "\"name\" is required");
  CHECK(campaign.error().offence.keys ==
        std::vector<std::string>{"name", "limit", "steps.0.delay_in_days", "steps.0.subject"});
}

}  // namespace
}  // namespace outrider::wire
