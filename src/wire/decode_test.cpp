#include <doctest/doctest.h>

#include "wire/wire.h"

namespace outrider::wire {
namespace {

using Ids = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

enum class State : std::uint8_t { Started, Paused };
constexpr Word kStateWords[] = {
    {"START", State::Started}, {"RESUME", State::Started}, {"PAUSED", State::Paused}};
constexpr Words wire_words(State) {
  return kStateWords;
}

enum class Sort { Reply, Sent };
constexpr Word kSortWords[] = {{"REPLY_TIME_DESC", Sort::Reply}, {"SENT_TIME_DESC", Sort::Sent}};

struct Delay {
  int days = 0;
  static Fields wire();
};
Fields Delay::wire() {
  static constexpr Field kFields[] = {
      required<&Delay::days>("delay_in_days", alias("delayInDays"), range(0, 365)),
  };
  return kFields;
}

struct Step {
  std::int64_t number = 0;
  Delay delay;
  std::string subject;
  static Fields wire();
};
Fields Step::wire() {
  static constexpr Field kFields[] = {
      required<&Step::number>("seq_number", range(1, INT64_MAX)),
      optional<&Step::delay>("seq_delay_details"),
      optional<&Step::subject>("subject"),
  };
  return kFields;
}

struct Sequences {
  std::vector<Step> steps;
  static Fields wire();
};
Fields Sequences::wire() {
  static constexpr Field kFields[] = {
      required<&Sequences::steps>("sequences", alias("sequence"), bare(), items(0, 3)),
  };
  return kFields;
}

struct Filters {
  std::string search;
  Ids campaign_ids;
  static Fields wire();
};
Fields Filters::wire() {
  static constexpr Field kFields[] = {
      optional<&Filters::search>("search", length(0, 3)),
      optional<&Filters::campaign_ids>(
          "campaignId", one_or_many(), lenient(), range(1, INT64_MAX), items(1, 5)),
  };
  return kFields;
}

struct Page {
  std::int64_t limit = 20;
  std::int64_t offset = 0;
  Sort sort = Sort::Reply;
  static Fields wire();
};
Fields Page::wire() {
  static constexpr Field kFields[] = {
      optional<&Page::limit>("limit", range(1, 20), fallback(20), lenient()),
      optional<&Page::offset>("offset", range(0, INT64_MAX), lenient()),
      optional<&Page::sort>("sortBy", words(kSortWords), fallback("SENT_TIME_DESC")),
  };
  return kFields;
}

struct InboxList {
  Page page;
  Filters filters;
  static Fields wire();
};
Fields InboxList::wire() {
  static constexpr Field kFields[] = {
      inlined<&InboxList::page>(),
      optional<&InboxList::filters>("filters"),
  };
  return kFields;
}

struct Schedule {
  std::string timezone;
  std::vector<int> days;
  static Fields wire();
};
Fields Schedule::wire() {
  static constexpr Field kFields[] = {
      required<&Schedule::timezone>("timezone"),
      required<&Schedule::days>("days_of_the_week", alias("days"), range(0, 7), items(1, 7)),
  };
  return {kFields, "schedule"};
}

Result<Texts> read_track_settings(const Node& node) {
  Texts words;
  if (node.get("track_open").flag() == false) words.emplace_back("DONT_TRACK_EMAIL_OPEN");
  for (std::size_t i = 0; node.is_list() && i < node.size(); ++i) words.emplace_back(node.at(i).text());
  if (!node.is_list() && !node.is_object()) return fail(Code::Invalid, "must be a list or an object");
  return words;
}

Result<Delay> read_delay(const Node& node) {
  return decode<Delay>(node.is_list() ? node.at(0) : node);
}

bool is_hour(std::string_view text) {
  return text.size() == 5 && text[2] == ':';
}

struct Everything {
  bool flag = false;
  int small = 0;
  double number = 0;
  std::string text = "unset";
  std::string address;
  std::string password;
  std::string hour;
  State state = State::Paused;
  Json json;
  std::map<std::string, std::string> custom;
  std::optional<std::int64_t> client_id;
  std::optional<Instant> at;
  Patch<std::string> note;
  std::optional<Texts> track;
  Delay delay;
  std::vector<State> states;
  static Fields wire();
};
Fields Everything::wire() {
  static constexpr Field kFields[] = {
      optional<&Everything::flag>("flag", lenient()),
      optional<&Everything::small>("small"),
      optional<&Everything::number>("number", range(0, 100), lenient()),
      optional<&Everything::text>("text", alias("body", "content"), length(2, 4), lenient()),
      optional<&Everything::address>("address", email()),
      optional<&Everything::password>("password", length(1, 3), secret()),
      optional<&Everything::hour>("hour", must(is_hour, "must be a time such as 09:30")),
      optional<&Everything::state>("status"),
      optional<&Everything::json>("json"),
      optional<&Everything::custom>("custom_fields", length(0, 5), items(0, 4)),
      optional<&Everything::client_id>("client_id"),
      optional<&Everything::at>("at"),
      optional<&Everything::note>("note"),
      optional<&Everything::track>("track_settings", read_by<read_track_settings>("{\"type\":\"array\"}")),
      optional<&Everything::delay>("delay", read_by<read_delay>("{\"type\":\"object\"}")),
      optional<&Everything::states>("states", one_or_many()),
  };
  return kFields;
}

Everything good(std::string_view json) {
  CAPTURE(json);
  auto decoded = decode<Everything>(json);
  if (!decoded) FAIL(decoded.error().message);
  return *decoded;
}

template <class T>
Error bad(std::string_view json, const DecodeOptions& options = {}) {
  CAPTURE(json);
  const auto decoded = decode<T>(json, options);
  REQUIRE_FALSE(decoded);
  return decoded.error();
}

TEST_CASE("every type is read from its own JSON") {
  const auto all =
      good(R"({"flag":true,"small":-7,"number":2.5,"text":"ab","address":"a@b.example","hour":"09:30",
      "status":"RESUME","json":{"a":[1,2.50]},"client_id":5.0,"at":"2026-03-03T10:00:00+02:00","note":"n",
      "states":["PAUSED","START"]})");
  CHECK(all.flag);
  CHECK(all.small == -7);
  CHECK(all.number == 2.5);
  CHECK(all.text == "ab");
  CHECK(all.address == "a@b.example");
  CHECK(all.state == State::Started);
  CHECK(all.json.text == R"({"a":[1,2.50]})");
  CHECK(all.client_id == 5);
  CHECK(all.at == Instant{1772524800000});
  CHECK(all.note == Patch<std::string>{.given = true, .value = "n"});
  CHECK(all.states == std::vector<State>{State::Paused, State::Started});
}

TEST_CASE("a patch tells absent, null and value apart; anything else takes null as absent") {
  CHECK_FALSE(good("{}").note.given);
  CHECK(good(R"({"note":null})").note.is_null());
  CHECK_FALSE(good(R"({"note":"x"})").note.is_null());
  CHECK(good(R"({"text":null})").text == "unset");
  CHECK_FALSE(good(R"({"client_id":null})").client_id);
}

TEST_CASE("an empty body is an empty object") {
  for (const char* body : {"", " \r\n", "{}"}) CHECK(good(body).text == "unset");
}

TEST_CASE("a fallback stands in for absent and null") {
  for (const char* body : {"{}", R"({"limit":null,"sortBy":null})"}) {
    const auto page = decode<Page>(body);
    REQUIRE(page);
    CHECK(page->limit == 20);
    CHECK(page->sort == Sort::Sent);
  }
}

TEST_CASE("an alias is read, and the canonical name wins") {
  CHECK(good(R"({"content":"cc"})").text == "cc");
  CHECK(good(R"({"content":"cc","text":"tt"})").text == "tt");
}

TEST_CASE("a lenient field takes the spellings of careless clients") {
  CHECK(good(R"({"flag":"True"})").flag);
  CHECK(good(R"({"flag":1})").flag);
  CHECK_FALSE(good(R"({"flag":"0"})").flag);
  CHECK(good(R"({"number":" 1.5 "})").number == 1.5);
  CHECK(good(R"({"text":1.50})").text == "1.50");
  CHECK(good(R"({"text":true})").text == "true");
}

TEST_CASE("a list field may take one value or comma-joined text") {
  for (const char* body : {R"({"campaignId":[1,"2"]})", R"({"campaignId":"1, 2,"})"}) {
    const auto filters = decode<Filters>(body);
    REQUIRE(filters);
    CHECK(filters->campaign_ids == Ids{1, 2});
  }
  CHECK(decode<Filters>(R"({"campaignId":7})")->campaign_ids == Ids{7});
  CHECK(good(R"({"states":"PAUSED"})").states == std::vector<State>{State::Paused});
}

TEST_CASE("a bare body is the list or one element of it") {
  for (const char* body : {
           R"({"sequences":[{"seq_number":1}]})",
           R"({"sequence":[{"seq_number":1}]})",
           R"({"sequences":{"seq_number":1}})",
           R"([{"seq_number":1}])",
           R"({"seq_number":1})",
       }) {
    CAPTURE(body);
    const auto sequences = decode<Sequences>(body, {.unknown = Unknown::Refused});
    REQUIRE(sequences);
    REQUIRE(sequences->steps.size() == 1);
    CHECK(sequences->steps[0].number == 1);
  }
  CHECK(bad<Sequences>("{}").message == "\"sequences\" is required");
  CHECK(bad<Sequences>(R"([{"seq_number":0}])").offence.field == "sequences.0.seq_number");
}

TEST_CASE("a wrapped body is unwrapped, and what stands beside the wrapper counts too") {
  for (const char* body : {
           R"({"timezone":"UTC","days_of_the_week":[0,7]})",
           R"({"schedule":{"timezone":"UTC","days":[0,7]}})",
           R"({"schedule":{"days":[0,7]},"timezone":"UTC"})",
       }) {
    CAPTURE(body);
    const auto schedule = decode<Schedule>(body, {.unknown = Unknown::Refused});
    REQUIRE(schedule);
    CHECK(schedule->timezone == "UTC");
    CHECK(schedule->days == std::vector<int>{0, 7});
  }
}

TEST_CASE("inlined fields stand in the object itself") {
  const auto list = decode<InboxList>(R"({"limit":3,"offset":"40","filters":{"search":"abc"}})");
  REQUIRE(list);
  CHECK(list->page.limit == 3);
  CHECK(list->page.offset == 40);
  CHECK(list->filters.search == "abc");
}

TEST_CASE("flags of an inlined struct may also stand in an object of their own") {
  struct Import {
    Page settings;
    static Fields wire() {
      static constexpr Field kFields[] = {
          inlined<&Import::settings>(),
          optional<&Import::settings>("settings"),
      };
      return kFields;
    }
  };
  for (const char* body :
       {R"({"limit":3})", R"({"settings":{"limit":3}})", R"({"limit":5,"settings":{"limit":3}})"})
    CHECK(decode<Import>(body)->settings.limit == 3);
}

TEST_CASE("a function reads what no modifier can") {
  CHECK(good(R"({"track_settings":["A"]})").track == Texts{"A"});
  CHECK(good(R"({"track_settings":{"track_open":false}})").track == Texts{"DONT_TRACK_EMAIL_OPEN"});
  CHECK(bad<Everything>(R"({"track_settings":7})").message ==
        "\"track_settings\" must be a list or an object");
  CHECK(good(R"({"delay":[{"delay_in_days":2}]})").delay.days == 2);
  const auto inner = bad<Everything>(R"({"delay":{"delay_in_days":-1}})");
  CHECK(inner.message == "\"delay.delay_in_days\" must be between 0 and 365");
  CHECK(inner.offence.field == "delay.delay_in_days");
}

TEST_CASE("values of a text map become texts") {
  const auto custom = good(R"({"custom_fields":{"a":1.50,"b":true,"c":null,"d":"x"}})").custom;
  CHECK(custom == std::map<std::string, std::string>{{"a", "1.50"}, {"b", "true"}, {"d", "x"}});
}

TEST_CASE("each broken rule has its message") {
  struct {
    const char* body;
    const char* message;
  } cases[] = {
      {R"({"flag":"yes"})", "\"flag\" must be true or false"},
      {R"({"small":2.5})", "\"small\" must be a whole number"},
      {R"({"small":"7"})", "\"small\" must be a whole number"},
      {R"({"small":3000000000})", "\"small\" is too large"},
      {R"({"small":1e30})", "\"small\" must be a whole number"},
      {R"({"number":101})", "\"number\" must be between 0 and 100"},
      {R"({"number":"x"})", "\"number\" must be a number"},
      {R"({"text":"abcde"})", "\"text\" must have at most 4 characters"},
      {R"({"text":"ü"})", "\"text\" must have at least 2 characters"},
      {R"({"text":""})", "\"text\" must not be empty"},
      {R"({"text":[]})", "\"text\" must be a text"},
      {R"({"content":"abcde"})", "\"content\" must have at most 4 characters"},
      {R"({"text":"a\u0000b"})", "\"text\" must not hold a NUL character"},
      {R"({"json":{"a\u0000":1}})", "\"json\" must not hold a NUL character"},
      {R"({"address":"nobody"})", "\"address\" must be an email address"},
      {R"({"hour":"9:30"})", "\"hour\" must be a time such as 09:30"},
      {R"({"status":"resume"})", "\"status\" must be one of START, PAUSED"},
      {R"({"status":7})", "\"status\" must be one of START, PAUSED"},
      {R"({"custom_fields":[]})", "\"custom_fields\" must be an object"},
      {R"({"custom_fields":{"a":[]}})", "\"custom_fields.a\" must be a text, a number, true or false"},
      {R"({"custom_fields":{"a":"123456"}})", "\"custom_fields.a\" must have at most 5 characters"},
      {R"({"at":"yesterday"})", "\"at\" must be an ISO 8601 time such as 2026-03-03T10:00:00Z"},
      {R"({"at":5})", "\"at\" must be an ISO 8601 time such as 2026-03-03T10:00:00Z"},
      {R"({"states":["START",null]})", "\"states.1\" must not be null"},
      {R"({"note":5})", "\"note\" must be a text"},
  };
  for (const auto& c : cases) {
    const auto error = bad<Everything>(c.body);
    CHECK(error.code == Code::Invalid);
    CHECK(error.message == c.message);
    CHECK(error.offence.source == "body");
  }
}

TEST_CASE("a required field must be there and not null") {
  CHECK(bad<Schedule>(R"({"days":[1]})").message == "\"timezone\" is required");
  CHECK(bad<Schedule>(R"({"timezone":null,"days":[1]})").message == "\"timezone\" must not be null");
}

TEST_CASE("the first broken rule is the message, and the paths of all are the keys") {
  const auto error =
      bad<InboxList>(R"({"limit":21,"filters":{"search":"abcd","campaignId":[1,0,"x"]},"sortBy":"up"})");
  CHECK(error.message == "\"limit\" must be between 1 and 20");
  CHECK(error.offence.field == "limit");
  CHECK(error.offence.provided_value == "21");
  CHECK(error.offence.keys ==
        Texts{"limit", "sortBy", "filters.search", "filters.campaignId.1", "filters.campaignId.2"});
}

TEST_CASE("too many elements are counted, not read") {
  const auto error = bad<InboxList>(R"({"filters":{"campaignId":[1,2,3,4,5,"six"]}})");
  CHECK(error.message == "\"filters.campaignId\" takes at most 5 items");
  CHECK(error.offence.provided_count == 6);
  CHECK(error.offence.max_allowed == 5);
  CHECK_FALSE(error.offence.provided_value);
  CHECK(bad<Filters>(R"({"campaignId":[]})").message == "\"campaignId\" needs at least 1 item");
}

TEST_CASE("an error repeats neither a secret nor a long value") {
  CHECK_FALSE(bad<Everything>(R"({"password":"hunter2"})").offence.provided_value);
  CHECK_FALSE(bad<Everything>(R"({"password":12345})").offence.provided_value);
  CHECK_FALSE(bad<Everything>("{\"text\":\"" + std::string(600, 'x') + "\"}").offence.provided_value);
  const auto deep = bad<Everything>("{\"custom_fields\":{\"" + std::string(600, 'x') + "\":[]}}");
  CHECK(deep.offence.field.size() == 200);
}

TEST_CASE("unknown keys are passed over unless they are refused") {
  CHECK(decode<Page>(R"({"colour":1})"));
  const auto error = bad<Page>(R"({"colour":1,"size":2,"limit":5})", {.unknown = Unknown::Refused});
  CHECK(error.code == Code::Invalid);
  CHECK(error.message == "\"colour\" is not a known field");
  CHECK(error.offence.keys == Texts{"colour", "size"});
}

TEST_CASE("what is no JSON object is malformed") {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  const std::string nested = "{\"json\":" + deep + "}";
  for (const std::string_view body : {"{",
                                      "[]",
                                      "\"x\"",
                                      "7",
                                      "null",
                                      "{} {}",
                                      "{\"a\":1,}",
                                      "{'a':1}",
                                      "nul",
                                      "{\"text\":\"\xFF\"}",
                                      "{\"text\":\"\\ud800\"}",
                                      "{\"text\":\"\\udc00x\"}",
                                      "{\"small\":01}",
                                      "{\"small\":NaN}",
                                      "{\"a\":1,\"a\":2}",
                                      nested.c_str()})
    CHECK(bad<Everything>(body).code == Code::Malformed);
}

TEST_CASE("a query is lenient and takes lists in every form") {
  struct {
    Pairs pairs;
    Ids expected;
  } cases[] = {
      {{{"campaignId", "1"}}, {1}},
      {{{"campaignId", "1,2"}}, {1, 2}},
      {{{"campaignId", "1"}, {"campaignId", "2,3"}}, {1, 2, 3}},
      {{{"campaignId[]", "1"}, {"campaignId[]", "2"}}, {1, 2}},
  };
  for (const auto& c : cases) {
    const auto filters = decode_query<Filters>(c.pairs);
    REQUIRE(filters);
    CHECK(filters->campaign_ids == c.expected);
  }
}

TEST_CASE("scalars of a query: an empty number is absent, the last of several counts") {
  const auto page = decode_query<Page>({{"limit", ""}, {"offset", "1"}, {"offset", "2"}, {"api_key", "k"}},
                                       {.unknown = Unknown::Refused});
  REQUIRE(page);
  CHECK(page->limit == 20);
  CHECK(page->offset == 2);
  CHECK(decode_query<Everything>({{"flag", "True"}, {"small", "3"}})->flag);
  const auto error = decode_query<Page>({{"limit", "abc"}}).error();
  CHECK(error.offence.source == "query");
  CHECK(error.offence.provided_value == "\"abc\"");
  CHECK(decode_query<Page>({{"limit", "\xFF"}}).error().code == Code::Invalid);
  CHECK(decode_query<Page>({{"\xFF", "1"}}).error().code == Code::Malformed);
}

TEST_CASE("path parameters are read like a query") {
  CHECK(decode_params<Page>({{"limit", "7"}})->limit == 7);
  CHECK(decode_params<Page>({{"limit", "x"}}).error().offence.source == "params");
}

TEST_CASE("words work without JSON too") {
  CHECK(word_of(State::Started) == "START");
  CHECK(parse_word<State>("RESUME") == State::Started);
  CHECK_FALSE(parse_word<State>("start"));
}

}  // namespace
}  // namespace outrider::wire
