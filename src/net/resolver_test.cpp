#include "net/resolver.h"

#include <doctest/doctest.h>

#include "../tests/support/dns_peer.h"
#include "net/dns_message.h"
#include "net/io_pool.h"

using namespace outrider;
using net::block_on;
using tests::DnsPeer;

namespace {

constexpr std::uint16_t kPtr = 12;
constexpr std::uint16_t kMx = 15;
constexpr std::uint16_t kTxt = 16;

struct World {
  DnsPeer server{{
      {"mail.example", {{.type = 1, .data = std::string("\xc0\x00\x02\x07", 4)}}},
      {"firm.example",
       {{.type = kMx, .ttl_s = 300, .data = tests::dns_mx(20, "second.example")},
        {.type = kMx, .ttl_s = 120, .data = tests::dns_mx(10, "first.example")},
        {.type = kTxt, .ttl_s = 30, .data = std::string("\x08v=spf1 i") + "\x0bp4:1.2.3.4 "}}},
      {"nomail.example", {{.type = kMx, .data = tests::dns_mx(0, "")}}},
      {"1.2.0.192.in-addr.arpa", {{.type = kPtr, .data = tests::dns_name("host.example")}}},
  }};
  net::IoPool pool{1};
  std::unique_ptr<net::Resolver> resolver = *net::Resolver::create({.nameservers = {server.address()}});
};

}  // namespace

TEST_CASE("a name is resolved by the configured server") {
  World world;

  const auto found = block_on(world.pool.next(), world.resolver->addresses("mail.example"));

  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().to_string() == "192.0.2.7");
}

TEST_CASE("IP literals and the hosts file need no server") {
  World world;
  struct {
    const char* host;
    const char* expected;
  } cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.host);
    const auto found = block_on(world.pool.next(), world.resolver->addresses(c.host));
    REQUIRE(found);
    CHECK(found->front().to_string() == c.expected);
  }
  const auto local = block_on(world.pool.next(), world.resolver->addresses("localhost"));
  REQUIRE(local);
  CHECK(local->front().is_loopback());
}

TEST_CASE("a name that does not exist, and one that is none, are told apart") {
  World world;

  const auto absent = block_on(world.pool.next(), world.resolver->addresses("absent.example"));
  const auto nonsense = block_on(world.pool.next(), world.resolver->addresses("a b"));
  const auto no_record = block_on(world.pool.next(), world.resolver->txt("mail.example"));

  CHECK(absent.error().code == Code::NotFound);
  CHECK(nonsense.error().code == Code::Invalid);
  CHECK(no_record.error().code == Code::NotFound);
}

TEST_CASE("MX, TXT and PTR records come with the smallest TTL") {
  World world;

  const auto mx = block_on(world.pool.next(), world.resolver->mx("firm.example"));
  const auto txt = block_on(world.pool.next(), world.resolver->txt("firm.example"));
  const auto ptr =
      block_on(world.pool.next(), world.resolver->ptr(boost::asio::ip::make_address("192.0.2.1")));
  const auto null_mx = block_on(world.pool.next(), world.resolver->mx("nomail.example"));

  REQUIRE(mx);
  CHECK(mx->ttl_s == 120);
  CHECK(mx->records.front().host == "first.example");
  CHECK(mx->records.back().preference == 20);
  REQUIRE(txt);
  CHECK(txt->records.front() == "v=spf1 ip4:1.2.3.4 ");
  REQUIRE(ptr);
  CHECK(ptr->records.front() == "host.example");
  REQUIRE(null_mx);
  CHECK(null_mx->records.front().host.empty());
}

TEST_CASE("a list of name servers that is none is refused") {
  const auto resolver = net::Resolver::create({.nameservers = {"not an address"}});

  CHECK(resolver.error().code == Code::Invalid);
}

TEST_CASE("a DNS answer cut at any place is malformed or lacks nothing") {
  const auto whole =
      tests::dns_answer("firm.example", kMx, {{.type = kMx, .data = tests::dns_mx(10, "a.example")}});
  REQUIRE(net::parse_mx(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(net::parse_mx(std::string_view(whole).substr(0, length)).error().code == Code::Malformed);
  }
}
