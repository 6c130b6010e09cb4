#include "net/stream.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "core/assert.h"

namespace outrider::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Instant = std::chrono::steady_clock::time_point;

constexpr std::size_t kGatherMax = 64;              // parts of one system call
constexpr std::size_t kTlsCoalesceMax = 16 * 1024;  // one TLS record
constexpr std::size_t kReadChunkMin = 512;          // all that an idle connection holds
constexpr std::size_t kReadChunkMax = 16 * 1024;

std::string system_text(int error) {
  return std::strerror(error);
}

Instant now() {
  return std::chrono::steady_clock::now();
}

Timeout until(Instant deadline) {
  return std::max(Timeout(0), std::chrono::ceil<Timeout>(deadline - now()));
}

bool wants_socket(int ssl_error) {
  return ssl_error == SSL_ERROR_WANT_READ || ssl_error == SSL_ERROR_WANT_WRITE;
}

tcp::socket::wait_type direction_of(int ssl_error) {
  return ssl_error == SSL_ERROR_WANT_READ ? tcp::socket::wait_read : tcp::socket::wait_write;
}

std::string tls_text(int ssl_error, int system_error) {
  return ssl_error == SSL_ERROR_SYSCALL && system_error ? system_text(system_error) : take_tls_error();
}

}  // namespace

std::string Endpoint::text() const {
  const bool bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return (bare_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// The socket and its watchdog. The timer is not set anew for each operation: it fires at the earliest
/// deadline it was set to, looks whether an operation is late, and otherwise goes back to sleep. Shared with
/// the timer's handler only.
struct Stream::Wire : std::enable_shared_from_this<Wire> {
  explicit Wire(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}

  void arm() {
    if (armed && timer.expiry() <= deadline) return;
    armed = true;
    timer.expires_at(deadline);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (!error && self) self->on_timer();
    });
  }

  void on_timer() {
    armed = false;
    if (!busy) return;
    if (now() < deadline) return arm();
    expired = true;
    boost::system::error_code ignored;
    static_cast<void>(socket.cancel(ignored));
  }

  void cancel() {
    if (!busy) return;
    cancelled = true;
    boost::system::error_code ignored;
    static_cast<void>(socket.cancel(ignored));
  }

  tcp::socket socket;
  asio::steady_timer timer;
  Instant deadline;
  bool armed = false;
  bool busy = false;
  bool expired = false;
  bool cancelled = false;
};

/// Marks an operation in progress under a deadline.
struct Stream::Busy {
  Busy(Wire& w, Instant deadline) : wire(w) {
    OUTRIDER_ASSERT(!wire.busy, "a stream does one operation at a time");
    wire.busy = true;
    wire.expired = wire.cancelled = false;
    wire.deadline = deadline;
    wire.arm();
  }
  Busy(Wire& w, Timeout timeout) : Busy(w, now() + timeout) {}
  ~Busy() { wire.busy = false; }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  Wire& wire;
};

Stream::Stream(std::shared_ptr<Wire> wire, std::string name, std::shared_ptr<TlsClient> tls_client)
    : wire_(std::move(wire)), name_(std::move(name)), tls_client_(std::move(tls_client)) {}

Stream::~Stream() {
  close();
}

Task<std::unique_ptr<Stream>> Stream::connect(Network network, Endpoint endpoint, ConnectOptions options) {
  const std::string name = endpoint.text();
  const Instant deadline = now() + options.timeout;
  auto found = co_await network.resolver.addresses(endpoint.host);
  if (!found) co_return std::unexpected(std::move(found.error()).within(name));

  const auto executor = co_await asio::this_coro::executor;
  Error last{.code = Code::Unavailable, .message = name + ": the host has no address"};
  for (const auto& address : *found) {
    if (auto allowed = network.policy.check(address); !allowed) {
      if (last.code != Code::Timeout) last = std::move(allowed.error()).within(name);
      continue;
    }
    const auto wire = std::make_shared<Wire>(executor);
    auto connected = co_await attempt(wire,
                                      tcp::endpoint(address, endpoint.port),
                                      options.interrupt,
                                      std::min(options.attempt_timeout, until(deadline)));
    if (connected) co_return std::unique_ptr<Stream>(new Stream(wire, name, network.tls));
    last = std::move(connected.error()).within(name + ": connecting to " + address.to_string());
    if (until(deadline) == Timeout(0) || wire->cancelled) break;
  }
  co_return std::unexpected(std::move(last));
}

Task<> Stream::attempt(std::shared_ptr<Wire> wire,
                       tcp::endpoint peer,
                       std::shared_ptr<Interrupt> interrupt,
                       Timeout timeout) {
  const Busy busy(*wire, timeout);
  if (interrupt) {
    wire->cancelled = interrupt->is_cancelled();
    if (wire->cancelled) co_return fail(Code::Unavailable, "cancelled");
    interrupt->ends_ = [weak = std::weak_ptr(wire)] {
      if (const auto self = weak.lock()) self->cancel();
    };
  }
  const auto [error] = co_await wire->socket.async_connect(peer, asio::as_tuple(asio::use_awaitable));
  if (interrupt) interrupt->ends_ = {};
  if (wire->cancelled) co_return fail(Code::Unavailable, "cancelled");
  if (wire->expired) co_return fail(Code::Timeout, "no answer in time");
  if (error) co_return fail(Code::Unavailable, system_text(error.value()));
  boost::system::error_code ignored;
  static_cast<void>(wire->socket.non_blocking(true, ignored));
  static_cast<void>(wire->socket.set_option(tcp::no_delay(true), ignored));
  static_cast<void>(wire->socket.set_option(asio::socket_base::keep_alive(true), ignored));
  co_return Result<>{};
}

std::unexpected<Error> Stream::broken(std::string why) const {
  return fail(Code::Unavailable, name_ + ": " + std::move(why));
}

Task<> Stream::wait(asio::socket_base::wait_type event) {
  if (!wire_->expired && !wire_->cancelled) {
    const auto [error] = co_await wire_->socket.async_wait(event, asio::as_tuple(asio::use_awaitable));
    if (!error) co_return Result<>{};
    if (!wire_->expired && !wire_->cancelled) co_return broken(system_text(error.value()));
  }
  if (wire_->expired) co_return fail(Code::Timeout, name_ + ": no answer in time");
  co_return broken("cancelled");
}

std::unexpected<Error> Stream::handshake_error(int ssl_error, int system_error) const {
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK) {
    ERR_clear_error();
    return broken(X509_verify_cert_error_string(verdict));
  }
  if (ssl_error == SSL_ERROR_SYSCALL)
    return broken("TLS handshake: " +
                  (system_error ? system_text(system_error) : "connection closed by the server"));
  return broken("TLS handshake: " + take_tls_error());
}

Task<> Stream::start_tls(std::string hostname, Timeout timeout) {
  OUTRIDER_ASSERT(tls_client_ && !ssl_, "TLS starts once, on a network that has it");
  if (!is_open()) co_return broken("the connection is closed");
  auto session = tls_client_->session(hostname);
  if (!session) co_return std::unexpected(std::move(session.error()).within(name_));
  ssl_ = *std::move(session);
  SSL_set_fd(ssl_.get(), wire_->socket.native_handle());

  const Busy busy(*wire_, timeout);
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    const int system_error = errno;
    if (done == 1) break;
    const int error = SSL_get_error(ssl_.get(), done);
    if (!wants_socket(error)) co_return handshake_error(error, system_error);
    CO_TRY(co_await wait(direction_of(error)));
  }
  tls_facts_ = TlsFacts{.version = SSL_get_version(ssl_.get()), .cipher = SSL_get_cipher_name(ssl_.get())};
  co_return Result<>{};
}

Task<std::size_t> Stream::read_some(std::span<char> into, Timeout timeout) {
  OUTRIDER_ASSERT(!into.empty(), "a read needs room");
  if (!is_open()) co_return broken("the connection is closed");
  const Busy busy(*wire_, timeout);
  if (ssl_) co_return co_await read_tls(into);
  co_return co_await read_plain(into);
}

Task<std::size_t> Stream::read_plain(std::span<char> into) {
  for (;;) {
    const ssize_t count = ::recv(wire_->socket.native_handle(), into.data(), into.size(), 0);
    if (count >= 0) co_return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return broken(system_text(errno));
    CO_TRY(co_await wait(tcp::socket::wait_read));
  }
}

Task<std::size_t> Stream::read_tls(std::span<char> into) {
  for (;;) {
    ERR_clear_error();
    std::size_t count = 0;
    const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    const int system_error = errno;
    if (done == 1) co_return count;
    const int error = SSL_get_error(ssl_.get(), done);
    // Mail servers close without close_notify; SMTP and IMAP replies are framed, so a cut cannot pass unseen.
    if (error == SSL_ERROR_ZERO_RETURN ||
        ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
      co_return std::size_t{0};
    if (!wants_socket(error)) co_return broken(tls_text(error, system_error));
    CO_TRY(co_await wait(direction_of(error)));
  }
}

Task<> Stream::write(std::string_view text, Timeout timeout) {
  const std::array<std::string_view, 1> parts{text};
  co_return co_await write(parts, timeout);
}

Task<> Stream::write(std::span<const std::string_view> parts, Timeout timeout) {
  if (!is_open()) co_return broken("the connection is closed");
  const Busy busy(*wire_, timeout);
  if (!ssl_) co_return co_await write_plain(parts);

  // Small parts share one record; a large one goes as it is.
  std::string pending;
  for (const auto part : parts) {
    if (!pending.empty() && pending.size() + part.size() > kTlsCoalesceMax) {
      CO_TRY(co_await write_tls(pending));
      pending.clear();
    }
    if (part.size() > kTlsCoalesceMax) {
      CO_TRY(co_await write_tls(part));
    } else {
      pending += part;
    }
  }
  co_return co_await write_tls(pending);
}

Task<> Stream::write_plain(std::span<const std::string_view> parts) {
  std::array<iovec, kGatherMax> pieces{};
  std::size_t first = 0;   // part to go on with
  std::size_t offset = 0;  // bytes of it already sent
  while (first < parts.size()) {
    std::size_t used = 0;
    for (std::size_t i = first; i < parts.size() && used < kGatherMax; ++i) {
      const auto rest = parts[i].substr(i == first ? offset : 0);
      pieces[used++] = {.iov_base = const_cast<char*>(rest.data()), .iov_len = rest.size()};
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = used;
    const ssize_t sent = ::sendmsg(wire_->socket.native_handle(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) co_return broken(system_text(errno));
      CO_TRY(co_await wait(tcp::socket::wait_write));
      continue;
    }
    bytes_written_ += static_cast<std::uint64_t>(sent);
    offset += static_cast<std::size_t>(sent);
    while (first < parts.size() && offset >= parts[first].size()) offset -= parts[first++].size();
  }
  co_return Result<>{};
}

Task<> Stream::write_tls(std::string_view text) {
  while (!text.empty()) {
    ERR_clear_error();
    std::size_t count = 0;
    bytes_written_ += 1;  // part of the record may leave even when the call fails
    const int done = SSL_write_ex(ssl_.get(), text.data(), text.size(), &count);
    const int system_error = errno;
    if (done == 1) {
      bytes_written_ += count - 1;
      text.remove_prefix(count);
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), done);
    if (!wants_socket(error)) co_return broken(tls_text(error, system_error));
    CO_TRY(co_await wait(direction_of(error)));
  }
  co_return Result<>{};
}

void Stream::cancel() {
  wire_->cancel();
}

void Stream::close() {
  if (!is_open()) return;
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  boost::system::error_code ignored;
  static_cast<void>(wire_->socket.close(ignored));
  wire_->timer.cancel();
}

bool Stream::is_open() const {
  return wire_->socket.is_open();
}

std::string Stream::remote_address() const {
  boost::system::error_code error;
  const auto endpoint = wire_->socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

LineReader::LineReader(Stream& stream) : stream_(stream), chunk_(kReadChunkMin) {}

Task<> LineReader::fill(Timeout timeout) {
  if (start_ > 0) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  const std::size_t used = buffer_.size();
  if (used == 0 && chunk_ == kReadChunkMin) buffer_.shrink_to_fit();
  buffer_.resize(used + chunk_);
  auto count = co_await stream_.read_some(std::span(buffer_).subspan(used), timeout);
  buffer_.resize(used + count.value_or(0));
  chunk_ = count.value_or(0) == chunk_ ? std::min(chunk_ * 2, kReadChunkMax) : kReadChunkMin;
  if (!count) co_return std::unexpected(std::move(count.error()));
  if (*count == 0) co_return fail(Code::Unavailable, stream_.name() + ": the server closed the connection");
  co_return Result<>{};
}

Task<std::string_view> LineReader::read_line(std::size_t bytes_max, Timeout timeout) {
  const Instant deadline = now() + timeout;
  std::size_t searched = 0;
  for (;;) {
    const auto rest = buffered();
    const auto end = rest.find('\n', searched);
    if (end != std::string_view::npos && end <= bytes_max) {
      start_ += end + 1;
      const bool crlf = end > 0 && rest[end - 1] == '\r';
      co_return rest.substr(0, crlf ? end - 1 : end);
    }
    if (rest.size() > bytes_max)
      co_return fail(Code::TooLarge,
                     stream_.name() + ": a line is longer than " + std::to_string(bytes_max) + " bytes");
    searched = rest.size();
    CO_TRY(co_await fill(until(deadline)));
  }
}

Task<std::string> LineReader::read_exactly(std::size_t count, Timeout timeout) {
  const Instant deadline = now() + timeout;
  std::string text(buffered().substr(0, count));
  start_ += text.size();
  std::size_t filled = text.size();
  text.resize(count);
  while (filled < count) {
    CO_TRY_AS(const std::size_t more,
              co_await stream_.read_some(std::span(text).subspan(filled), until(deadline)));
    if (more == 0) co_return fail(Code::Unavailable, stream_.name() + ": the server closed the connection");
    filled += more;
  }
  co_return text;
}

}  // namespace outrider::net
