#include "mail/smtp_message.h"

#include <algorithm>

#include "core/strings.h"

namespace outrider::mail {

Result<> check_smtp_address(std::string_view address) {
  constexpr unsigned char kDelete = 127;
  const bool harmless = std::ranges::none_of(address, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == kDelete || c == '<' || c == '>';
  });
  if (!address.empty() && address.size() <= kSmtpAddressBytesMax && harmless && is_valid_utf8(address))
    return {};
  return fail(Code::Invalid,
              "\"" + to_valid_utf8(address.substr(0, kSmtpAddressBytesMax)) + "\" is not an address");
}

Result<> check_smtp_argument(std::string_view what, std::string_view text) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos) return {};
  return fail(Code::Invalid, std::string(what) + " must not contain a line end or NUL");
}

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 128;
}

bool has_clean_line_ends(std::string_view message) {
  std::ptrdiff_t pairs = 0;
  for (auto at = message.find('\n'); at != std::string_view::npos; at = message.find('\n', at + 1)) {
    if (at == 0 || message[at - 1] != '\r') return false;
    ++pairs;
  }
  return std::ranges::count(message, '\r') == pairs;
}

std::vector<std::string_view> dot_stuffed(std::string_view message) {
  constexpr std::string_view kDot = ".";
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  if (message.starts_with('.')) parts.push_back(kDot);
  for (auto at = message.find("\n."); at != std::string_view::npos; at = message.find("\n.", at + 1)) {
    parts.push_back(message.substr(start, at + 1 - start));
    parts.push_back(kDot);
    start = at + 1;
  }
  parts.push_back(message.substr(start));
  parts.push_back(message.empty() || message.ends_with("\r\n") ? ".\r\n" : "\r\n.\r\n");
  return parts;
}

}  // namespace outrider::mail
