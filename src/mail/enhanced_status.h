// Enhanced mail system status codes (RFC 3463): in SMTP replies (RFC 2034) and in delivery status
// notifications.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace outrider::mail {

/// "5.7.26" is {5, 7, 26}; all zero means that none was given.
struct EnhancedStatus {
  int category = 0;  // 2 success, 4 transient, 5 permanent
  int subject = 0;   // 0..999
  int detail = 0;    // 0..999

  bool given() const { return category != 0; }
  std::string text() const;
  friend auto operator<=>(const EnhancedStatus&, const EnhancedStatus&) = default;
};

struct StatusPrefix {
  EnhancedStatus status;
  std::size_t length = 0;  // characters it takes
};

/// A status at the very start of `text`, ended by a blank, by the end or by a character that cannot belong to
/// it.
std::optional<StatusPrefix> status_prefix(std::string_view text);

}  // namespace outrider::mail
