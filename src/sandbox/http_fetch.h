// The few HTTP requests of the sandbox: what prospects do with a browser, and what sets the sample campaign
// up. Every request goes to this machine's own server, whatever host the address names: that is only said in
// the Host field.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/stream.h"

namespace outrider::sandbox {

inline constexpr std::size_t kAnswerBytesMax = std::size_t{4} * 1024 * 1024;

struct HttpRequest {
  std::string method = "GET";
  std::string host;  // as in the Host field
  std::string target;
  std::string user_agent;
  std::string content_type = {};
  std::string api_key = {};
  std::string body = {};
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// Host and target of an http or https address; both empty for anything else.
struct WebPlace {
  std::string host;
  std::string target;
};
WebPlace web_place(std::string_view url);

/// Follows no redirect and keeps no cookie. Errors: those of the connection; Malformed, TooLarge.
Task<HttpAnswer> fetch(net::Network network, net::Endpoint server, HttpRequest request);

}  // namespace outrider::sandbox
