#include "crm/actions.h"

#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::crm {

Result<leads::Membership> find_conversation(db::Tx& tx, const http::Principal& caller, const Named& named) {
  const bool is_pair = !named.email_lead_map_id && named.campaign_id && named.lead_id;
  if (!named.email_lead_map_id && !is_pair)
    return fail_field("email_lead_map_id", "\"email_lead_map_id\" is required");
  TRY_AS(const auto place,
         is_pair ? leads::load_membership_of(tx, caller.workspace_id, *named.campaign_id, *named.lead_id)
                 : leads::load_membership(tx, caller.workspace_id, *named.email_lead_map_id));
  const bool is_foreign = caller.client_id && place.client_id != caller.client_id;
  const bool is_elsewhere = named.campaign_id && place.campaign_id != *named.campaign_id;
  if (is_foreign || is_elsewhere) return fail(Code::NotFound, "Lead not found in this campaign");
  return place;
}

Result<> record_json(const Action& action, analytics::EventType type, std::string data) {
  return analytics::record(action.tx,
                           {.workspace_id = action.place.workspace_id,
                            .type = type,
                            .at_ms = action.now_ms,
                            .campaign_id = action.place.campaign_id,
                            .campaign_lead_id = action.place.id,
                            .lead_id = action.place.lead_id,
                            .client_id = action.place.client_id,
                            .mailbox_id = action.place.mailbox_id,
                            .data = std::move(data)});
}

void write(wire::Writer& json, std::string_view key, std::optional<std::int64_t> id) {
  json.key(key);
  if (id)
    json.value(*id);
  else
    json.null();
}

void write_time(wire::Writer& json, std::string_view key, std::optional<TimeMs> at_ms) {
  json.key(key);
  if (at_ms)
    json.value(instant_text(*at_ms));
  else
    json.null();
}

Result<std::string> domain_of_input(std::string_view text) {
  text = trim(text);
  if (text.starts_with('@')) text.remove_prefix(1);
  if (starts_with_ignoring_case(text, "www.")) text.remove_prefix(4);
  if (text.contains('@')) return fail(Code::Invalid, "must be a domain");
  return leads::suppression_value(text);
}

}  // namespace outrider::crm
