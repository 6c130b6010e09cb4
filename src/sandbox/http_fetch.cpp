#include "sandbox/http_fetch.h"

#include <array>

#include "core/strings.h"

namespace outrider::sandbox {
namespace {

constexpr net::Timeout kTimeout{30'000};

std::string request_text(const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + request.host +
                     "\r\nConnection: close\r\nAccept: */*\r\n";
  if (!request.user_agent.empty()) text += "User-Agent: " + request.user_agent + "\r\n";
  if (!request.api_key.empty()) text += "X-API-Key: " + request.api_key + "\r\n";
  if (!request.content_type.empty()) text += "Content-Type: " + request.content_type + "\r\n";
  if (request.method != "GET") text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

/// The server closes after its answer, so the end of the connection is the end of the body.
Task<std::string> read_to_end(net::Stream& stream) {
  std::string text;
  std::array<char, 16 * 1024> piece;
  for (;;) {
    CO_TRY_AS(const auto count, co_await stream.read_some(piece, kTimeout));
    if (count == 0) co_return text;
    text.append(piece.data(), count);
    if (text.size() > kAnswerBytesMax) co_return fail(Code::TooLarge, "the answer is too long");
  }
}

Result<HttpAnswer> parse_answer(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  const bool is_http = text.starts_with("HTTP/1.") && text.size() > 12 && end != std::string_view::npos;
  const auto status = is_http ? parse_integer(text.substr(9, 3)) : std::nullopt;
  if (!status) return fail(Code::Malformed, "the answer is not HTTP");
  return HttpAnswer{.status = static_cast<int>(*status), .body = std::string(text.substr(end + 4))};
}

}  // namespace

WebPlace web_place(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_ignoring_case(url, scheme)) continue;
    url.remove_prefix(scheme.size());
    const auto slash = url.find('/');
    if (slash == std::string_view::npos) return {.host = std::string(url), .target = "/"};
    return {.host = std::string(url.substr(0, slash)), .target = std::string(url.substr(slash))};
  }
  return {};
}

Task<HttpAnswer> fetch(net::Network network, net::Endpoint server, HttpRequest request) {
  CO_TRY_AS(const auto stream, co_await net::Stream::connect(network, server, {.timeout = kTimeout}));
  const std::string text = request_text(request);
  CO_TRY(co_await stream->write(text, kTimeout));
  CO_TRY_AS(const auto answer, co_await read_to_end(*stream));
  co_return parse_answer(answer);
}

}  // namespace outrider::sandbox
