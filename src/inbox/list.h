// Which conversations a page of an inbox view shows, and how many match in all: filters become a selection of
// the workspace's thread table, item.h then reads what those few rows show.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/filter.h"

namespace outrider::inbox {

class ThreadTables;

// Ids of items and messages on the wire.
inline constexpr std::string_view kItemPrefix = "inb_";
inline constexpr std::string_view kMessagePrefix = "msg_";

/// What a caller may see: a client's key sees conversations of that client's campaigns only.
struct Scope {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};
};

struct Viewer {
  Scope scope;
  std::int64_t user_id = 0;
  bool is_owner = false;
};

/// INBOX-ACCEPTANCE section 5.
enum class View : std::uint8_t {
  InboxReplies,
  UnreadReplies,
  Important,
  Snoozed,
  Archived,
  Scheduled,
  Reminders,
  AssignedToMe,
  Sent,
  Custom,
};

/// A Message-ID as it is stored: without blanks and angle brackets around it.
std::string_view without_brackets(std::string_view header_id);

/// Why a conversation stands in the list: a queued mail or a reminder, of which it may have several.
struct Occasion {
  std::int64_t id = 0;
  std::int64_t thread_id = 0;
  TimeMs at_ms = 0;
  std::int64_t message_id = 0;
  std::string text = {};  // of a reminder
};

struct Page {
  std::vector<std::int64_t> ids;    // campaign_lead ids, in order
  std::vector<Occasion> occasions;  // one for each id in Scheduled and Reminders, else none
  std::int64_t total_count = 0;     // matches in all, whatever offset and limit are
};

/// One page of a view. `tx` is a read and this its first query (thread_tables.h). Ids that do not exist or
/// belong to somebody else match nothing. A message id may be the id of an item (`inb_7`), of a message
/// (`msg_7`), a stats_id or a Message-ID with or without angle brackets.
Result<Page> list_threads(db::Tx& tx,
                          ThreadTables& tables,
                          const Viewer& viewer,
                          View view,
                          const ListRequest& request,
                          TimeMs now_ms);

}  // namespace outrider::inbox
