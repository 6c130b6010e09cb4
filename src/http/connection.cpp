#include "http/connection.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdio>

#include "core/log.h"
#include "core/time_text.h"

namespace outrider::http {
namespace {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
using boost::system::error_code;

constexpr std::size_t kHeadReadBytes = 4u << 10;
constexpr std::size_t kBodyReadBytes = 64u << 10;
constexpr std::size_t kCopiedBodyMax = 16u << 10;  // a small body travels in one buffer with its head
constexpr std::size_t kDrainMax = 64u << 10;       // an unread body up to this is read to keep the connection
constexpr std::size_t kLingerMax = 1u << 20;
constexpr std::chrono::seconds kLingerTime{1};
constexpr std::size_t kRateMin = 16u << 10;  // bytes a second

/// When a transfer of so many bytes must be over.
SteadyClock::time_point transfer_deadline(std::chrono::milliseconds base, std::size_t bytes) {
  return SteadyClock::now() + base + std::chrono::milliseconds(bytes * 1000 / kRateMin);
}

std::string address_text(const Socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

Result<Chunk> pull_guarded(const Stream& stream) {
  try {
    return stream.pull();
  } catch (const std::exception& error) {
    return fail(Code::Internal, std::string("exception: ") + error.what());
  }
}

std::string chunk_head(std::size_t bytes) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%zx\r\n", bytes);
  return text.data();
}

}  // namespace

const std::string& Lane::date() {
  const TimeMs now_ms = clock.now_ms();
  if (const TimeMs second = now_ms / kSecondMs; second != date_second) {
    date_second = second;
    date_text = internet_date_text(now_ms, "GMT");
  }
  return date_text;
}

Connection::Connection(Lane& lane, Socket socket)
    : lane_(lane),
      socket_(std::move(socket)),
      client_ip_(address_text(socket_)),
      pause_timer_(std::make_shared<asio::steady_timer>(lane.io)) {
  lane_.open.insert(this);
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
}

Connection::~Connection() {
  lane_.open.erase(this);
  lane_.connections.fetch_sub(1);
}

Connection::Async<void> Connection::serve() {
  while (co_await serve_one() == Keep::Alive) {
  }
  if (is_cut_short_) co_await linger();
}

void Connection::sweep(SteadyClock::time_point now) {
  if (is_pausing_ && has_hung_up()) return cut();
  if (now < deadline_) return;
  deadline_ = Deadline::max();
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::stop() {
  is_stopping_ = true;
  pause_timer_->cancel();
  if (is_idle_) cut();
}

void Connection::cut() {
  is_stopping_ = true;
  pause_timer_->cancel();
  error_code ignored;
  socket_.close(ignored);
}

Connection::Async<Keep> Connection::serve_one() {
  Exchange exchange(lane_.clock);
  RequestParser parser(exchange.request, lane_.options.header_max);
  const Read head = co_await read_head(parser);
  if (head == Read::Closed) co_return Keep::Close;
  exchange.started = SteadyClock::now();
  exchange.request.client_ip = client_ip_;
  if (head != Read::Done) co_return co_await refuse_head(exchange, head);

  auto next = lane_.dispatcher.admit(exchange);
  if (next == Dispatcher::Next::Authenticate) {
    const auto ask = [this, &exchange]() -> Result<Dispatcher::Next> {
      return lane_.dispatcher.authenticate(exchange);
    };
    const auto asked = co_await lane_.workers.run(ask);
    if (asked)
      next = *asked;
    else
      lane_.dispatcher.refuse(exchange, asked.error()), next = Dispatcher::Next::Answered;
  }
  if (next == Dispatcher::Next::ReadBody) next = co_await receive(exchange, parser);
  if (next == Dispatcher::Next::ReadBody) co_await run(exchange);
  if (!exchange.answer) {
    lane_.dispatcher.drop(exchange);
    co_return Keep::Close;
  }
  co_return co_await answer(exchange, parser);
}

/// The body of an admitted request. Answered without an answer means that the client has gone.
Connection::Async<Dispatcher::Next> Connection::receive(Exchange& exchange, RequestParser& parser) {
  const std::size_t body_max = exchange.route()->body_max;
  parser.set_body_max(body_max);
  const auto length = parser.content_length();
  auto read = length && *length > body_max ? Read::TooLarge : Read::Done;
  if (read == Read::Done && !parser.is_done()) {
    if (parser.expects_continue() && buffer_.size() == 0 &&
        !co_await write("HTTP/1.1 100 Continue\r\n\r\n", {}))
      co_return Dispatcher::Next::Answered;
    read = co_await read_body(parser);
  }
  switch (read) {
    case Read::Done:
      co_return Dispatcher::Next::ReadBody;
    case Read::Closed:
      break;
    case Read::TimedOut:
      lane_.dispatcher.refuse(exchange, 408, "MALFORMED_REQUEST", "The request body did not arrive in time");
      break;
    case Read::Malformed:
      lane_.dispatcher.refuse(exchange, {.code = Code::Malformed, .message = "Request body is broken"});
      break;
    case Read::TooLarge: {
      Error error{.code = Code::TooLarge,
                  .message = "Request body must be at most " + std::to_string(body_max) + " bytes"};
      error.offence.max_allowed = static_cast<std::int64_t>(body_max);
      lane_.dispatcher.refuse(exchange, error);
    }
  }
  co_return Dispatcher::Next::Answered;
}

Connection::Async<void> Connection::run(Exchange& exchange) {
  if (exchange.route()->is_inline) {
    lane_.dispatcher.run(exchange);
    co_return;
  }
  const auto work = [this, &exchange]() -> Result<bool> {
    lane_.dispatcher.run(exchange);
    return true;
  };
  const auto ran = co_await lane_.workers.run(work);
  if (!ran) lane_.dispatcher.refuse(exchange, ran.error());
}

Connection::Async<Keep> Connection::refuse_head(Exchange& exchange, Read read) {
  is_cut_short_ = true;
  lane_.dispatcher.begin(exchange);
  if (read == Read::TooLarge) {
    const auto text =
        "The request head must be at most " + std::to_string(lane_.options.header_max) + " bytes";
    lane_.dispatcher.refuse(exchange, 431, "MALFORMED_REQUEST", text);
  } else if (read == Read::TimedOut) {
    lane_.dispatcher.refuse(exchange, 408, "MALFORMED_REQUEST", "The request head did not arrive in time");
  } else {
    lane_.dispatcher.refuse(exchange, {.code = Code::Malformed, .message = "This is not an HTTP request"});
  }
  lane_.dispatcher.finish(exchange);
  co_await write_raw(std::get<Raw>(*exchange.answer), {.keep = Keep::Close}, true);
  co_return Keep::Close;
}

Connection::Async<Connection::Read> Connection::read_head(RequestParser& parser) {
  auto deadline =
      SteadyClock::now() + (buffer_.size() > 0 ? lane_.options.header_timeout : lane_.options.idle_timeout);
  while (true) {
    if (buffer_.size() > 0) {
      error_code error;
      buffer_.consume(parser.put(buffer_.data(), error));
      if (parser.is_header_done()) co_return Read::Done;
      if (error == boost::beast::http::error::header_limit) co_return Read::TooLarge;
      if (error && error != boost::beast::http::error::need_more) co_return Read::Malformed;
    }
    const bool is_first = buffer_.size() == 0;
    is_idle_ = is_first;
    if (is_idle_ && is_stopping_) co_return Read::Closed;
    const bool got = co_await read_some(kHeadReadBytes, deadline);
    is_idle_ = false;
    if (!got) co_return timed_out_ && !is_first ? Read::TimedOut : Read::Closed;
    if (is_first) deadline = SteadyClock::now() + lane_.options.header_timeout;
  }
}

Connection::Async<Connection::Read> Connection::read_body(RequestParser& parser) {
  const auto started = SteadyClock::now();
  std::size_t received = 0;
  parser.eager(true);
  while (!parser.is_done()) {
    if (buffer_.size() > 0) {
      error_code error;
      const std::size_t used = parser.put(buffer_.data(), error);
      buffer_.consume(used);
      if (error == boost::beast::http::error::body_limit) co_return Read::TooLarge;
      if (error && error != boost::beast::http::error::need_more) co_return Read::Malformed;
      if (used > 0) continue;
      // Only framing (a chunk's extension, trailers) can be this long without being taken.
      if (buffer_.size() >= kBodyReadBytes) co_return Read::Malformed;
    }
    const auto by_rate = std::chrono::milliseconds(received * 1000 / kRateMin);
    const auto before = buffer_.size();
    if (!co_await read_some(kBodyReadBytes, started + lane_.options.body_timeout + by_rate))
      co_return timed_out_ ? Read::TimedOut : Read::Closed;
    received += buffer_.size() - before;
  }
  co_return Read::Done;
}

Connection::Async<bool> Connection::read_some(std::size_t bytes_max, Deadline deadline) {
  error_code error;
  deadline_ = deadline;
  const auto got = co_await socket_.async_read_some(buffer_.prepare(bytes_max),
                                                    asio::redirect_error(asio::use_awaitable, error));
  deadline_ = Deadline::max();
  buffer_.commit(got);
  co_return !error;
}

Connection::Async<Keep> Connection::answer(Exchange& exchange, RequestParser& parser) {
  const auto unread =
      parser.is_done() ? std::size_t{0} : parser.content_length_remaining().value_or(kDrainMax + 1);
  const bool can_drain = unread <= kDrainMax && !parser.expects_continue();
  Framing framing{.is_http_1_0 = parser.version() < 11};
  const bool is_endless = framing.is_http_1_0 && std::holds_alternative<Stream>(*exchange.answer);
  if (is_stopping_ || is_endless || !parser.keep_alive() || (!parser.is_done() && !can_drain))
    framing.keep = Keep::Close;

  lane_.dispatcher.finish(exchange);
  const bool with_body = exchange.request.method != "HEAD";
  bool sent = false;
  if (const auto* raw = std::get_if<Raw>(&*exchange.answer))
    sent = co_await write_raw(*raw, framing, with_body);
  else
    sent = co_await write_stream(std::get<Stream>(*exchange.answer), framing, with_body);
  if (!sent) cut();
  is_cut_short_ = sent && !parser.is_done();
  if (!sent || framing.keep == Keep::Close) co_return Keep::Close;
  if (parser.is_done()) co_return Keep::Alive;

  parser.set_body_max(kDrainMax);
  co_return co_await read_body(parser) == Read::Done ? Keep::Alive : Keep::Close;
}

Connection::Async<bool> Connection::write_raw(const Raw& raw, Framing framing, bool with_body) {
  out_.clear();
  append_head(out_, raw, framing, lane_.date());
  std::string_view body =
      with_body && !is_bodiless(raw.status) ? std::string_view(raw.body) : std::string_view();
  if (body.size() <= kCopiedBodyMax) {
    out_ += body;
    body = {};
  }
  co_return co_await write(out_, body);
}

Connection::Async<bool> Connection::write_stream(const Stream& stream, Framing framing, bool with_body) {
  out_.clear();
  append_head(out_, stream, framing, lane_.date());
  if (!co_await write(out_, {})) co_return false;
  if (!with_body) co_return true;
  for (auto next = Chunk::Next::Ask; next != Chunk::Next::End;) {
    const auto pull = [&stream] { return pull_guarded(stream); };
    const auto chunk = co_await lane_.workers.run(pull);
    if (!chunk) {
      log::warn("http.stream_broken", {{"error", chunk.error().message}});
      co_return false;
    }
    if (!chunk->bytes.empty()) {
      out_.clear();
      if (!framing.is_http_1_0) out_ += chunk_head(chunk->bytes.size());
      out_ += chunk->bytes;
      if (!framing.is_http_1_0) out_ += "\r\n";
      if (!co_await write(out_, {})) co_return false;
    }
    next = chunk->next;
    if (next == Chunk::Next::Wait && !co_await pause(stream.bell.get(), *chunk)) next = Chunk::Next::End;
  }
  co_return framing.is_http_1_0 || co_await write("0\r\n\r\n", {});
}

Connection::Async<bool> Connection::write(std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
  error_code error;
  // Nearly every answer fits the socket's buffer, and then there is nothing to wait for.
  const std::size_t written = socket_.write_some(buffers, error);
  if (error && error != asio::error::would_block) co_return false;
  if (written == head.size() + body.size()) co_return true;

  const std::size_t of_head = std::min(written, head.size());
  buffers[0] += of_head;
  buffers[1] += written - of_head;
  error.clear();
  deadline_ = transfer_deadline(lane_.options.write_timeout, head.size() + body.size());
  co_await asio::async_write(socket_, buffers, asio::redirect_error(asio::use_awaitable, error));
  deadline_ = Deadline::max();
  co_return !error;
}

/// Until the piece's time is over or its bell rings. False when the server stops or the client has gone.
Connection::Async<bool> Connection::pause(Bell* bell, const Chunk& chunk) {
  if (is_stopping_) co_return false;
  pause_timer_->expires_after(chunk.wait);
  // The bell is rung on other threads, and what it posts may run after this connection has ended.
  const auto wake = [executor = lane_.io.get_executor(), timer = pause_timer_] {
    asio::post(executor, [timer] { timer->cancel(); });
  };
  const Bell::Listener listener(bell, chunk.heard, wake);
  error_code cancelled;
  is_pausing_ = true;
  if (!listener.has_missed())
    co_await pause_timer_->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  is_pausing_ = false;
  co_return !is_stopping_;
}

/// Whether the client closed its side; it has nothing to say while it listens.
bool Connection::has_hung_up() {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/// Closing with unread bytes in the buffer would reset the connection and may take the answer with it.
Connection::Async<void> Connection::linger() {
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  const auto deadline = SteadyClock::now() + kLingerTime;
  std::size_t discarded = 0;
  while (!error && discarded < kLingerMax) {
    buffer_.clear();
    if (!co_await read_some(kBodyReadBytes, deadline)) break;
    discarded += buffer_.size();
  }
}

}  // namespace outrider::http
