#include "tracking/api.h"

#include "core/encoding.h"
#include "core/strings.h"
#include "tracking/unsubscribe_page.h"

namespace outrider::tracking {
namespace {

// A transparent GIF of one pixel, 43 bytes.
constexpr std::string_view kPixel(
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
    "\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00;",
    43);

constexpr std::size_t kFormBytesMax = 64u << 10;

/// Neither a cache nor a search engine keeps these answers, and no address travels on to the destination.
http::Headers private_headers() {
  return {{"Cache-Control", "no-store"}, {"Referrer-Policy", "no-referrer"}, {"X-Robots-Tag", "noindex"}};
}

http::Raw page(int status, std::string html) {
  http::Raw answer{.status = status,
                   .content_type = "text/html; charset=utf-8",
                   .headers = private_headers(),
                   .body = std::move(html)};
  answer.headers.push_back({"Content-Security-Policy", std::string(kPagePolicy)});
  return answer;
}

/// RFC 8058: the field in a urlencoded or a multipart form.
bool is_one_click(const http::Request& request) {
  const std::string_view type = request.header("Content-Type");
  const std::string_view body = request.body;
  if (starts_with_ignoring_case(type, "multipart/form-data")) {
    const auto field = body.find("name=\"" + std::string(kOneClickField) + "\"");
    return field != std::string_view::npos && body.find(kOneClickValue, field) != std::string_view::npos;
  }
  for (const auto pair : split(trim(body), '&')) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (percent_decode(pair.substr(0, equals), PlusSign::Blank) == kOneClickField &&
        percent_decode(pair.substr(equals + 1), PlusSign::Blank) == kOneClickValue)
      return true;
  }
  return false;
}

}  // namespace

wire::Fields Api::TokenPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&TokenPath::token>("token", wire::length(1, 256)),
  };
  return kFields;
}

void Api::record(const http::Context& context, const Token& token) {
  if (context.request.method == "HEAD") return;
  recorder_.record({.token = token,
                    .at_ms = clock_.now_ms(),
                    .user_agent = std::string(context.request.header("User-Agent").substr(0, 512)),
                    .client_ip = context.request.client_ip});
}

// Always the picture, also for a token that is not ours: a broken image would tell more.
Result<http::Raw> Api::open(http::Context& context, const TokenPath& path) {
  std::string_view text = path.token;
  if (text.ends_with(".gif")) text.remove_suffix(4);
  if (const auto token = signer_.verify(text, TokenKind::Open)) record(context, *token);
  return http::Raw{.content_type = "image/gif", .headers = private_headers(), .body = std::string(kPixel)};
}

Result<http::Raw> Api::click(http::Context& context, const TokenPath& path) {
  if (const auto trap = signer_.verify(path.token, TokenKind::Trap)) {
    record(context, *trap);
    return page(404, unsubscribe_unknown_page());
  }
  const auto token = signer_.verify(path.token, TokenKind::Click);
  if (!token) return page(404, unsubscribe_unknown_page());
  TRY_AS(const auto url, database_.read([&](db::Tx& tx) {
    return find_destination(tx, token->workspace_id, token->message_id, token->link_index);
  }));
  if (!url) return page(404, unsubscribe_unknown_page());
  record(context, *token);
  http::Raw answer{.status = 302, .content_type = "text/plain", .headers = private_headers()};
  answer.headers.push_back({"Location", *url});
  return answer;
}

Result<std::optional<TrackedMessage>> Api::find(std::string_view text) {
  const auto token = signer_.verify(text, TokenKind::Unsubscribe);
  if (!token) return std::nullopt;
  return database_.read([&](db::Tx& tx) { return find_tracked(tx, token->workspace_id, token->message_id); });
}

Result<http::Raw> Api::ask(http::Context&, const TokenPath& path) {
  TRY_AS(const auto message, find(path.token));
  if (!message) return page(404, unsubscribe_unknown_page());
  return page(200, unsubscribe_question_page(message->recipient));
}

Result<http::Raw> Api::unsubscribe(http::Context& context, const TokenPath& path) {
  TRY_AS(const auto message, find(path.token));
  if (!message) return page(404, unsubscribe_unknown_page());
  if (!is_one_click(context.request)) return page(400, unsubscribe_question_page(message->recipient));
  TRY(database_.write([&](db::Tx& tx) { return unsubscribe_(tx, *message, clock_.now_ms()); }));
  return page(200, unsubscribe_done_page(message->recipient));
}

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  const auto declare = [](http::Route made, bool is_inline) {
    made.at_root().keyless().on_tracking_hosts().hidden().body_limit(kFormBytesMax);
    return is_inline ? made.inline_ok() : made;
  };
  return {
      declare(route(Verb::Get, "/o/{token}", "The open pixel.", on(*this, &Api::open)), true),
      declare(route(Verb::Get, "/c/{token}", "A tracked link.", on(*this, &Api::click)), false),
      declare(route(Verb::Get, "/u/{token}", "Asks whether to unsubscribe.", on(*this, &Api::ask)), false),
      declare(route(Verb::Post, "/u/{token}", "Unsubscribes.", on(*this, &Api::unsubscribe)), false),
  };
}

}  // namespace outrider::tracking
