#include "app/listen_address.h"

#include "core/strings.h"

namespace outrider::app {

std::string ListenAddress::text() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool ListenAddress::is_loopback() const {
  return host.starts_with("127.") || host == "::1";
}

Result<ListenAddress> parse_listen_address(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : parse_integer(text.substr(colon + 1));
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!port || *port < 0 || *port > 65'535 || host.empty())
    return fail(Code::Invalid, "\"listen\" must be HOST:PORT, such as 127.0.0.1:8025");
  return ListenAddress{.host = std::move(host), .port = static_cast<std::uint16_t>(*port)};
}

}  // namespace outrider::app
