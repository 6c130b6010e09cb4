// Which addresses the program may connect to. Hosts come from users (mail servers, webhooks), so without this
// guard anyone with an API key could reach the machine's own network or a cloud's metadata service.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string_view>

#include "core/result.h"

namespace outrider::net {

/// Only: loopback and nothing else, so that nothing leaves the machine.
enum class PrivateAddresses { Refuse, Allow, Only };

/// What an address is, in words fit for a message ("a loopback address"); empty for a public unicast address.
/// IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64, Teredo) is judged by the IPv4 address too.
std::string_view special_kind(const boost::asio::ip::address& address);

class AddressPolicy {
 public:
  explicit AddressPolicy(PrivateAddresses private_addresses) : private_addresses_(private_addresses) {}

  /// Whether connections without TLS may be made to the addresses it lets pass.
  bool allows_private() const { return private_addresses_ != PrivateAddresses::Refuse; }
  /// Errors: Invalid with the address, what it is and how to allow it. Multicast, broadcast and 0.0.0.0 are
  /// never allowed.
  Result<> check(const boost::asio::ip::address& address) const;

 private:
  PrivateAddresses private_addresses_;
};

}  // namespace outrider::net
