#include "net/http_client.h"

#include <doctest/doctest.h>

#include "../tests/support/scripted_peer.h"

using namespace outrider;
using namespace outrider::net;
using namespace outrider::tests;

namespace {

constexpr FetchLimits kLimits{.bytes_max = 10, .timeout = std::chrono::milliseconds(5'000)};

std::string url_of(const ScriptedPeer& peer, const std::string& path = "/file") {
  return "http://127.0.0.1:" + std::to_string(peer.port()) + path;
}

Script answering(const std::string& head, const std::string& body) {
  return {hear(5),
          say("HTTP/1.1 " + head + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body),
          hang_up()};
}

HttpClient client(PrivateAddresses addresses = PrivateAddresses::Allow) {
  return HttpClient(AddressPolicy(addresses), "");
}

}  // namespace

TEST_CASE("a file is fetched with its type") {
  ScriptedPeer peer({answering("200 OK\r\nContent-Type: Text/Plain; charset=x", "0123456789")});
  const auto fetched = client().get(url_of(peer), kLimits);
  REQUIRE_MESSAGE(fetched, fetched.error().message);
  CHECK(fetched->bytes == "0123456789");
  CHECK(fetched->content_type == "text/plain");
}

TEST_CASE("what cannot be had is said") {
  const struct {
    std::string head;
    std::string body;
    Code code;
  } cases[] = {{"404 Not Found", "", Code::NotFound},
               {"500 Oops", "", Code::Unavailable},
               {"200 OK", "01234567890", Code::TooLarge},
               {"302 Found\r\nLocation: file:///etc/passwd", "", Code::Invalid}};
  for (const auto& each : cases) {
    CAPTURE(each.head);
    ScriptedPeer peer({answering(each.head, each.body)});
    CHECK(client().get(url_of(peer), kLimits).error().code == each.code);
  }
  CHECK(client().get("ftp://127.0.0.1/x", kLimits).error().code == Code::Invalid);
  CHECK(client().get("http://127.0.0.1:1/", kLimits).error().code == Code::Unavailable);
}

TEST_CASE("a redirect is followed") {
  ScriptedPeer target({answering("200 OK", "there")});
  ScriptedPeer peer({answering("302 Found\r\nLocation: " + url_of(target), "")});
  CHECK(client().get(url_of(peer), kLimits)->bytes == "there");
}

TEST_CASE("a private address is refused before anything is said to it") {
  ScriptedPeer peer({answering("200 OK", "secret")});
  for (const auto& host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"}) {
    CAPTURE(host);
    const auto url = "http://" + std::string(host) + ":" + std::to_string(peer.port()) + "/";
    CHECK_FALSE(client(PrivateAddresses::Refuse).get(url, kLimits));
  }
  CHECK(client(PrivateAddresses::Refuse).get(url_of(peer), kLimits).error().code == Code::Invalid);
}

TEST_CASE("a server that says nothing is given up") {
  ScriptedPeer peer({{stall()}});
  const FetchLimits short_limits{.bytes_max = 10, .timeout = std::chrono::milliseconds(30)};
  CHECK(client().get(url_of(peer), short_limits).error().code == Code::Timeout);
}
