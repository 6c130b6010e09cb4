#include "sandbox/smtp_world.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/log.h"

namespace outrider::sandbox {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

/// Closing cannot fail in a way that anybody could mend.
void close_quietly(auto& socket) {
  boost::system::error_code ignored;
  static_cast<void>(socket.close(ignored));
}
}  // namespace

/// Shared by the acceptor and every connection, which outlive the handle by a step of the loop.
struct SmtpWorld::State {
  State(tcp::acceptor listener, Hooks given) : acceptor(std::move(listener)), hooks(std::move(given)) {}
  tcp::acceptor acceptor;
  Hooks hooks;
  int connections = 0;

  static asio::awaitable<void> accept_all(std::shared_ptr<State> state);
  static asio::awaitable<void> serve(std::shared_ptr<State> state, std::shared_ptr<tcp::socket> socket);
  static asio::awaitable<void> close_when_idle(std::shared_ptr<tcp::socket> socket,
                                               std::shared_ptr<asio::steady_timer> idle);
};

asio::awaitable<void> SmtpWorld::State::accept_all(std::shared_ptr<State> state) {
  for (;;) {
    auto socket = std::make_shared<tcp::socket>(state->acceptor.get_executor());
    const auto [error] = co_await state->acceptor.async_accept(*socket, kTuple);
    if (error == asio::error::operation_aborted || !state->acceptor.is_open()) co_return;
    if (error || state->connections >= kConnectionsMax) continue;
    asio::co_spawn(state->acceptor.get_executor(), serve(state, std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> SmtpWorld::State::close_when_idle(std::shared_ptr<tcp::socket> socket,
                                                        std::shared_ptr<asio::steady_timer> idle) {
  while (socket->is_open() && idle->expiry() > std::chrono::steady_clock::now())
    co_await idle->async_wait(kTuple);
  close_quietly(*socket);
}

asio::awaitable<void> SmtpWorld::State::serve(std::shared_ptr<State> state,
                                              std::shared_ptr<tcp::socket> socket) {
  struct Count {
    explicit Count(int& counted) : count(counted) { ++count; }
    ~Count() { --count; }
    int& count;
  } count(state->connections);
  auto idle = std::make_shared<asio::steady_timer>(socket->get_executor(), kIdleMax);
  asio::co_spawn(socket->get_executor(), close_when_idle(socket, idle), asio::detached);

  SmtpSession session(state->hooks.refuse);
  std::string input;
  std::string output = SmtpSession::greeting();
  boost::system::error_code failed;
  while (!failed && !session.wants_to_close()) {
    // Answers to pipelined commands leave together, when nothing more lies here to read.
    const auto end = input.find('\n');
    if (end == std::string::npos) {
      const auto [write_error, written] = co_await asio::async_write(*socket, asio::buffer(output), kTuple);
      output.clear();
      failed = write_error;
      if (failed) break;
      idle->expires_after(kIdleMax);
      auto buffer = asio::dynamic_buffer(input, SmtpSession::kLineBytesMax);
      const auto [read_error, read] = co_await asio::async_read_until(*socket, buffer, '\n', kTuple);
      failed = read_error;
      continue;
    }
    std::string line = input.substr(0, end);
    input.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    output += session.line(line);
    auto mail = session.take_mail();
    if (!mail) continue;
    asio::steady_timer pondering(socket->get_executor(), state->hooks.pause());
    co_await pondering.async_wait(kTuple);
    state->hooks.take(std::move(*mail));
    output += "250 2.0.0 Ok: taken by the sandbox\r\n";
  }
  if (!failed) co_await asio::async_write(*socket, asio::buffer(output), kTuple);
  close_quietly(*socket);
  idle->cancel();
}

SmtpWorld::SmtpWorld(tcp::acceptor acceptor, Hooks hooks)
    : state_(std::make_shared<State>(std::move(acceptor), std::move(hooks))) {
  asio::co_spawn(state_->acceptor.get_executor(), State::accept_all(state_), asio::detached);
}

SmtpWorld::~SmtpWorld() {
  close_quietly(state_->acceptor);
}

Result<std::unique_ptr<SmtpWorld>> SmtpWorld::listen(const asio::any_io_executor& executor,
                                                     std::uint16_t port,
                                                     Hooks hooks) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  tcp::acceptor acceptor(executor);
  try {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  } catch (const boost::system::system_error& error) {
    return fail(
        Code::Unavailable,
        "sandbox: cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + error.code().message());
  }
  return std::unique_ptr<SmtpWorld>(new SmtpWorld(std::move(acceptor), std::move(hooks)));
}

std::uint16_t SmtpWorld::port() const {
  return state_->acceptor.local_endpoint().port();
}

}  // namespace outrider::sandbox
