#include "http/server.h"

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "core/assert.h"
#include "core/log.h"
#include "http/connection.h"

namespace outrider::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

constexpr std::chrono::milliseconds kSweepMax{250};
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kStopStep{2};
constexpr std::string_view kFullAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";

/// Often enough for the shortest deadline.
std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  const auto shortest =
      std::min({options.header_timeout, options.body_timeout, options.write_timeout, options.idle_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(1), kSweepMax);
}

asio::awaitable<void> sweep(Lane& lane) {
  const auto interval = sweep_interval(lane.options);
  while (true) {
    lane.sweep_timer.expires_after(interval);
    co_await lane.sweep_timer.async_wait(asio::use_awaitable);
    const auto now = std::chrono::steady_clock::now();
    for (auto* connection : lane.open) connection->sweep(now);
  }
}

asio::awaitable<void> serve(Lane& lane, Socket socket) {
  Connection connection(lane, std::move(socket));
  if (lane.is_stopping) connection.stop();
  try {
    co_await connection.serve();
  } catch (const std::exception& error) {
    log::error("http.connection", {{"error", error.what()}});
  }
}

}  // namespace

struct Server::State {
  struct Thread {
    Lane lane;
    asio::executor_work_guard<asio::io_context::executor_type> work{asio::make_work_guard(lane.io)};
    std::thread thread = {};
  };

  ServerOptions options;
  const Dispatcher& dispatcher;
  jobs::WorkerPool& workers;
  std::atomic<std::size_t> connections = 0;
  std::vector<std::unique_ptr<Thread>> threads = {};
  std::optional<Acceptor> acceptor = {};
  std::uint16_t port = 0;
  bool is_running = false;

  Result<void> listen();
  asio::awaitable<void> accept();
  void on_each_lane(void (Connection::*act)());
  bool wait_until_closed(std::chrono::milliseconds time_max) const;
};

Server::Server(ServerOptions options, const Dispatcher& dispatcher, jobs::WorkerPool& workers)
    : state_(new State{.options = std::move(options), .dispatcher = dispatcher, .workers = workers}) {
  OUTRIDER_ASSERT(state_->options.io_threads > 0, "a server has at least one I/O thread");
}

Server::~Server() {
  stop();
}

Result<void> Server::start() {
  auto& state = *state_;
  OUTRIDER_ASSERT(!state.is_running, "a server is started once");
  for (std::size_t i = 0; i < state.options.io_threads; ++i)
    state.threads.push_back(
        std::unique_ptr<State::Thread>(new State::Thread{.lane = {.options = state.options,
                                                                  .dispatcher = state.dispatcher,
                                                                  .workers = state.workers,
                                                                  .clock = state.dispatcher.clock(),
                                                                  .connections = state.connections}}));
  TRY(state.listen());

  state.is_running = true;
  auto& first = state.threads.front()->lane;
  asio::co_spawn(first.io, state.accept(), asio::detached);
  for (auto& thread : state.threads) {
    asio::co_spawn(thread->lane.io, sweep(thread->lane), asio::detached);
    thread->thread = std::thread([&lane = thread->lane] { lane.io.run(); });
  }
  return {};
}

Result<void> Server::State::listen() {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return fail(Code::Invalid, "\"" + options.address + "\" is not an IP address to listen on");
  const tcp::endpoint endpoint(address, options.port);
  acceptor.emplace(threads.front()->lane.io);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    const auto where = options.address + ":" + std::to_string(options.port);
    return fail(Code::Unavailable, "cannot listen on " + where + ": " + error.message());
  }
  port = acceptor->local_endpoint().port();
  return {};
}

/// Connections go to the lanes in turn.
asio::awaitable<void> Server::State::accept() {
  asio::steady_timer pause(threads.front()->lane.io);
  for (std::size_t turn = 0; acceptor->is_open(); ++turn) {
    auto& lane = threads[turn % threads.size()]->lane;
    error_code error;
    Socket socket = co_await acceptor->async_accept(lane.io.get_executor(),
                                                    asio::redirect_error(asio::use_awaitable, error));
    if (!acceptor->is_open()) co_return;
    if (error) {
      log::warn("http.accept", {{"error", error.message()}});
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    } else if (connections.load() >= options.connections_max) {
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(kFullAnswer), error);
    } else {
      connections.fetch_add(1);
      asio::co_spawn(lane.io, serve(lane, std::move(socket)), asio::detached);
    }
  }
}

std::uint16_t Server::port() const {
  return state_->port;
}

std::size_t Server::connections() const {
  return state_->connections.load();
}

void Server::State::on_each_lane(void (Connection::*act)()) {
  for (auto& thread : threads) {
    asio::post(thread->lane.io, [&lane = thread->lane, act] {
      lane.is_stopping = true;
      for (auto* connection : lane.open) (connection->*act)();
    });
  }
}

bool Server::State::wait_until_closed(std::chrono::milliseconds time_max) const {
  const auto deadline = std::chrono::steady_clock::now() + time_max;
  while (connections.load() > 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kStopStep);
  }
  return true;
}

void Server::stop() {
  auto& state = *state_;
  if (!state.is_running) return;
  state.is_running = false;
  asio::post(state.threads.front()->lane.io, [&state] {
    error_code ignored;
    state.acceptor->close(ignored);
  });
  state.on_each_lane(&Connection::stop);
  if (!state.wait_until_closed(state.options.stop_timeout)) {
    log::warn("http.stop_cuts", {{"connections", state.connections.load()}});
    state.on_each_lane(&Connection::cut);
    state.wait_until_closed(std::chrono::hours(24));
  }
  for (auto& thread : state.threads) {
    thread->lane.io.stop();
    thread->thread.join();
  }
}

}  // namespace outrider::http
