#include "certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "core/assert.h"

namespace outrider::tests {
namespace {

constexpr long kDayS = 24 * 60 * 60;

struct Names {
  std::string subject;
  std::string alternative = {};  // "DNS:mail.example" or "IP:127.0.0.1"
};

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  OUTRIDER_ASSERT(extension, "a test certificate's extension is well formed");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Its own for each, or a foreign authority would be taken for ours with a broken signature.
std::string authority_name() {
  static int count = 0;
  return "Test authority " + std::to_string(++count);
}

X509* make_certificate(
    const Names& names, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key, Validity validity) {
  static int serial = 0;
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * kDayS);
  X509_gmtime_adj(X509_getm_notAfter(certificate), validity == Validity::Now ? 2 * kDayS : -kDayS);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(names.subject.c_str());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer : certificate));
  if (issuer) {
    add_extension(certificate, issuer, NID_subject_alt_name, names.alternative.c_str());
  } else {
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  }
  X509_sign(certificate, issuer_key, EVP_sha256());
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority()
    : key_(EVP_EC_gen("P-256")),
      certificate_(make_certificate({.subject = authority_name()}, key_, nullptr, key_, Validity::Now)) {
  char path[] = "/tmp/outrider_test_ca_XXXXXX";
  std::FILE* file = ::fdopen(::mkstemp(path), "w");
  OUTRIDER_ASSERT(file, "a temporary file can be made");
  PEM_write_X509(file, certificate_);
  std::fclose(file);
  ca_file_ = path;
}

TestAuthority::~TestAuthority() {
  ::unlink(ca_file_.c_str());
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

SSL_CTX* TestAuthority::server(const std::string& hostname, Validity validity) const {
  const bool literal = hostname.find_first_not_of("0123456789.") == std::string::npos;
  const Names names{.subject = hostname, .alternative = (literal ? "IP:" : "DNS:") + hostname};
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = make_certificate(names, key, certificate_, key_, validity);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

}  // namespace outrider::tests
