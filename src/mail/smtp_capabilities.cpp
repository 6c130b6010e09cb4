#include "mail/smtp_capabilities.h"

#include <algorithm>

#include "core/strings.h"

namespace outrider::mail {
namespace {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto size = parse_integer(text);
  if (!size || *size <= 0) return std::nullopt;  // 0 means no fixed limit (RFC 1870)
  return static_cast<std::uint64_t>(*size);
}

}  // namespace

void read_capability(SmtpPeer& peer, std::string_view line) {
  // Old servers write "AUTH=PLAIN LOGIN".
  const auto end = line.find_first_of(" =");
  const auto keyword = line.substr(0, end);
  const auto rest = end == std::string_view::npos ? std::string_view() : trim(line.substr(end + 1));
  if (equal_ignoring_case(keyword, "PIPELINING")) peer.pipelining = true;
  if (equal_ignoring_case(keyword, "8BITMIME")) peer.eight_bit = true;
  if (equal_ignoring_case(keyword, "SMTPUTF8")) peer.utf8 = true;
  if (equal_ignoring_case(keyword, "STARTTLS")) peer.start_tls = true;
  if (equal_ignoring_case(keyword, "SIZE")) peer.size_max = parse_size(rest);
  if (!equal_ignoring_case(keyword, "AUTH")) return;
  for (const auto mechanism : split(rest, ' ')) {
    std::string name(mechanism);
    std::ranges::transform(
        name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    if (!name.empty()) peer.auth_offered.push_back(std::move(name));
  }
}

void forget_capabilities(SmtpPeer& peer) {
  peer.size_max.reset();
  peer.pipelining = peer.eight_bit = peer.utf8 = peer.start_tls = false;
  peer.auth_offered.clear();
}

}  // namespace outrider::mail
