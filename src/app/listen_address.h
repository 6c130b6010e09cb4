// HOST:PORT as it stands in the settings.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace outrider::app {

struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;

  /// For a URL: an IPv6 address stands in brackets.
  std::string text() const;
  bool is_loopback() const;
};

/// `127.0.0.1:8025`, `[::1]:8025` or `localhost:8025`. Errors: Invalid.
Result<ListenAddress> parse_listen_address(const std::string& text);

}  // namespace outrider::app
