#include "events/api.h"

#include <iterator>

namespace outrider::events {
namespace {

Filter filter_of(const http::Context& context, const std::vector<analytics::EventType>& types) {
  return {.workspace_id = context.principal.workspace_id,
          .client_id = context.principal.client_id,
          .types = types};
}

}  // namespace

Result<EventList> Api::list(http::Context& context, const EventQuery& query) {
  const auto filter = filter_of(context, query.types);
  return database_.read([&](db::Tx& tx) -> Result<EventList> {
    Position after;
    bool is_resumed = false;
    if (query.cursor == "now") {
      TRY_AS(after, newest(tx, filter.workspace_id));
    } else if (query.cursor) {
      after = *parse_cursor(*query.cursor);
      is_resumed = true;
    }
    TRY_AS(auto page, read_page(tx, filter, after, query.limit));
    EventList answer{.data = {},
                     .next_cursor = cursor_text(page.next),
                     .has_more = page.has_more,
                     .has_gap = is_resumed && page.has_gap};
    answer.data.reserve(page.entries.size());
    for (auto& entry : page.entries) answer.data.push_back(item_of(std::move(entry)));
    return answer;
  });
}

Result<http::Stream> Api::stream(http::Context& context, const StreamQuery& query) {
  std::string cursor(context.request.header("Last-Event-ID"));
  if (cursor.empty()) cursor = query.cursor.value_or("now");
  const auto given = parse_cursor(cursor);
  if (!given && cursor != "now")
    return fail_field("Last-Event-ID", "\"Last-Event-ID\" must be a cursor of this feed");
  const auto key_id = context.principal.key_id;
  auto place = places_.take(key_id);
  if (!place) {
    context.reply_headers.push_back({"Retry-After", "15"});
    return fail(Code::RateLimited,
                "A key may hold " + std::to_string(Places::kStreamsPerKeyMax) + " streams open");
  }
  auto filter = filter_of(context, query.types);
  // Before the position is read: what comes after it rings.
  auto bell = tail_.bell(filter.workspace_id);
  Position after = given.value_or(Position());
  if (!given) {
    TRY_AS(after, database_.read([&](db::Tx& tx) { return newest(tx, filter.workspace_id); }));
  }
  const auto subscription =
      std::make_shared<Subscription>(database_,
                                     Start{.filter = std::move(filter), .key_id = key_id, .after = after},
                                     bell,
                                     std::move(place));
  // A proxy that collects an answer before it passes it on would hold events back.
  return http::Stream{.content_type = "text/event-stream",
                      .headers = {{"X-Accel-Buffering", "no"}},
                      .pull = [subscription] { return subscription->pull(); },
                      .bell = bell};
}

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  std::vector<http::Route> all;
  all.push_back(
      route(Verb::Get, "/events", "What happened, in order, from a cursor on.", on(*this, &Api::list))
          .operation_id("listEvents")
          .tag("Events")
          .extension());
  all.push_back(
      route(Verb::Get, "/events/stream", "What happens, as Server-Sent Events.", on(*this, &Api::stream))
          .operation_id("streamEvents")
          .tag("Events")
          .produces("text/event-stream")
          .extension());
  return all;
}

}  // namespace outrider::events
