#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <csignal>

namespace outrider::net {

std::string take_tls_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "TLS error " + std::to_string(code);
}

Result<std::shared_ptr<TlsClient>> TlsClient::create(const std::string& ca_file) {
  // OpenSSL writes to the socket without MSG_NOSIGNAL: a peer that went away would end the process.
  std::signal(SIGPIPE, SIG_IGN);

  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(Code::Internal, take_tls_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Idle connections give their buffers back: an IDLE session costs a few kB instead of 34.
  SSL_CTX_set_mode(
      context.get(),
      SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_verify_paths(context.get());
  ERR_clear_error();
  if (!ca_file.empty() && SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1)
    return fail(Code::Invalid,
                ca_file + ": not a readable PEM file of certificates (" + take_tls_error() + ")");
  return std::shared_ptr<TlsClient>(new TlsClient(std::move(context)));
}

Result<Ssl> TlsClient::session(const std::string& hostname) const {
  Ssl ssl(SSL_new(context_.get()));
  if (!ssl) return fail(Code::Internal, take_tls_error());

  boost::system::error_code not_literal;
  boost::asio::ip::make_address(hostname, not_literal);
  bool named = false;
  if (not_literal) {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    named = SSL_set_tlsext_host_name(ssl.get(), hostname.c_str()) == 1 &&
            SSL_set1_host(ssl.get(), hostname.c_str()) == 1;
  } else {
    named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), hostname.c_str()) == 1;
  }
  if (!named)
    return fail(Code::Invalid, "\"" + hostname + "\" is not a host name (" + take_tls_error() + ")");
  SSL_set_connect_state(ssl.get());
  return ssl;
}

}  // namespace outrider::net
