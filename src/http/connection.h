// One client connection: reads requests one after another, so pipelined ones are answered in order, and
// writes their answers. Everything here runs on the I/O thread of its lane.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>

#include "http/answer_head.h"
#include "http/dispatcher.h"
#include "http/request_parser.h"
#include "http/server.h"
#include "jobs/worker_pool.h"

namespace outrider::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class Connection;

/// What the connections of one I/O thread share. Touched by that thread only, but for `connections`.
struct Lane {
  const ServerOptions& options;
  const Dispatcher& dispatcher;
  jobs::WorkerPool& workers;
  Clock& clock;
  std::atomic<std::size_t>& connections;  // of the whole server

  boost::asio::io_context io{1};
  boost::asio::steady_timer sweep_timer{io};
  std::unordered_set<Connection*> open = {};
  bool is_stopping = false;

  TimeMs date_second = -1;
  std::string date_text = {};
  /// The Date header, made once a second.
  const std::string& date();
};

class Connection {
 public:
  Connection(Lane& lane, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Until either side closes.
  boost::asio::awaitable<void> serve();

  /// Ends a wait that has passed its deadline, and a stream whose client has gone.
  void sweep(std::chrono::steady_clock::time_point now);
  /// Closes when nothing is asked; else the running request is the last one.
  void stop();
  /// Closes now.
  void cut();

 private:
  enum class Read : std::uint8_t { Done, Closed, TimedOut, Malformed, TooLarge };
  using Deadline = std::chrono::steady_clock::time_point;
  template <class T>
  using Async = boost::asio::awaitable<T>;

  Async<Keep> serve_one();
  Async<Read> read_head(RequestParser& parser);
  Async<Read> read_body(RequestParser& parser);
  Async<bool> read_some(std::size_t bytes_max, Deadline deadline);
  Async<Dispatcher::Next> receive(Exchange& exchange, RequestParser& parser);
  Async<void> run(Exchange& exchange);
  Async<Keep> refuse_head(Exchange& exchange, Read read);
  Async<Keep> answer(Exchange& exchange, RequestParser& parser);
  Async<bool> write_raw(const Raw& raw, Framing framing, bool with_body);
  Async<bool> write_stream(const Stream& stream, Framing framing, bool with_body);
  Async<bool> write(std::string_view head, std::string_view body);
  Async<bool> pause(Bell* bell, const Chunk& chunk);
  bool has_hung_up();
  Async<void> linger();

  Lane& lane_;
  Socket socket_;
  boost::beast::flat_buffer buffer_;
  std::string out_;
  std::string client_ip_;
  std::shared_ptr<boost::asio::steady_timer> pause_timer_;
  Deadline deadline_ = Deadline::max();
  bool is_idle_ = false;
  bool is_pausing_ = false;
  bool is_stopping_ = false;
  bool timed_out_ = false;
  bool is_cut_short_ = false;  // the client may still be sending what nobody will read
};

}  // namespace outrider::http
