// Throw-away TLS certificates for tests: a CA and server certificates made while the test runs, so none
// expires in the tree.
#pragma once

#include <openssl/ssl.h>

#include <string>

namespace outrider::tests {

enum class Validity { Now, Expired };

/// A CA whose certificate lies in a temporary file until the object goes.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& ca_file() const { return ca_file_; }
  /// A server's context with a certificate for `hostname` (a name or an IPv4 literal). The caller frees it.
  SSL_CTX* server(const std::string& hostname, Validity validity = Validity::Now) const;

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  std::string ca_file_;
};

}  // namespace outrider::tests
