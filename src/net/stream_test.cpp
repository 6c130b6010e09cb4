#include "net/stream.h"

#include <doctest/doctest.h>

#include <array>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "../tests/support/certificates.h"
#include "../tests/support/scripted_peer.h"
#include "net/io_pool.h"

using namespace outrider;
using namespace outrider::tests;
using net::block_on;
using net::LineReader;
using net::Stream;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kEnough{5000};
constexpr milliseconds kShort{10};

struct World {
  explicit World(std::vector<Script> scripts, const std::string& ca_file = {})
      : peer(std::move(scripts)), tls(*net::TlsClient::create(ca_file)) {}

  net::Network network(net::PrivateAddresses private_addresses = net::PrivateAddresses::Allow) const {
    return {.resolver = *resolver, .policy = net::AddressPolicy(private_addresses), .tls = tls};
  }
  net::Endpoint endpoint() const { return {.host = "127.0.0.1", .port = peer.port()}; }
  boost::asio::any_io_executor executor() { return pool.next(); }
  std::unique_ptr<Stream> connect() { return *block_on(executor(), Stream::connect(network(), endpoint())); }

  ScriptedPeer peer;
  std::unique_ptr<net::Resolver> resolver = *net::Resolver::create({});
  std::shared_ptr<net::TlsClient> tls;
  net::IoPool pool{1};
};

Task<std::string> read_line(LineReader& reader, milliseconds timeout) {
  constexpr std::size_t kLineBytesMax = 64;
  CO_TRY_AS(const auto line, co_await reader.read_line(kLineBytesMax, timeout));
  co_return std::string(line);
}

}  // namespace

TEST_CASE("lines are read one by one, whatever the packets") {
  World world({{say("one\r\ntw"), hear(), say("o\nthree bytes"), hang_up()}});
  const auto stream = world.connect();
  LineReader reader(*stream);
  const auto executor = world.executor();

  CHECK(*block_on(executor, read_line(reader, kEnough)) == "one");
  REQUIRE(block_on(executor, stream->write("go\r\n", kEnough)));
  CHECK(*block_on(executor, read_line(reader, kEnough)) == "two");
  CHECK(*block_on(executor, reader.read_exactly(5, kEnough)) == "three");
  CHECK(block_on(executor, read_line(reader, kEnough)).error().code == Code::Unavailable);
}

TEST_CASE("a timeout names the endpoint and loses nothing of what was read") {
  World world({{say("half"), hear(), say(" whole\r\n"), stall()}});
  const auto stream = world.connect();
  LineReader reader(*stream);

  const auto late = block_on(world.executor(), read_line(reader, kShort));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Code::Timeout);
  CHECK(late.error().message == world.endpoint().text() + ": no answer in time");

  REQUIRE(block_on(world.executor(), stream->write("go\r\n", kEnough)));
  CHECK(*block_on(world.executor(), read_line(reader, kEnough)) == "half whole");
  stream->close();
}

TEST_CASE("a line beyond its limit is refused, with and without an end") {
  World world({{say(std::string(100, 'x') + "\r\n"), stall()}, {say(std::string(100, 'x')), stall()}});
  for (int i = 0; i < 2; ++i) {
    const auto stream = world.connect();
    LineReader reader(*stream);
    CHECK(block_on(world.executor(), read_line(reader, kEnough)).error().code == Code::TooLarge);
  }
}

TEST_CASE("a wait can be cancelled from its executor and the stream goes on") {
  World world({{hear(), say("hello\r\n"), stall()}});
  const auto stream = world.connect();
  LineReader reader(*stream);
  const auto executor = world.executor();

  auto waiting = boost::asio::co_spawn(executor, read_line(reader, kEnough), boost::asio::use_future);
  boost::asio::post(executor, [&] { stream->cancel(); });
  const auto cancelled = waiting.get();

  CHECK(cancelled.error().code == Code::Unavailable);
  REQUIRE(block_on(executor, stream->write("go\r\n", kEnough)));
  CHECK(*block_on(executor, read_line(reader, kEnough)) == "hello");
  stream->close();
}

TEST_CASE("many parts are written in their order, in clear text and under TLS") {
  const TestAuthority authority;
  SSL_CTX* context = authority.server("127.0.0.1");
  World world(
      {{hear_bytes(200'100), say("heard\r\n")}, {start_tls(context), hear_bytes(200'100), say("heard\r\n")}},
      authority.ca_file());
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(std::string(2000, static_cast<char>('a' + i % 26)) + ".");
  std::string expected;
  for (const auto& text : texts) expected += text;
  const std::vector<std::string_view> parts(texts.begin(), texts.end());

  for (const bool secure : {false, true}) {
    const auto stream = world.connect();
    if (secure) REQUIRE(block_on(world.executor(), stream->start_tls("127.0.0.1", kEnough)));
    REQUIRE(block_on(world.executor(), stream->write(parts, kEnough)));
    CHECK(stream->bytes_written() == expected.size());
    // Closing with the server's session tickets unread would reset the connection under what was written.
    LineReader reader(*stream);
    CHECK(*block_on(world.executor(), read_line(reader, kEnough)) == "heard");
  }

  const auto heard = world.peer.heard();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0] == expected);
  CHECK(heard[1] == expected);
  SSL_CTX_free(context);
}

TEST_CASE("TLS tells its version and carries both directions") {
  const TestAuthority authority;
  SSL_CTX* context = authority.server("127.0.0.1");
  World world({{start_tls(context), hear(), say("pong\r\n"), hang_up()}}, authority.ca_file());
  const auto stream = world.connect();

  REQUIRE(block_on(world.executor(), stream->start_tls("127.0.0.1", kEnough)));
  LineReader reader(*stream);
  REQUIRE(block_on(world.executor(), stream->write("ping\r\n", kEnough)));

  CHECK(*block_on(world.executor(), read_line(reader, kEnough)) == "pong");
  CHECK(block_on(world.executor(), read_line(reader, kEnough)).error().code == Code::Unavailable);
  CHECK(stream->tls()->version == "TLSv1.3");
  SSL_CTX_free(context);
}

TEST_CASE("a certificate that is expired, foreign or for another host ends the handshake") {
  const TestAuthority authority;
  const TestAuthority stranger;
  struct {
    const char* why;
    SSL_CTX* context;
    const char* expected;
  } cases[] = {
      {"expired", authority.server("127.0.0.1", Validity::Expired), "certificate has expired"},
      {"another address", authority.server("127.0.0.2"), "IP address mismatch"},
      {"unknown authority", stranger.server("127.0.0.1"), "unable to get local issuer certificate"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.why);
    World world({{start_tls(c.context), stall()}}, authority.ca_file());
    const auto stream = world.connect();
    const auto secured = block_on(world.executor(), stream->start_tls("127.0.0.1", kEnough));
    REQUIRE_FALSE(secured);
    CHECK(secured.error().message == world.endpoint().text() + ": " + c.expected);
    SSL_CTX_free(c.context);
  }
}

TEST_CASE("a host name is checked against the certificate") {
  const TestAuthority authority;
  SSL_CTX* context = authority.server("mail.example");
  World world({{start_tls(context), stall()}, {start_tls(context), stall()}}, authority.ca_file());

  const auto right = world.connect();
  CHECK(block_on(world.executor(), right->start_tls("mail.example", kEnough)));
  right->close();
  const auto wrong = world.connect();
  const auto secured = block_on(world.executor(), wrong->start_tls("other.example", kEnough));

  CHECK(secured.error().message == world.endpoint().text() + ": hostname mismatch");
  SSL_CTX_free(context);
}

TEST_CASE("a server that speaks no TLS, or only TLS 1.1, is refused") {
  const TestAuthority authority;
  SSL_CTX* old = authority.server("127.0.0.1");
  SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
  SSL_CTX_set_security_level(old, 0);
  World world({{say("220 hello\r\n"), hang_up()}, {start_tls(old)}}, authority.ca_file());
  for (int i = 0; i < 2; ++i) {
    const auto stream = world.connect();
    const auto secured = block_on(world.executor(), stream->start_tls("127.0.0.1", kEnough));
    REQUIRE_FALSE(secured);
    CHECK(secured.error().message.starts_with(world.endpoint().text() + ": TLS handshake: "));
  }
  SSL_CTX_free(old);
}

TEST_CASE("a private address is refused before anything is sent to it") {
  World world({{hang_up()}});

  const auto stream = block_on(
      world.executor(), Stream::connect(world.network(net::PrivateAddresses::Refuse), world.endpoint()));

  REQUIRE_FALSE(stream);
  CHECK(stream.error().code == Code::Invalid);
}

TEST_CASE("a refused connection names the address and the reason") {
  World world({});
  const net::Endpoint closed{.host = "127.0.0.1", .port = 1};

  const auto stream = block_on(world.executor(), Stream::connect(world.network(), closed));

  REQUIRE_FALSE(stream);
  CHECK(stream.error().message == "127.0.0.1:1: connecting to 127.0.0.1: Connection refused");
}
