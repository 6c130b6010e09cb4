#include "events/event_wire.h"

namespace outrider::events {
namespace {

bool is_cursor(std::string_view text) {
  return text == "now" || parse_cursor(text).has_value();
}
constexpr const char* kCursorRule = "be a cursor of this feed, or now";

}  // namespace

wire::Fields EventQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&EventQuery::cursor>(
          "cursor",
          wire::must(is_cursor, kCursorRule),
          wire::doc("next_cursor of the page before; now for what happens from now on; absent for the oldest "
                    "event that is kept")),
      wire::optional<&EventQuery::limit>("limit", wire::range(1, kPageMax), wire::fallback(100)),
      wire::optional<&EventQuery::types>(
          "types", wire::items(0, 50), wire::one_or_many(), wire::doc("names of events; absent for all")),
  };
  return kFields;
}

wire::Fields StreamQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&StreamQuery::cursor>(
          "cursor",
          wire::must(is_cursor, kCursorRule),
          wire::doc("where to begin when there is no Last-Event-ID; absent for what happens from now on")),
      wire::optional<&StreamQuery::types>(
          "types", wire::items(0, 50), wire::one_or_many(), wire::doc("names of events; absent for all")),
  };
  return kFields;
}

wire::Fields EventItem::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&EventItem::cursor>("cursor", wire::doc("go on behind this event")),
      wire::required<&EventItem::id>("id", wire::doc("UUIDv7, the same in every delivery")),
      wire::required<&EventItem::type>("type"),
      wire::required<&EventItem::at>("at", wire::with_ms()),
      wire::required<&EventItem::client_id>("client_id"),
      wire::required<&EventItem::campaign_id>("campaign_id"),
      wire::required<&EventItem::campaign_name>("campaign_name"),
      wire::required<&EventItem::email_lead_map_id>("email_lead_map_id"),
      wire::required<&EventItem::lead_id>("lead_id"),
      wire::required<&EventItem::lead_email>("lead_email"),
      wire::required<&EventItem::email_account_id>("email_account_id"),
      wire::required<&EventItem::from_email>("from_email", wire::doc("the address of our mailbox")),
      wire::required<&EventItem::stats_id>("stats_id", wire::doc("the message it is about")),
      wire::required<&EventItem::sequence_number>("sequence_number"),
      wire::required<&EventItem::variant_id>("variant_id"),
      wire::required<&EventItem::is_first>("is_first", wire::doc("the first of its kind for this message")),
      wire::required<&EventItem::data>("data", wire::doc("what only this type has")),
  };
  return kFields;
}

wire::Fields EventList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&EventList::ok>("ok"),
      wire::required<&EventList::data>("data"),
      wire::required<&EventList::next_cursor>("next_cursor"),
      wire::required<&EventList::has_more>("has_more", wire::doc("ask again at once")),
      wire::required<&EventList::has_gap>(
          "has_gap", wire::doc("events after the given cursor are not kept any more: read the state anew")),
  };
  return kFields;
}

EventItem item_of(Entry entry) {
  return {.cursor = cursor_text(entry.position),
          .id = std::move(entry.event_id),
          .type = entry.type,
          .at = {.at_ms = entry.at_ms},
          .client_id = entry.client_id,
          .campaign_id = entry.campaign_id,
          .campaign_name = std::move(entry.campaign_name),
          .email_lead_map_id = entry.campaign_lead_id,
          .lead_id = entry.lead_id,
          .lead_email = std::move(entry.lead_email),
          .email_account_id = entry.mailbox_id,
          .from_email = std::move(entry.from_email),
          .stats_id = std::move(entry.stats_id),
          .sequence_number = entry.seq_number,
          .variant_id = entry.variant_id,
          .is_first = entry.is_first,
          .data = {.text = std::move(entry.data)}};
}

}  // namespace outrider::events
