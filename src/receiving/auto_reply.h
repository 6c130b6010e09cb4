// Whether a machine answered (BEHAVIOUR 3.4). A wrong guess about a human is worse than the opposite: without
// a strong header, a question or a long text is always a person.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mail/mime.h"

namespace outrider::receiving {

inline constexpr std::size_t kHumanWords = 120;            // more new text than this is a person's
inline constexpr TimeMs kMachineAnswerMs = 2 * kMinuteMs;  // faster than a person reads and writes

enum class AutoReplyKind : std::uint8_t {
  OutOfOffice,
  LeftCompany,  // the person is gone: wrong person, and another contact may stand in the text
  TicketAck,    // "we have received your request"
  Challenge,    // "prove that you are a person"
  Other,        // automatic, but nothing more is known
};

struct AutoReply {
  AutoReplyKind kind = AutoReplyKind::Other;
  std::string_view rule;  // "auto.header", "auto.subject", "auto.body"
};

/// `new_text` is the message without quotes; `since_send_ms` the time from our last mail of the thread to the
/// arrival, empty when unknown. X-Auto-Response-Suppress and Precedence: bulk or list are no signs.
std::optional<AutoReply> detect_auto_reply(const mail::ParsedMessage& message,
                                           std::string_view new_text,
                                           std::optional<TimeMs> since_send_ms);

/// The header that marks a machine (RFC 3834 and vendors), "" when there is none.
std::string_view strong_auto_header(const mail::ParsedMessage& message);

}  // namespace outrider::receiving
