// Subject, In-Reply-To and References of the next mail of a thread (BEHAVIOUR 2.2). Mail programs put
// messages together by these headers, not by equal subjects alone, so a follow-up without them would start a
// conversation of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outrider::sending {

inline constexpr std::size_t kLastReferencesMax = 10;

enum class Direction : bool { Outgoing, Incoming };

struct ThreadMessage {
  std::string message_id;  // without brackets; the id the provider gave it where that is known
  std::string subject;     // as it left or arrived
  Direction direction = Direction::Outgoing;
};

struct ThreadHeaders {
  std::string subject;
  std::string in_reply_to;              // without brackets; empty when this mail starts a thread
  std::vector<std::string> references;  // the first of the thread and the last kLastReferencesMax
  bool starts_thread = true;
};

/// `thread`: oldest first, with what people wrote by hand from the inbox and what the lead answered. A blank
/// subject continues the thread, as does one that differs from the thread's only in reply marks; any other
/// starts a new one. The mail answers the last message of ours. Messages before our latest new subject are
/// left out.
ThreadHeaders next_headers(const std::vector<ThreadMessage>& thread, std::string_view rendered_subject);

}  // namespace outrider::sending
