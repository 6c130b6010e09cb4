// Fetching what a person names by URL (libcurl). Every address is held against the policy at the moment of
// connecting, those of redirects too, so that a name cannot lead into a private network.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "core/result.h"
#include "net/address_policy.h"

namespace outrider::net {

inline constexpr long kRedirectsMax = 5;

struct HttpBody {
  std::string bytes;
  std::string content_type;  // as the server said, without parameters; "" when it said nothing
};

struct FetchLimits {
  std::size_t bytes_max = 0;
  std::chrono::milliseconds timeout{0};  // for everything: lookup, redirects and transfer
};

/// Thread-safe. Blocks its caller: not for I/O threads.
class HttpClient {
 public:
  /// `ca_file` is PEM, trusted beside the system's authorities; empty: none.
  HttpClient(AddressPolicy policy, std::string ca_file) : policy_(policy), ca_file_(std::move(ca_file)) {}

  /// GET. Certificates are always verified. Errors: Invalid for anything but http and https and for an
  /// address that the policy refuses, TooLarge, Timeout, NotFound when the server has no such thing (404,
  /// 410), else Unavailable with what went wrong.
  Result<HttpBody> get(const std::string& url, const FetchLimits& limits) const;

 private:
  AddressPolicy policy_;
  std::string ca_file_;
};

}  // namespace outrider::net
