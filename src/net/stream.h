// A TCP connection with optional TLS, and a reader of lines over it. smtp_client and imap_client stand on
// this.
//
// OpenSSL works on the descriptor itself and Asio only waits for it: a 5,000-connection server keeps no
// second set of buffers. A stream belongs to the executor of the coroutine that opened it, and does one
// operation at a time. Deadlines are in real time, because they are about the wire.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/address_policy.h"
#include "net/resolver.h"
#include "net/task.h"
#include "net/tls.h"

namespace outrider::net {

using Timeout = std::chrono::milliseconds;

/// What connecting needs; one for the whole program, injected. The resolver outlives every stream.
struct Network {
  Resolver& resolver;
  AddressPolicy policy;
  std::shared_ptr<TlsClient> tls;
};

struct Endpoint {
  std::string host;  // a name or an IP literal
  std::uint16_t port = 0;

  /// "smtp.example.com:587", as every message names it.
  std::string text() const;
};

/// Ends a connect from outside, before there is a stream to cancel. On the executor of the connect only.
class Interrupt {
 public:
  /// Once for good: a connect that has not begun ends as well.
  void cancel() {
    cancelled_ = true;
    if (ends_) ends_();
  }
  bool is_cancelled() const { return cancelled_; }

 private:
  friend class Stream;
  bool cancelled_ = false;
  std::function<void()> ends_;  // the attempt in progress
};

struct ConnectOptions {
  Timeout timeout{30'000};          // for everything: lookup and all attempts
  Timeout attempt_timeout{10'000};  // for one address
  std::shared_ptr<Interrupt> interrupt = {};
};

/// Errors of every operation: Timeout, or Unavailable when the connection is broken; both name the endpoint.
class Stream {
 public:
  /// Resolves, checks each address against the policy and connects to the first that answers: the address
  /// checked is the address used. Errors beside the common ones: Invalid when every address is refused,
  /// NotFound for an unknown host. An interrupt ends it with Unavailable ("cancelled").
  static Task<std::unique_ptr<Stream>> connect(Network network,
                                               Endpoint endpoint,
                                               ConnectOptions options = {});

  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// The server's certificate must be valid and for `hostname`; there is no way round. After an error the
  /// stream is of no more use. Whatever was read before must be handled or dropped by the caller (RFC 3207
  /// section 4.2).
  Task<> start_tls(std::string hostname, Timeout timeout);

  /// At least one byte; 0 when the peer has closed. A timeout loses nothing: the next call goes on.
  Task<std::size_t> read_some(std::span<char> into, Timeout timeout);

  /// All of it, in one gathered system call where that is possible. The texts outlive the call.
  Task<> write(std::span<const std::string_view> parts, Timeout timeout);
  Task<> write(std::string_view text, Timeout timeout);

  /// Bytes handed to the system so far; under TLS, bytes handed to OpenSSL, of which some may not have left.
  /// Zero growth over a failed write proves that nothing of it was sent.
  std::uint64_t bytes_written() const { return bytes_written_; }

  /// Ends the operation in progress with Unavailable ("cancelled"); none in progress: no effect. Nothing read
  /// is lost. On the stream's executor only.
  void cancel();
  /// Says goodbye under TLS as far as that does not block, and closes. Idempotent.
  void close();
  bool is_open() const;

  /// Empty before start_tls.
  const std::optional<TlsFacts>& tls() const { return tls_facts_; }
  const std::string& name() const { return name_; }
  std::string remote_address() const;

 private:
  struct Wire;
  struct Busy;

  Stream(std::shared_ptr<Wire> wire, std::string name, std::shared_ptr<TlsClient> tls_client);
  static Task<> attempt(std::shared_ptr<Wire> wire,
                        boost::asio::ip::tcp::endpoint peer,
                        std::shared_ptr<Interrupt> interrupt,
                        Timeout timeout);
  Task<> wait(boost::asio::socket_base::wait_type event);
  Task<std::size_t> read_plain(std::span<char> into);
  Task<std::size_t> read_tls(std::span<char> into);
  Task<> write_plain(std::span<const std::string_view> parts);
  Task<> write_tls(std::string_view text);
  std::unexpected<Error> broken(std::string why) const;
  std::unexpected<Error> handshake_error(int ssl_error, int system_error) const;

  std::shared_ptr<Wire> wire_;
  std::string name_;
  std::shared_ptr<TlsClient> tls_client_;
  Ssl ssl_;
  std::optional<TlsFacts> tls_facts_;
  std::uint64_t bytes_written_ = 0;
};

/// Lines and counted pieces from a stream. Its buffer shrinks when it is empty, so an idle connection costs
/// little.
class LineReader {
 public:
  /// The stream outlives the reader.
  explicit LineReader(Stream& stream);

  /// Up to and without CRLF (a bare LF is taken too). The text is valid until the next call. `timeout` is for
  /// the whole line. Errors: TooLarge beyond `bytes_max`, Unavailable at the end of the connection, Timeout
  /// (what was read stays).
  Task<std::string_view> read_line(std::size_t bytes_max, Timeout timeout);
  /// Exactly `count` bytes; the caller has bounded `count`. On Timeout the connection is of no more use.
  Task<std::string> read_exactly(std::size_t count, Timeout timeout);

  /// What was received and not yet read: must be empty before TLS starts.
  std::string_view buffered() const { return std::string_view(buffer_).substr(start_); }

 private:
  Task<> fill(Timeout timeout);

  Stream& stream_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::size_t chunk_;  // grows while reads fill it
};

}  // namespace outrider::net
