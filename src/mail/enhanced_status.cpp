#include "mail/enhanced_status.h"

namespace outrider::mail {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One to three digits at `at`, which is moved behind them; -1 when there are none or more.
int take_number(std::string_view text, std::size_t& at) {
  constexpr std::size_t kDigitsMax = 3;
  const std::size_t start = at;
  int value = 0;
  while (at < text.size() && is_digit(text[at]) && at - start <= kDigitsMax)
    value = value * 10 + (text[at++] - '0');
  const std::size_t digits = at - start;
  return digits == 0 || digits > kDigitsMax ? -1 : value;
}

bool take_dot(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return false;
  ++at;
  return true;
}

}  // namespace

std::string EnhancedStatus::text() const {
  return std::to_string(category) + "." + std::to_string(subject) + "." + std::to_string(detail);
}

std::optional<StatusPrefix> status_prefix(std::string_view text) {
  std::size_t at = 0;
  StatusPrefix found;
  found.status.category = take_number(text, at);
  if (found.status.category != 2 && found.status.category != 4 && found.status.category != 5)
    return std::nullopt;
  if (!take_dot(text, at) || (found.status.subject = take_number(text, at)) < 0) return std::nullopt;
  if (!take_dot(text, at) || (found.status.detail = take_number(text, at)) < 0) return std::nullopt;
  if (at < text.size() && text[at] == '.') return std::nullopt;  // an IP address
  found.length = at;
  return found;
}

}  // namespace outrider::mail
