#include "net/address_policy.h"

#include <doctest/doctest.h>

using namespace outrider;
using boost::asio::ip::make_address;
using net::AddressPolicy;
using net::PrivateAddresses;

TEST_CASE("addresses that are not public are refused, however they are written") {
  const AddressPolicy policy(PrivateAddresses::Refuse);
  const char* cases[] = {
      "0.0.0.0",
      "0.1.2.3",
      "10.0.0.1",
      "100.64.0.1",
      "100.127.255.255",
      "100.100.100.200",
      "127.0.0.1",
      "127.255.255.254",
      "169.254.169.254",
      "169.254.1.1",
      "172.16.0.1",
      "172.31.255.255",
      "192.0.0.1",
      "192.0.2.1",
      "192.168.1.1",
      "198.18.0.1",
      "198.51.100.1",
      "203.0.113.1",
      "224.0.0.1",
      "239.255.255.255",
      "240.0.0.1",
      "255.255.255.255",
      "168.63.129.16",
      "::",
      "::1",
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "::127.0.0.1",
      "64:ff9b::a00:1",
      "64:ff9b:1::1",
      "2002:7f00:1::",
      "2001:db8::1",
      "2001:2::1",
      "fc00::1",
      "fdff::1",
      "fd00:ec2::254",
      "fe80::1",
      "febf::1",
      "fec0::1",
      "ff02::1",
      "100::1",
      "3fff:fff::1",
      "2001:0:1:2::80ff:fffe",
  };
  for (const char* text : cases) {
    CAPTURE(text);
    const auto checked = policy.check(make_address(text));
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::Invalid);
  }
}

TEST_CASE("public addresses are allowed") {
  const AddressPolicy policy(PrivateAddresses::Refuse);
  const char* cases[] = {
      "1.1.1.1",
      "8.8.8.8",
      "9.255.255.255",
      "11.0.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "126.255.255.255",
      "128.0.0.1",
      "169.253.1.1",
      "172.15.255.255",
      "172.32.0.0",
      "192.167.1.1",
      "223.255.255.255",
      "2606:4700::1111",
      "2a00:1450:4001::1b",
      "::ffff:8.8.8.8",
      "64:ff9b::808:808",
      "2002:808:808::1",
  };
  for (const char* text : cases) {
    CAPTURE(text);
    CHECK(policy.check(make_address(text)));
  }
}

TEST_CASE("private addresses pass when they are allowed, those of nobody never") {
  const AddressPolicy policy(PrivateAddresses::Allow);
  for (const char* text : {"127.0.0.1", "10.1.2.3", "::1", "fd00::1", "169.254.1.1"}) {
    CAPTURE(text);
    CHECK(policy.check(make_address(text)));
  }
  for (const char* text : {"0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:224.0.0.1"}) {
    CAPTURE(text);
    CHECK_FALSE(policy.check(make_address(text)));
  }
}

TEST_CASE("a refusal names the address, its kind and the switch") {
  const auto checked = AddressPolicy(PrivateAddresses::Refuse).check(make_address("127.0.0.1"));

  CHECK(checked.error().message ==
        "127.0.0.1 is a loopback address; such hosts are refused unless net.allow_private is set");
}

TEST_CASE("a policy of loopback only lets nothing else pass") {
  const AddressPolicy policy(PrivateAddresses::Only);
  for (const char* allowed : {"127.0.0.1", "127.1.2.3", "::1"}) {
    CAPTURE(allowed);
    CHECK(policy.check(make_address(allowed)).has_value());
  }
  for (const char* refused :
       {"8.8.8.8", "10.0.0.1", "192.168.1.1", "0.0.0.0", "2606:4700::1111", "fe80::1"}) {
    CAPTURE(refused);
    CHECK_FALSE(policy.check(make_address(refused)).has_value());
  }
}
