// The filters of an inbox list as its queries take them: ids looked up, dialects gone.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "inbox/list.h"

namespace outrider::inbox {

/// Lists are JSON; an absent one does not narrow.
struct Criteria {
  std::int64_t workspace_id = 0;
  TimeMs now_ms = 0;
  TimeMs from_ms = 0;
  TimeMs to_ms = std::numeric_limits<TimeMs>::max();
  std::optional<std::string> mailboxes = {};
  std::optional<std::string> members = {};
  std::string owned_campaigns = "[]";  // those of `members`
  bool uncategorised = true;
  bool any_category = true;
  std::string categories_in = "[]";
  std::string categories_not_in = "[]";
  bool any_status = true;
  bool bounced = false;
  bool unsubscribed = false;
  std::optional<std::int64_t> sub_sequence_id = {};
  std::optional<std::string> campaigns = {};

  bool has_range() const { return from_ms > 0 || to_ms < std::numeric_limits<TimeMs>::max(); }
  bool operator==(const Criteria&) const = default;
};

/// Looks up the campaigns that scope, campaigns, clients and tags leave.
Result<Criteria> criteria_of(db::Tx& tx, const Scope& scope, const Filters& filters, TimeMs now_ms);

/// No conversation can match, so there is nothing to look for.
bool matches_nothing(const Criteria& criteria);

/// The conversations that hold one of these messages, each once, as a JSON list.
Result<std::string> threads_json(db::Tx& tx,
                                 std::int64_t workspace_id,
                                 const std::vector<std::string>& message_ids);

std::string json_of(const std::vector<std::int64_t>& ids);
std::vector<std::int64_t> ids_of(const db::Rows& rows);

}  // namespace outrider::inbox
