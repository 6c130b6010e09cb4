// The words of the feed on the wire. Ours, not in the contract: see docs/api/events.md.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analytics/event.h"
#include "events/feed.h"
#include "http/route.h"
#include "wire/wire.h"

namespace outrider::analytics {

/// The names, and those that webhooks of other systems use for the same.
constexpr auto event_words() {
  using wire::Word;
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{Word(kEventNames[I], static_cast<EventType>(I + 1))...,
                      Word("EMAIL_OPENED", EventType::Opened),
                      Word("LEAD_OPEN", EventType::Opened),
                      Word("EMAIL_CLICKED", EventType::Clicked),
                      Word("LEAD_CLICK", EventType::Clicked),
                      Word("EMAIL_REPLIED", EventType::Replied),
                      Word("EMAIL_BOUNCED", EventType::Bounced),
                      Word("EMAIL_UNSUBSCRIBED", EventType::Unsubscribed),
                      Word("LEAD_UNSUBSCRIBE", EventType::Unsubscribed),
                      Word("CAMPAIGN_STATUS_CHANGE", EventType::CampaignStatusChanged)};
  }(std::make_index_sequence<kEventNames.size()>());
}
constexpr wire::Words wire_words(EventType) {
  static constexpr auto kWords = event_words();
  return kWords;
}

}  // namespace outrider::analytics

namespace outrider::events {

struct EventQuery {
  static constexpr auto kSource = http::Source::Query;
  std::optional<std::string> cursor;
  std::int64_t limit = 100;
  std::vector<analytics::EventType> types;
  static wire::Fields wire();
};

struct StreamQuery {
  static constexpr auto kSource = http::Source::Query;
  std::optional<std::string> cursor;
  std::vector<analytics::EventType> types;
  static wire::Fields wire();
};

struct EventItem {
  static constexpr const char* kName = "Event";
  std::string cursor;
  std::string id;
  analytics::EventType type = analytics::EventType::Sent;
  wire::Instant at;
  std::optional<std::int64_t> client_id;
  std::optional<std::int64_t> campaign_id;
  std::optional<std::string> campaign_name;
  std::optional<std::int64_t> email_lead_map_id;
  std::optional<std::int64_t> lead_id;
  std::optional<std::string> lead_email;
  std::optional<std::int64_t> email_account_id;
  std::optional<std::string> from_email;
  std::optional<std::string> stats_id;
  std::optional<std::int64_t> sequence_number;
  std::optional<std::int64_t> variant_id;
  bool is_first = false;
  wire::Json data;
  static wire::Fields wire();
};

struct EventList {
  bool ok = true;
  std::vector<EventItem> data;
  std::string next_cursor;
  bool has_more = false;
  bool has_gap = false;
  static wire::Fields wire();
};

EventItem item_of(Entry entry);

}  // namespace outrider::events
