// The change feed over HTTP: page by page, and as a stream of Server-Sent Events.
#pragma once

#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "events/event_wire.h"
#include "events/subscription.h"
#include "events/tail.h"
#include "http/route.h"

namespace outrider::events {

class Api {
 public:
  /// `keep_ms`: for how long events are kept. What it is given outlives it.
  Api(db::Database& database, Clock& clock, TimeMs keep_ms)
      : database_(database), tail_(database, clock, keep_ms) {}

  /// Begins to watch the feed, and to delete what is old.
  void start() { tail_.start(); }
  void stop() { tail_.stop(); }

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<EventList> list(http::Context& context, const EventQuery& query);
  Result<http::Stream> stream(http::Context& context, const StreamQuery& query);

  db::Database& database_;
  Tail tail_;
  Places places_;
};

}  // namespace outrider::events
