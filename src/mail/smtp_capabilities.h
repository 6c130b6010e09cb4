// What an SMTP server offers, read from its answer to EHLO (RFC 5321 section 4.1.1.1); pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::mail {

/// What the server said of itself.
struct SmtpPeer {
  std::string greeting;     // text of the 220
  std::string tls_version;  // empty without TLS
  std::string tls_cipher;
  std::string auth_mechanism;  // empty without login
  std::optional<std::uint64_t> size_max = {};
  bool pipelining = false;
  bool eight_bit = false;
  bool utf8 = false;
  bool start_tls = false;
  std::vector<std::string> auth_offered = {};
};

/// One line behind the first. Unknown words are passed over.
void read_capability(SmtpPeer& peer, std::string_view line);
/// Before each EHLO: what was said in clear text does not hold under TLS.
void forget_capabilities(SmtpPeer& peer);

}  // namespace outrider::mail
