// Reading the inbox on the wire: paths, queries and answers that are neither filters (filter.h) nor items
// (item.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/route.h"
#include "inbox/conversation.h"
#include "inbox/history.h"
#include "inbox/item.h"
#include "wire/wire.h"

namespace outrider::inbox {

inline constexpr std::int64_t kBulkMessagesMax = 100;  // of each lead

struct ListReply {
  static constexpr const char* kName = "InboxListResponse";
  bool ok = true;
  std::vector<Item> messages;
  std::int64_t total_count = 0;
  std::int64_t offset = 0;
  int limit = 0;
  static wire::Fields wire();
};

struct ConversationPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  static wire::Fields wire();
};

struct MessageHistoryQuery {
  static constexpr auto kSource = http::Source::Query;
  std::optional<wire::Instant> event_time_gt;
  bool show_plain_text_response = false;
  static wire::Fields wire();
};

struct ItemPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t id = 0;
  static wire::Fields wire();
};

/// The item itself, and once more in a list.
struct ItemReply {
  static constexpr const char* kName = "InboxItemResponse";
  Item item;
  bool ok = true;
  std::vector<Item> data;
  static wire::Fields wire();
};

struct BulkPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  std::string token;  // a fixed word of the vendor's path
  static wire::Fields wire();
};

struct BulkQuery {
  static constexpr auto kSource = http::Source::Query;
  std::optional<wire::Instant> event_time_gt;
  static wire::Fields wire();
};

struct BulkInput {
  static constexpr const char* kName = "BulkHistoryInput";
  std::optional<std::vector<std::int64_t>> lead_ids;  // absent: every lead with mail
  static wire::Fields wire();
};

struct HistoryReply {
  static constexpr const char* kName = "MessageHistoryResponse";
  std::vector<HistoryEntry> history;
  std::optional<std::string> from;
  std::optional<std::string> to;
  static wire::Fields wire();
};

}  // namespace outrider::inbox
