// DNS (c-ares): addresses for connecting; MX, TXT and PTR for checks. /etc/hosts is honoured and IP literals
// pass through. One thread of its own does the work; any coroutine may ask, and is resumed on its own
// executor.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/task.h"

namespace outrider::net {

struct ResolverOptions {
  /// "192.0.2.1", "192.0.2.1:5353" or "[2001:db8::1]:5353"; empty means those of /etc/resolv.conf.
  std::vector<std::string> nameservers = {};
  std::chrono::milliseconds attempt_timeout{2500};
  int attempts = 3;
  /// For the whole lookup, whatever the number of servers.
  std::chrono::milliseconds timeout{10'000};
};

template <class T>
struct DnsAnswer {
  std::vector<T> records;
  std::uint32_t ttl_s = 0;  // the smallest of the records
};

struct MxRecord {
  std::string host;  // empty is a null MX (RFC 7505): the domain takes no mail
  std::uint16_t preference = 0;
};

/// Errors of every lookup: NotFound when the name or the record does not exist, Timeout, Unavailable when no
/// name server gave a usable answer, Invalid when the name is not one.
class Resolver {
 public:
  static Result<std::unique_ptr<Resolver>> create(ResolverOptions options);
  /// Lookups that still wait are dropped: stop those who ask first.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// IPv6 and IPv4 in the order of RFC 6724.
  Task<std::vector<boost::asio::ip::address>> addresses(std::string host);
  /// In the order of preference.
  Task<DnsAnswer<MxRecord>> mx(std::string domain);
  /// Each record's strings joined (RFC 7208 section 3.3).
  Task<DnsAnswer<std::string>> txt(std::string name);
  Task<DnsAnswer<std::string>> ptr(boost::asio::ip::address address);

 private:
  struct Impl;
  explicit Resolver(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace outrider::net
