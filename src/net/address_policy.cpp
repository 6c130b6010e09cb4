#include "net/address_policy.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace outrider::net {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

constexpr std::string_view kUnspecified = "the unspecified address";
constexpr std::string_view kMulticast = "a multicast address";
constexpr std::string_view kBroadcast = "the broadcast address";

struct Range4 {
  std::uint32_t network;
  int prefix_bits;
  std::string_view kind;
};

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

// IANA IPv4 Special-Purpose Address Registry. The more exact range stands first.
constexpr Range4 kRanges4[] = {
    {ip4(0, 0, 0, 0), 32, kUnspecified},
    {ip4(0, 0, 0, 0), 8, "an address of \"this network\""},
    {ip4(10, 0, 0, 0), 8, "a private address"},
    {ip4(100, 100, 100, 200), 32, "a cloud metadata address"},
    {ip4(100, 64, 0, 0), 10, "a carrier-grade NAT address"},
    {ip4(127, 0, 0, 0), 8, "a loopback address"},
    {ip4(168, 63, 129, 16), 32, "a cloud metadata address"},
    {ip4(169, 254, 169, 254), 32, "a cloud metadata address"},
    {ip4(169, 254, 0, 0), 16, "a link-local address"},
    {ip4(172, 16, 0, 0), 12, "a private address"},
    {ip4(192, 0, 0, 0), 24, "a protocol assignment address"},
    {ip4(192, 0, 2, 0), 24, "a documentation address"},
    {ip4(192, 88, 99, 0), 24, "a 6to4 relay address"},
    {ip4(192, 168, 0, 0), 16, "a private address"},
    {ip4(198, 18, 0, 0), 15, "a benchmarking address"},
    {ip4(198, 51, 100, 0), 24, "a documentation address"},
    {ip4(203, 0, 113, 0), 24, "a documentation address"},
    {ip4(224, 0, 0, 0), 4, kMulticast},
    {ip4(255, 255, 255, 255), 32, kBroadcast},
    {ip4(240, 0, 0, 0), 4, "a reserved address"},
};

std::string_view kind_of(const address_v4& v4) {
  for (const auto& range : kRanges4) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.prefix_bits);
    if ((v4.to_uint() & mask) == range.network) return range.kind;
  }
  return {};
}

struct Range6 {
  std::array<std::uint8_t, 16> network;
  int prefix_bits;
  std::string_view kind;
  int ipv4_at = -1;           // where an IPv4 address lies inside, -1 for none
  std::uint8_t ipv4_xor = 0;  // Teredo stores it inverted
};

// IANA IPv6 Special-Purpose Address Registry. The more exact range stands first.
constexpr Range6 kRanges6[] = {
    {{}, 128, kUnspecified},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "a loopback address"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, {}, 12},
    {{}, 96, "an IPv4-compatible address", 12},
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48, "a local NAT64 address"},
    {{0, 0x64, 0xff, 0x9b}, 96, {}, 12},
    {{0x01}, 64, "a discard-only address"},
    {{0x20, 0x01}, 32, {}, 12, 0xff},
    {{0x20, 0x01}, 23, "a protocol assignment address"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "a documentation address"},
    {{0x20, 0x02}, 16, {}, 2},
    {{0x3f, 0xff}, 20, "a documentation address"},
    {{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, 128, "a cloud metadata address"},
    {{0xfc}, 7, "a unique local address"},
    {{0xfe, 0x80}, 10, "a link-local address"},
    {{0xfe, 0xc0}, 10, "a site-local address"},
    {{0xff}, 8, kMulticast},
};

bool in_network(std::span<const std::uint8_t, 16> bytes, const Range6& range) {
  const auto whole = static_cast<std::size_t>(range.prefix_bits / 8);
  for (std::size_t i = 0; i < whole; ++i)
    if (bytes[i] != range.network[i]) return false;
  const int rest = range.prefix_bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest) & 0xff;
  return (bytes[whole] & mask) == (range.network[whole] & mask);
}

std::string_view kind_of(const address_v6& v6) {
  const auto bytes = v6.to_bytes();
  for (const auto& range : kRanges6) {
    if (!in_network(bytes, range)) continue;
    if (range.ipv4_at < 0) return range.kind;
    std::array<std::uint8_t, 4> inner{};
    for (std::size_t i = 0; i < 4; ++i)
      inner[i] = bytes[static_cast<std::size_t>(range.ipv4_at) + i] ^ range.ipv4_xor;
    const auto inner_kind = kind_of(address_v4(inner));
    return inner_kind.empty() ? range.kind : inner_kind;
  }
  return {};
}

}  // namespace

std::string_view special_kind(const address& address) {
  return address.is_v4() ? kind_of(address.to_v4()) : kind_of(address.to_v6());
}

Result<> AddressPolicy::check(const address& address) const {
  if (private_addresses_ == PrivateAddresses::Only) {
    if (address.is_loopback()) return {};
    return fail(Code::Invalid, address.to_string() + " is another machine; the sandbox connects to none");
  }
  const auto kind = special_kind(address);
  if (kind.empty()) return {};
  const bool never = kind == kUnspecified || kind == kMulticast || kind == kBroadcast;
  if (allows_private() && !never) return {};
  std::string message = address.to_string() + " is " + std::string(kind) + "; such hosts are refused";
  if (!never) message += " unless net.allow_private is set";
  return fail(Code::Invalid, std::move(message));
}

}  // namespace outrider::net
