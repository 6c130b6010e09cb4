// Which conversations a page of the inbox shows, and how many match in all. Two steps, so that a page costs
// little: an index-only walk finds the ids of the page, then item.h reads what those few rows show.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/filter.h"

namespace outrider::inbox {

// Ids of items and messages on the wire.
inline constexpr std::string_view kItemPrefix = "inb_";
inline constexpr std::string_view kMessagePrefix = "msg_";

/// What a caller may see: a client's key sees conversations of that client's campaigns only.
struct Scope {
  std::int64_t workspace_id = 0;
  std::optional<std::int64_t> client_id = {};
};

/// A Message-ID as it is stored: without blanks and angle brackets around it.
std::string_view without_brackets(std::string_view header_id);

struct Page {
  std::vector<std::int64_t> ids;  // campaign_lead ids, in order
  std::int64_t total_count = 0;   // matches in all, whatever offset and limit are
};

/// Conversations with a reply, neither archived nor snoozed (INBOX-ACCEPTANCE V1). Ids that do not exist or
/// belong to somebody else match nothing. A message id may be the id of an item (`inb_7`), of a message
/// (`msg_7`), a stats_id or a Message-ID with or without angle brackets.
Result<Page> list_replies(db::Tx& tx, const Scope& scope, const ListRequest& request, TimeMs now_ms);

}  // namespace outrider::inbox
