#include "crm/api.h"
#include "inbox/importance.h"
#include "leads/store.h"

namespace outrider::crm {
namespace {

leads::Scope scope_of(const http::Principal& caller) {
  return {.workspace_id = caller.workspace_id, .client_id = caller.client_id};
}

/// Tags belong to the lead, so no conversation is named; its conversations are weighed anew.
Result<> record_tags(db::Tx& tx, const http::Principal& caller, std::int64_t lead_id, TimeMs now_ms) {
  TRY(inbox::refresh_importance_of_lead(tx, caller.workspace_id, lead_id));
  std::string data;
  wire::Writer(data).begin_object().member("user_id", caller.user_id).end_object();
  return analytics::record(tx,
                           {.workspace_id = caller.workspace_id,
                            .type = analytics::EventType::LeadTagsChanged,
                            .at_ms = now_ms,
                            .lead_id = lead_id,
                            .client_id = caller.client_id,
                            .data = std::move(data)});
}

}  // namespace

Result<NoteList> Api::notes_of_lead(http::Context& context, const LeadPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<NoteList> {
    TRY(leads::load(tx, scope_of(context.principal), path.id));
    TRY_AS(auto notes, list_notes(tx, context.principal.workspace_id, path.id));
    return NoteList{.data = std::move(notes)};
  });
}

Result<TaskList> Api::tasks_of_lead(http::Context& context, const LeadPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<TaskList> {
    TRY(leads::load(tx, scope_of(context.principal), path.id));
    TRY_AS(auto tasks, list_tasks(tx, context.principal.workspace_id, path.id));
    return TaskList{.data = std::move(tasks)};
  });
}

Result<TagList> Api::tags_of_lead(http::Context& context, const LeadTagsQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<TagList> {
    if (query.lead_id) TRY(leads::load(tx, scope_of(context.principal), *query.lead_id));
    TRY_AS(auto tags, list_tags(tx, context.principal.workspace_id, query.lead_id));
    return TagList{.data = std::move(tags)};
  });
}

Result<ActionResult> Api::tag_lead(http::Context& context, const LeadTagsInput& input) {
  const http::Principal& caller = context.principal;
  const TimeMs now_ms = clock_.now_ms();
  return database_.write([&](db::Tx& tx) -> Result<ActionResult> {
    TRY(leads::load(tx, scope_of(caller), input.lead_id));
    TRY_AS(const auto added, add_tags(tx, caller.workspace_id, input.lead_id, input.tag_ids, now_ms));
    if (added > 0) TRY(record_tags(tx, caller, input.lead_id, now_ms));
    ActionResult result{.message = "Tags added", .data = {}};
    wire::Writer details(result.data.text);
    details.begin_object().member("leadId", input.lead_id).key("tagIds").begin_list();
    for (const auto tag_id : input.tag_ids) details.value(tag_id);
    details.end_list().end_object();
    return result;
  });
}

Result<ActionResult> Api::untag_lead(http::Context& context, const TagMappingPath& path) {
  const http::Principal& caller = context.principal;
  const TimeMs now_ms = clock_.now_ms();
  return database_.write([&](db::Tx& tx) -> Result<ActionResult> {
    TRY_AS(const auto mapping, find_tag_mapping(tx, caller.workspace_id, path.id));
    if (!mapping) return fail(Code::NotFound, "Lead not found");
    TRY(leads::load(tx, scope_of(caller), mapping->lead_id));
    TRY(remove_tag_mapping(tx, caller.workspace_id, path.id));
    TRY(record_tags(tx, caller, mapping->lead_id, now_ms));
    ActionResult result{.message = "Tag removed", .data = {}};
    wire::Writer(result.data.text)
        .begin_object()
        .member("tagMappingId", path.id)
        .member("leadId", mapping->lead_id)
        .member("tagId", mapping->tag_id)
        .end_object();
    return result;
  });
}

}  // namespace outrider::crm
