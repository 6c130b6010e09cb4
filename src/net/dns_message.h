// Reads the answer section of a DNS message (RFC 1035 section 4): c-ares 1.18 hides the TTL of MX and TXT
// records.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "net/resolver.h"

namespace outrider::net {

/// Errors of each: Malformed when the message is cut short or a length leads outside it.
Result<DnsAnswer<MxRecord>> parse_mx(std::string_view message);
Result<DnsAnswer<std::string>> parse_txt(std::string_view message);
Result<DnsAnswer<std::string>> parse_ptr(std::string_view message);

}  // namespace outrider::net
