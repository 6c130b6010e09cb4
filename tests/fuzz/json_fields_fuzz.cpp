// fuzz: wire core
// A request body from anywhere: whatever is accepted must be written as JSON that is accepted again,
// unchanged.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "wire/wire.h"

namespace {

using namespace outrider;

enum class State : std::uint8_t { Started, Paused };
constexpr wire::Word kStateWords[] = {
    {"START", State::Started}, {"RESUME", State::Started}, {"PAUSED", State::Paused}};
constexpr wire::Words wire_words(State) {
  return kStateWords;
}

struct Step {
  std::int64_t number = 0;
  std::string subject;
  std::vector<Step> variants;
  static wire::Fields wire();
};
wire::Fields Step::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Step::number>("seq_number", wire::range(1, 100), wire::lenient()),
      wire::optional<&Step::subject>("subject", wire::length(0, 20), wire::lenient()),
      wire::optional<&Step::variants>("seq_variants", wire::items(0, 26)),
  };
  return kFields;
}

struct Body {
  std::vector<Step> steps;
  std::vector<std::int64_t> ids;
  State state = State::Started;
  std::optional<double> share;
  wire::Patch<std::string> note;
  std::optional<wire::Instant> at;
  std::map<std::string, std::string> custom;
  wire::Json extra;
  std::string email;
  bool flag = false;
  static wire::Fields wire();
};
wire::Fields Body::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&Body::steps>("sequences", wire::alias("sequence"), wire::bare()),
      wire::optional<&Body::ids>("ids", wire::one_or_many(), wire::lenient(), wire::items(0, 5)),
      wire::optional<&Body::state>("status"),
      wire::optional<&Body::share>("share", wire::range(0, 100)),
      wire::optional<&Body::note>("note"),
      wire::optional<&Body::at>("at", wire::with_ms()),
      wire::optional<&Body::custom>("custom_fields", wire::items(0, 20)),
      wire::optional<&Body::extra>("extra"),
      wire::optional<&Body::email>("email", wire::email(), wire::omit_when_empty()),
      wire::optional<&Body::flag>("flag", wire::lenient()),
  };
  return {kFields, "settings"};
}

void check_query(std::string_view text) {
  wire::Pairs pairs;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('&', begin), text.size());
    const std::string_view pair = text.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
    begin = end + 1;
  }
  (void)wire::decode_query<Body>(pairs, {.unknown = wire::Unknown::Refused});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_query(text);
  const auto body = wire::decode<Body>(text);
  if (!body) return 0;

  const std::string written = wire::encode(*body);
  const auto again = wire::decode<Body>(written, {.unknown = wire::Unknown::Refused});
  OUTRIDER_ASSERT(again, "what was written can be read");
  OUTRIDER_ASSERT(wire::encode(*again) == written, "what was written means the same");
  return 0;
}
