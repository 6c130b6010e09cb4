// Listens, and serves HTTP/1.1 connections on a few I/O threads; handlers run on the worker pool.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "http/dispatcher.h"
#include "jobs/worker_pool.h"

namespace outrider::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::size_t io_threads = 2;
  std::size_t connections_max = 10'000;              // further ones get 503 and are closed
  std::size_t header_max = 64u << 10;                // bytes; beyond it 431
  std::chrono::milliseconds header_timeout{10'000};  // from the first byte of a head to its last
  std::chrono::milliseconds body_timeout{30'000};    // plus the time its size takes at 16 KiB a second
  std::chrono::milliseconds write_timeout{30'000};   // the same, for an answer
  std::chrono::milliseconds idle_timeout{75'000};    // between requests
  std::chrono::milliseconds stop_timeout{30'000};    // for running requests; then their connections are cut
};

class Server {
 public:
  /// `dispatcher` and `workers` outlive the server.
  Server(ServerOptions options, const Dispatcher& dispatcher, jobs::WorkerPool& workers);
  /// Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts the threads. Errors: Unavailable, naming the address.
  Result<void> start();
  /// The port in use; after start().
  std::uint16_t port() const;
  std::size_t connections() const;

  /// Takes no new connections, closes idle ones, lets running requests end, then ends the threads. Waits for
  /// running handlers however long they take. Idempotent.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrider::http
