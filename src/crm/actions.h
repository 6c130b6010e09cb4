// What the actions share: finding the conversation that a request names, and telling what was changed.
#pragma once

#include <cstdint>
#include <string>

#include "analytics/event.h"
#include "crm/action_wire.h"
#include "http/context.h"
#include "leads/membership.h"
#include "wire/json.h"

namespace outrider::crm {

/// Errors: Invalid when nothing is named; NotFound, also for what is out of the caller's scope and for a lead
/// map that is not of the campaign named with it.
Result<leads::Membership> find_conversation(db::Tx& tx, const http::Principal& caller, const Named& named);

/// An action under way, in its transaction.
struct Action {
  db::Tx& tx;
  const http::Principal& caller;
  const leads::Membership& place;
  TimeMs now_ms = 0;
  wire::Writer& details;  // of the answer; an open object

  inbox::ThreadKey thread() const {
    return {.workspace_id = place.workspace_id, .campaign_lead_id = place.id};
  }
  leads::Cause cause() const { return {.text = "API", .user_id = caller.user_id}; }
  Author author() const { return {.user_id = caller.user_id, .place = place, .now_ms = now_ms}; }
};

/// Appends an event about the conversation; `data` is its JSON object.
Result<> record_json(const Action& action, analytics::EventType type, std::string data);

/// The same; `fill(Writer&)` adds to who did it.
template <class Fill>
Result<> record(const Action& action, analytics::EventType type, Fill fill) {
  std::string data;
  wire::Writer json(data);
  json.begin_object().member("user_id", action.caller.user_id);
  fill(json);
  json.end_object();
  return record_json(action, type, std::move(data));
}

/// An id, an instant in whole seconds or null.
void write(wire::Writer& json, std::string_view key, std::optional<std::int64_t> id);
void write_time(wire::Writer& json, std::string_view key, std::optional<TimeMs> at_ms);

/// A domain as a person writes it: in any case, with a leading `@` or `www.`. Errors: Invalid.
Result<std::string> domain_of_input(std::string_view text);

}  // namespace outrider::crm
