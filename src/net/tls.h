// What a TLS client needs before it has a connection: the trusted authorities and the rules (OpenSSL 3).
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "core/result.h"

namespace outrider::net {

template <auto Free>
struct FreeWith {
  void operator()(auto* pointer) const { Free(pointer); }
};
using Ssl = std::unique_ptr<SSL, FreeWith<SSL_free>>;
using SslContext = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

/// Facts of a finished handshake, for the record of a send.
struct TlsFacts {
  std::string version;  // "TLSv1.3"
  std::string cipher;   // "TLS_AES_256_GCM_SHA384"
};

/// TLS 1.2 or later, the peer always verified against the system's authorities and `ca_file`. Made once,
/// shared by all connections and threads.
class TlsClient {
 public:
  /// `ca_file` is PEM; empty means none beside the system's. Errors: Invalid when it cannot be read.
  static Result<std::shared_ptr<TlsClient>> create(const std::string& ca_file);

  /// A session that names `hostname` (SNI, unless it is an address) and accepts only a certificate for it.
  Result<Ssl> session(const std::string& hostname) const;

 private:
  explicit TlsClient(SslContext context) : context_(std::move(context)) {}
  SslContext context_;
};

/// The oldest entry of the thread's OpenSSL error queue in words; empties the queue.
std::string take_tls_error();

}  // namespace outrider::net
