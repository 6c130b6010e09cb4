// fuzz: http wire db jobs core
// The bytes of a hostile client: the request read whole and in pieces, its address routed, its query taken
// apart; and the small texts that queries carry.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/assert.h"
#include "core/encoding.h"
#include "core/time_text.h"
#include "http/request_parser.h"
#include "http/router.h"

namespace {

using namespace outrider;
using namespace outrider::http;

constexpr std::size_t kHeaderMax = 4096;
constexpr std::size_t kBodyMax = 1024;

struct Parsed {
  bool is_done = false;
  Request request;
};

/// What the parser makes of a stream that arrives in pieces of `piece` bytes.
Parsed parsed(std::string_view stream, std::size_t piece) {
  Parsed result;
  RequestParser parser(result.request, kHeaderMax);
  parser.set_body_max(kBodyMax);
  parser.eager(true);
  std::string waiting;
  while (!stream.empty() && !parser.is_done()) {
    waiting += stream.substr(0, piece);
    stream.remove_prefix(std::min(piece, stream.size()));
    boost::beast::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(waiting), error);
    waiting.erase(0, used);
    if (error && error != boost::beast::http::error::need_more) return result;
  }
  result.is_done = parser.is_done();
  return result;
}

const Router& router() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> routes(3);
    routes[0].path = "/campaigns/{campaign_id}/leads";
    routes[1].path = "/campaigns/{campaign_id}";
    routes[2].path = "/campaigns/create";
    routes[2].verb = Verb::Post;
    return routes;
  }();
  static const Router kRouter(kRoutes, "/api/v1");
  return kRouter;
}

void check_small_texts(std::string_view text) {
  if (const auto at_ms = parse_instant(text))
    OUTRIDER_ASSERT(parse_instant(instant_text_ms(*at_ms)).value() == *at_ms, "an instant reads back");
  OUTRIDER_ASSERT(percent_decode(percent_encode(text), PlusSign::Blank) == text, "escapes read back");
  OUTRIDER_ASSERT(base64_decode(base64_encode(text)) == text, "base64 reads back");
  OUTRIDER_ASSERT(base64url_decode(base64url_encode(text)) == text, "base64url reads back");
  OUTRIDER_ASSERT(hex_decode(hex_encode(text)) == text, "hex reads back");
  static_cast<void>(base64_decode(text));
  static_cast<void>(base64url_decode(text));
  static_cast<void>(hex_decode(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = parsed(text, std::max<std::size_t>(text.size(), 1));
  const auto pieces = parsed(text, 7);
  OUTRIDER_ASSERT(!whole.is_done || !pieces.is_done || whole.request.body == pieces.request.body,
                  "the pieces do not matter");
  OUTRIDER_ASSERT(whole.request.body.size() <= kBodyMax, "a body is bounded");

  const auto match = router().find(whole.request.method, whole.request.path());
  OUTRIDER_ASSERT(!match.endpoint || match.parameters.size() == match.endpoint->parameter_names.size(),
                  "each parameter has its value");
  static_cast<void>(router().find("GET", text));
  for (const auto& [name, value] : parse_query(text)) {
    OUTRIDER_ASSERT(name.size() + value.size() <= text.size(), "decoding adds nothing");
    check_small_texts(value);
  }
  const std::string shown = redacted_target(text);
  OUTRIDER_ASSERT(redacted_target(shown) == shown, "hiding a key is done once");
  return 0;
}
