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
  std::string sender_domain = {};  // of a mail of ours: the organisational domain it came from
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
/// left out. From another domain than the last mail of ours (`sender_domain`, empty: whichever) a thread
/// starts as well, under the old subject without reply marks: a stranger who says "Re:" looks like fraud
/// (BEHAVIOUR 1.6).
ThreadHeaders next_headers(const std::vector<ThreadMessage>& thread,
                           std::string_view rendered_subject,
                           std::string_view sender_domain = {});

/// As ThreadMessage::sender_domain has it.
std::string sender_domain_of(std::string_view from_email);

}  // namespace outrider::sending
