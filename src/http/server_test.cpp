#include "http/server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <future>
#include <latch>
#include <thread>

#include "core/log.h"
#include "http/testing.h"

namespace outrider::http {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct Text {
  std::string text;
  static wire::Fields wire();
};
wire::Fields Text::wire() {
  static constexpr wire::Field kFields[] = {wire::optional<&Text::text>("text")};
  return kFields;
}

/// Lets a test hold a handler, so that it can act while a request runs.
struct Gate {
  std::latch entered{1};
  std::latch opened{1};
  std::latch left{1};  // a stream that nobody reads any more
  std::shared_ptr<Bell> bell = std::make_shared<Bell>();
};

/// Tells how often its bell has rung, whenever it rings.
Stream counted_rings(Gate& gate) {
  const std::shared_ptr<void> token(&gate, [](void* held) { static_cast<Gate*>(held)->left.count_down(); });
  const auto pull = [&gate, token]() -> Result<Chunk> {
    const auto heard = gate.bell->rings();
    return Chunk{
        .bytes = std::to_string(heard) + "\n", .next = Chunk::Next::Wait, .wait = 10min, .heard = heard};
  };
  return {.content_type = "text/event-stream", .pull = pull, .bell = gate.bell};
}

/// More than any socket holds, as fast as it is taken.
Stream flood(Gate& gate) {
  const std::shared_ptr<void> token(&gate, [](void* held) { static_cast<Gate*>(held)->left.count_down(); });
  const auto pull = [token]() -> Result<Chunk> { return Chunk{.bytes = std::string(64u << 10, 'x')}; };
  return {.content_type = "text/event-stream", .pull = pull};
}

std::vector<Route> echo_routes(Gate& gate) {
  const auto echo = [](Context&, const Text& body) -> Result<Text> { return body; };
  const auto hold = [&gate](Context&) -> Result<Text> {
    gate.entered.count_down();
    gate.opened.wait();
    return Text{"held"};
  };
  const auto count = [](Context&) -> Result<Stream> {
    const auto step = std::make_shared<int>(0);
    return Stream{.content_type = "text/csv", .pull = [step]() -> Result<Chunk> {
                    const auto next = ++*step < 3 ? Chunk::Next::Ask : Chunk::Next::End;
                    return Chunk{.bytes = std::to_string(*step) + "\n", .next = next};
                  }};
  };
  const auto events = [&gate](Context&) -> Result<Stream> {
    return Stream{.content_type = "text/event-stream", .pull = [&gate]() -> Result<Chunk> {
                    gate.entered.count_down();
                    return Chunk{.bytes = ": hello\n\n", .next = Chunk::Next::Wait, .wait = 10min};
                  }};
  };
  return {
      route(Verb::Post, "/echo", "Echo.", echo).body_limit(1000),
      route(Verb::Get, "/inline", "Inline.", [](Context&) -> Result<Text> { return Text{"inline"}; })
          .inline_ok(),
      route(Verb::Get, "/hold", "Waits.", hold),
      route(Verb::Get, "/count", "Streams.", count),
      route(Verb::Get, "/events", "Streams without end.", events),
      route(Verb::Get,
            "/flood",
            "Streams too much.",
            [&gate](Context&) -> Result<Stream> { return flood(gate); }),
      route(Verb::Get,
            "/rings",
            "Streams what happens.",
            [&gate](Context&) -> Result<Stream> { return counted_rings(gate); }),
      route(Verb::Get,
            "/big",
            "Large.",
            [](Context&) -> Result<Raw> { return Raw{.body = std::string(3u << 20, 'x')}; }),
  };
}

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
};

/// A client that sends bytes as told.
class Peer {
 public:
  explicit Peer(std::uint16_t port) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    socket_.set_option(asio::ip::tcp::no_delay(true));
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }

  void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }

  /// One answer with a Content-Length, or its head alone.
  Reply read(bool with_body = true) {
    Reply reply;
    while (buffer_.find("\r\n\r\n") == std::string::npos)
      if (!more()) return reply;
    const auto end = buffer_.find("\r\n\r\n") + 4;
    reply.head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    reply.status = std::atoi(reply.head.c_str() + 9);
    const auto at = reply.head.find("Content-Length: ");
    if (!with_body || at == std::string::npos) return reply;
    const auto length = static_cast<std::size_t>(std::atoll(reply.head.c_str() + at + 16));
    while (buffer_.size() < length)
      if (!more()) return reply;
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return reply;
  }

  /// Whether these bytes come; what was before them is dropped.
  bool read_until(std::string_view bytes) {
    auto at = buffer_.find(bytes);
    for (; at == std::string::npos; at = buffer_.find(bytes))
      if (!more()) return false;
    buffer_.erase(0, at + bytes.size());
    return true;
  }

  /// Everything until the server closes.
  std::string read_all() {
    while (more()) {
    }
    return buffer_;
  }

  Reply ask(std::string_view bytes) {
    send(bytes);
    return read();
  }

 private:
  bool more() {
    std::array<char, 65536> piece;
    boost::system::error_code error;
    const auto got = socket_.read_some(asio::buffer(piece), error);
    buffer_.append(piece.data(), got);
    return !error;
  }

  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
  std::string buffer_;
};

struct World {
  explicit World(ServerOptions options = {}) : server(options, api.dispatcher(), workers) {
    log::set_level(log::Level::Off);
    REQUIRE(server.start());
  }
  ~World() { log::set_level(log::Level::Info); }

  Peer connect() const { return Peer(server.port()); }

  Gate gate;
  TestApi api{echo_routes(gate)};
  jobs::WorkerPool workers{{.threads = 2}};
  Server server;
};

std::string get(std::string_view path, std::string_view more = {}) {
  return "GET /api/v1" + std::string(path) + " HTTP/1.1\r\nHost: a\r\nX-API-Key: test-key\r\n" +
         std::string(more) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return "POST /api/v1" + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nX-API-Key: test-key\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

TEST_CASE("one connection answers many requests, on a worker or inline") {
  World world;
  auto peer = world.connect();
  for (int i = 0; i < 3; ++i) {
    CHECK(peer.ask(post("/echo", R"({"text":"hi"})")).body == R"({"text":"hi"})");
    CHECK(peer.ask(get("/inline")).body == R"({"text":"inline"})");
  }
}

TEST_CASE("pipelined requests are answered in their order") {
  World world;
  auto peer = world.connect();
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += post("/echo", R"({"text":")" + std::to_string(i) + R"("})") + get("/inline");
  peer.send(all);
  for (int i = 0; i < 50; ++i) {
    CHECK(peer.read().body == R"({"text":")" + std::to_string(i) + R"("})");
    CHECK(peer.read().body == R"({"text":"inline"})");
  }
}

TEST_CASE("HEAD has the head of GET and no body") {
  World world;
  auto peer = world.connect();
  auto head = get("/inline");
  head.replace(0, 3, "HEAD");
  peer.send(head);
  const auto reply = peer.read(false);
  CHECK(reply.status == 200);
  CHECK(reply.head.find("Content-Length: 17") != std::string::npos);
  CHECK(peer.ask(get("/inline")).status == 200);
}

TEST_CASE("a request may come byte by byte, and its body in chunks") {
  World world;
  auto peer = world.connect();
  for (const char c : get("/inline")) peer.send({&c, 1});
  CHECK(peer.read().status == 200);
  peer.send(
      "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nX-API-Key: test-key\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char c : std::string("7\r\n{\"text\"\r\n6;x=y\r\n:\"hi\"}\r\n0\r\nX-API-Key: no\r\n\r\n"))
    peer.send({&c, 1});
  CHECK(peer.read().body == R"({"text":"hi"})");
}

TEST_CASE("what is not HTTP gets 400 and the end") {
  const char* cases[] = {
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/3.7\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  World world;
  for (const char* bytes : cases) {
    CAPTURE(bytes);
    auto peer = world.connect();
    peer.send(bytes);
    const auto all = peer.read_all();
    CHECK(all.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(all.find("MALFORMED_REQUEST") != std::string::npos);
  }
}

TEST_CASE("a head without end is refused at its limit") {
  World world;
  auto peer = world.connect();
  const auto reply = peer.ask("GET / HTTP/1.1\r\nX-Long: " + std::string(70'000, 'x'));
  CHECK(reply.status == 431);
  CHECK(peer.read_all().empty());
}

TEST_CASE("a slow head ends in 408, a silent connection just ends") {
  World world({.header_timeout = 20ms, .idle_timeout = 20ms});
  auto slow = world.connect();
  slow.send("GET /api");
  CHECK(slow.read().status == 408);
  auto silent = world.connect();
  CHECK(silent.read_all().empty());
}

TEST_CASE("a body that stops arriving ends in 408") {
  World world({.body_timeout = 20ms});
  auto peer = world.connect();
  const auto whole = post("/echo", "0123456789");
  peer.send(std::string_view(whole).substr(0, whole.size() - 1));
  CHECK(peer.read().status == 408);
}

TEST_CASE("the key is judged before the body arrives, and the connection goes on") {
  World world;
  auto peer = world.connect();
  peer.send("POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  CHECK(peer.read().status == 401);
  peer.send("{    ");
  CHECK(peer.ask(get("/inline")).status == 200);

  auto waiting = world.connect();
  waiting.send("POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  CHECK(waiting.read().status == 401);
  CHECK(waiting.read_all().empty());
}

TEST_CASE("a body over the route's limit is refused before it is read") {
  World world;
  auto told = world.connect();
  told.send("POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nX-API-Key: test-key\r\nContent-Length: 1001\r\n\r\n");
  const auto reply = told.read();
  CHECK(reply.status == 413);
  CHECK(reply.body.find(R"("max_allowed":1000)") != std::string::npos);

  auto chunked = world.connect();
  chunked.send(
      "POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nX-API-Key: test-key\r\nTransfer-Encoding: chunked\r\n\r\n");
  chunked.send("7d0\r\n" + std::string(2000, 'x'));
  CHECK(chunked.read().status == 413);
}

TEST_CASE("a client that asks is told to continue") {
  World world;
  auto peer = world.connect();
  const auto whole = post("/echo", R"({"text":"hi"})", "Expect: 100-continue\r\n");
  const auto body_at = whole.find("\r\n\r\n") + 4;
  peer.send(std::string_view(whole).substr(0, body_at));
  CHECK(peer.read(false).status == 100);
  peer.send(std::string_view(whole).substr(body_at));
  CHECK(peer.read().body == R"({"text":"hi"})");
}

TEST_CASE("a stream comes in chunks, and whole to HTTP/1.0") {
  World world;
  auto peer = world.connect();
  peer.send(get("/count", "Connection: close\r\n"));
  const auto all = peer.read_all();
  CHECK(all.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n2\r\n3\n\r\n0\r\n\r\n"));

  auto old = world.connect();
  old.send("GET /api/v1/count HTTP/1.0\r\nX-API-Key: test-key\r\n\r\n");
  CHECK(old.read_all().ends_with("\r\n\r\n1\n2\n3\n"));
}

TEST_CASE("an answer larger than the socket's buffer arrives whole") {
  World world;
  auto peer = world.connect();
  peer.send(get("/big"));
  std::this_thread::yield();
  CHECK(peer.read().body.size() == 3u << 20);
}

TEST_CASE("beyond the limit of connections a client is told to come back") {
  World world({.connections_max = 1});
  auto first = world.connect();
  CHECK(first.ask(get("/inline")).status == 200);
  auto second = world.connect();
  CHECK(second.read_all().starts_with("HTTP/1.1 503 "));
  CHECK(first.ask(get("/inline")).status == 200);
}

TEST_CASE("stopping lets a running request end, closes idle connections and ends waiting streams") {
  World world;
  auto idle = world.connect();
  CHECK(idle.ask(get("/inline")).status == 200);
  auto busy = world.connect();
  busy.send(get("/hold"));
  world.gate.entered.wait();
  auto stopped = std::async(std::launch::async, [&] { world.server.stop(); });
  CHECK(idle.read_all().empty());
  world.gate.opened.count_down();
  const auto reply = busy.read();
  CHECK(reply.body == R"({"text":"held"})");
  CHECK(reply.head.find("Connection: close") != std::string::npos);
  stopped.get();
  CHECK(world.server.connections() == 0);
}

TEST_CASE("stopping ends a stream that waits") {
  World world;
  auto peer = world.connect();
  peer.send(get("/events"));
  world.gate.entered.wait();
  world.server.stop();
  CHECK(peer.read_all().ends_with(": hello\n\n\r\n0\r\n\r\n"));
}

TEST_CASE("a stream that waits goes on when its bell rings") {
  World world;
  auto peer = world.connect();
  peer.send(get("/rings"));
  CHECK(peer.read_until("\r\n\r\n2\r\n0\n\r\n"));
  world.gate.bell->ring();
  CHECK(peer.read_until("2\r\n1\n\r\n"));
  world.gate.bell->ring();
  CHECK(peer.read_until("2\r\n2\n\r\n"));
}

TEST_CASE("a ring between the look and the wait is not lost") {
  Bell bell;
  const auto heard = bell.rings();
  bell.ring();
  int calls = 0;
  const Bell::Listener late(&bell, heard, [&calls] { ++calls; });
  CHECK(late.has_missed());
  const Bell::Listener in_time(&bell, bell.rings(), [&calls] { ++calls; });
  CHECK_FALSE(in_time.has_missed());
  bell.ring();
  CHECK(calls == 2);
}

TEST_CASE("a stream whose client has gone ends while it waits") {
  World world({.header_timeout = 40ms});
  {
    auto peer = world.connect();
    peer.send(get("/rings"));
    CHECK(peer.read_until("0\n"));
  }
  world.gate.left.wait();
  CHECK(world.gate.bell->rings() == 0);
}

TEST_CASE("a stream whose client does not read is cut, not buffered") {
  World world({.write_timeout = 40ms});
  auto peer = world.connect();
  peer.send(get("/flood"));
  world.gate.left.wait();
  CHECK(world.server.connections() <= 1);
}

TEST_CASE("a port in use is an error that names it") {
  World world;
  Server second({.port = world.server.port()}, world.api.dispatcher(), world.workers);
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message.find("127.0.0.1:" + std::to_string(world.server.port())) !=
        std::string::npos);
}

}  // namespace
}  // namespace outrider::http
