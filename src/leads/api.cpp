#include "leads/api.h"

#include <algorithm>
#include <iterator>

#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "core/strings.h"
#include "leads/category.h"
#include "leads/domain_pause.h"
#include "leads/due.h"
#include "leads/unsubscribe.h"

namespace outrider::leads {
namespace {

using campaigns::LeadEvent;
using campaigns::LeadState;

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

Cause by_user(const http::Context& context) {
  return {.text = "API", .user_id = context.principal.user_id};
}

struct Found {
  campaigns::Campaign campaign;
  Membership place;
};

/// Errors: NotFound for a campaign out of scope and for a lead that is not in it.
Result<Found> find_place(db::Tx& tx, const Scope& scope, const CampaignLeadPath& path) {
  TRY_AS(auto campaign, campaigns::load(tx, scope, path.campaign_id));
  TRY_AS(const auto place, load_membership_of(tx, scope.workspace_id, path.campaign_id, path.lead_id));
  return Found{std::move(campaign), place};
}

/// A change that the lead's state does not allow is an unacceptable request here: the contract knows no 409.
Result<> apply_asked(
    db::Tx& tx, const Membership& place, LeadEvent event, const Cause& cause, TimeMs now_ms) {
  const auto applied = apply(tx, place, event, cause, now_ms);
  if (applied || applied.error().code != Code::Conflict) {
    TRY(applied);
    return {};
  }
  return fail_field("lead_id", applied.error().message);
}

/// When a resumed lead goes on: `days` after its last mail, or what the next step's delay says; at once when
/// nothing was sent yet. Empty when no step is left.
Result<std::optional<TimeMs>> due_on_resume(db::Tx& tx,
                                            const Found& found,
                                            std::optional<int> days,
                                            TimeMs now_ms) {
  const Membership& place = found.place;
  TRY_AS(const auto steps, campaigns::list_steps(tx, place.workspace_id, place.campaign_id));
  const auto next = std::ranges::find_if(
      steps, [&](const campaigns::SequenceStep& step) { return step.seq_number >= place.next_seq; });
  if (next == steps.end()) return std::nullopt;
  if (!place.last_sent_at_ms) return now_ms;
  return due_in(found.campaign,
                {.delay_days = days.value_or(next->delay_days),
                 .previous_accepted_ms = *place.last_sent_at_ms,
                 .lead_map_id = place.id});
}

bool is_running(LeadState state) {
  return state == LeadState::Started || state == LeadState::InProgress;
}

/// The category that a request means, by id or by name without regard to case; nothing clears it.
Result<std::optional<std::int64_t>> wanted_category(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    const CategoryChange& input) {
  if (input.category_id.given) return input.category_id.value;
  if (!input.category) return fail_field("category_id", "\"category_id\" is required");
  TRY_AS(const auto categories, list_categories(tx, workspace_id));
  const auto wanted = to_lower(trim(*input.category));
  const auto found = std::ranges::find_if(
      categories, [&](const CategoryRow& category) { return to_lower(category.name) == wanted; });
  if (found == categories.end())
    return fail_field("category", "\"category\" must be the name of a category of this workspace");
  return found->id;
}

CampaignLeadFilter filter_of(const CampaignLeadsQuery& query) {
  const auto at_ms = [](const std::optional<wire::Instant>& instant) {
    return instant ? std::optional(instant->at_ms) : std::nullopt;
  };
  return {.state = query.status,
          .category_id = query.lead_category_id,
          .engagement = query.email_status.value_or(Engagement::Any),
          .added_after_ms = at_ms(query.created_at_gt),
          .sent_after_ms = at_ms(query.last_sent_time_gt),
          .event_after_ms = at_ms(query.event_time_gt)};
}

}  // namespace

Result<AddedLeads> Api::add(http::Context& context, const LeadCampaignPath& path, const AddLeads& input) {
  if (!input.lead_list_ids.empty())
    return fail_field("lead_list_ids", "\"lead_list_ids\" must name lead lists of this workspace");
  TRY_AS(const auto rows, import_rows(input));
  TRY_AS(const auto imported, database_.write([&](db::Tx& tx) -> Result<std::vector<ImportedRow>> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    return import_leads(tx, campaign, rows, import_settings(input), clock_.now_ms());
  }));
  hooks_.wake_sending();
  return added_leads(imported, wants_lead_ids(input));
}

Result<CampaignLeadList> Api::list(http::Context& context,
                                   const LeadCampaignPath& path,
                                   const CampaignLeadsQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<CampaignLeadList> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    const CampaignLeadFilter filter = filter_of(query);
    TRY_AS(const auto total, count_in_campaign(tx, campaign, filter));
    TRY_AS(const auto leads,
           list_in_campaign(tx, campaign, filter, {.offset = query.offset, .limit = query.limit}));
    std::vector<std::string> emails;
    emails.reserve(leads.size());
    for (const CampaignLead& entry : leads) emails.push_back(entry.lead.email);
    TRY_AS(const auto unsubscribes, list_client_unsubscribes(tx, campaign.workspace_id, emails));

    CampaignLeadList reply{
        .total_leads = std::to_string(total), .offset = query.offset, .limit = query.limit, .data = {}};
    reply.data.reserve(leads.size());
    for (const CampaignLead& entry : leads)
      reply.data.push_back({.campaign_lead_map_id = entry.id,
                            .lead_category_id = entry.category_id,
                            .status = std::string(campaigns::name(entry.state)),
                            .created_at = {entry.created_at_ms},
                            .lead = {.id = entry.lead.id, .contact = contact_of(entry.lead, unsubscribes)}});
    return reply;
  });
}

Result<http::Answer> Api::find(http::Context& context, const LeadQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<http::Answer> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto lead, find_by_email(tx, scope, query.email));
    if (!lead) return http::Raw{.body = "{}"};
    TRY_AS(const auto unsubscribes, list_client_unsubscribes(tx, scope.workspace_id, {lead->email}));
    TRY_AS(const auto places, list_places(tx, scope, lead->id));
    LeadByEmail reply{.id = std::to_string(lead->id),
                      .contact = contact_of(*lead, unsubscribes),
                      .created_at = {lead->created_at_ms},
                      .lead_campaign_data = {}};
    for (const Place& place : places) reply.lead_campaign_data.push_back(membership_of(place));
    return http::Raw{.body = wire::encode(reply)};
  });
}

Result<LeadOk> Api::update(http::Context& context, const CampaignLeadPath& path, const UpdateLead& input) {
  return database_.write([&](db::Tx& tx) -> Result<LeadOk> {
    const Scope scope = scope_of(context);
    TRY(campaigns::load(tx, scope, path.campaign_id));
    TRY_AS(auto lead, leads::load(tx, scope, path.lead_id));
    TRY_AS(const auto wanted, updated(std::move(lead), input));
    const auto stored = store(tx, wanted, clock_.now_ms());
    if (!stored && stored.error().code == Code::Conflict)
      return fail_field("email", "\"email\" belongs to another lead");
    TRY(stored);
    return LeadOk();
  });
}

Result<OkMessage> Api::remove(http::Context& context, const CampaignLeadPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<OkMessage> {
    TRY_AS(const auto found, find_place(tx, scope_of(context), path));
    TRY(remove_from_campaign(tx, found.place));
    return OkMessage();
  });
}

Result<OkData> Api::pause(http::Context& context, const CampaignLeadPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<OkData> {
    TRY_AS(const auto found, find_place(tx, scope_of(context), path));
    TRY(apply_asked(tx, found.place, LeadEvent::Pause, by_user(context), clock_.now_ms()));
    return OkData();
  });
}

Result<OkData> Api::resume_company(http::Context& context, const CampaignLeadPath& path) {
  TRY_AS(const auto released, database_.write([&](db::Tx& tx) -> Result<std::int64_t> {
    TRY_AS(const auto found, find_place(tx, scope_of(context), path));
    return release_company(tx, found.place, by_user(context), clock_.now_ms());
  }));
  hooks_.wake_sending();
  return OkData{.data = std::to_string(released) + (released == 1 ? " lead goes on" : " leads go on")};
}

Result<OkData> Api::resume(http::Context& context, const CampaignLeadPath& path, const ResumeLead& input) {
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto found, find_place(tx, scope_of(context), path));
    const TimeMs now_ms = clock_.now_ms();
    // A lead that is under way already is not refused: the call may be a repeated one.
    if (!is_running(found.place.state))
      TRY(apply_asked(tx, found.place, LeadEvent::Resume, by_user(context), now_ms));
    TRY_AS(const auto due_at_ms, due_on_resume(tx, found, input.resume_lead_with_delay_days, now_ms));
    if (due_at_ms) TRY(set_due(tx, found.place, *due_at_ms));
    return {};
  }));
  hooks_.wake_sending();
  return OkData();
}

Result<LeadOk> Api::change_category(http::Context& context,
                                    const CampaignLeadPath& path,
                                    const CategoryChange& input) {
  auto labelled = database_.write([&](db::Tx& tx) -> Result<LeadOk> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto found, find_place(tx, scope, path));
    TRY_AS(const auto category_id, wanted_category(tx, scope.workspace_id, input));
    const TimeMs now_ms = clock_.now_ms();
    TRY(set_category(tx,
                     scope.workspace_id,
                     found.place.id,
                     {.category_id = category_id, .by = LabelledBy::Person, .client_id = scope.client_id},
                     by_user(context),
                     now_ms));
    if (!input.pause_lead) return LeadOk();
    // The category may have stopped the lead already.
    TRY_AS(const auto place, load_membership(tx, scope.workspace_id, found.place.id));
    if (is_running(place.state)) TRY(apply_asked(tx, place, LeadEvent::Pause, by_user(context), now_ms));
    return LeadOk();
  });
  // The category may have brought the lead into a subsequence.
  if (labelled) hooks_.wake_sending();
  return labelled;
}

Result<LeadOk> Api::unsubscribe(http::Context& context, const CampaignLeadPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<LeadOk> {
    TRY_AS(const auto found, find_place(tx, scope_of(context), path));
    TRY(unsubscribe_from_campaign(tx, found.place, by_user(context), clock_.now_ms()));
    return LeadOk();
  });
}

Result<LeadOk> Api::unsubscribe_all(http::Context& context, const LeadPath& path) {
  return database_.write([&](db::Tx& tx) -> Result<LeadOk> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto lead, leads::load(tx, scope, path.lead_id));
    // A client's key speaks for that client alone.
    TRY_AS(const bool changed,
           unsubscribe_everywhere(tx, lead, scope.client_id, by_user(context), clock_.now_ms()));
    return LeadOk{.ok = changed};
  });
}

Result<http::Answer> Api::list_all_categories(http::Context& context) {
  return database_.read([&](db::Tx& tx) -> Result<http::Answer> {
    TRY_AS(const auto categories, list_categories(tx, context.principal.workspace_id));
    std::vector<LeadCategory> replies;
    replies.reserve(categories.size());
    for (const CategoryRow& category : categories)
      replies.push_back({.id = category.id,
                         .created_at = {category.created_at_ms},
                         .name = category.name,
                         .sentiment_type = category.sentiment});
    return http::Raw{.body = wire::encode(replies)};
  });
}

Result<AddedToBlockList> Api::block(http::Context& context, const AddToBlockList& input) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < input.domain_block_list.size(); ++i) {
    auto value = suppression_value(input.domain_block_list[i]);
    const std::string field = "domain_block_list." + std::to_string(i);
    if (!value) return fail_field(field, "\"" + field + "\" " + value.error().message);
    values.push_back(*std::move(value));
  }
  return database_.write([&](db::Tx& tx) -> Result<AddedToBlockList> {
    const Scope scope = scope_of(context);
    const auto client_id = input.client_id ? input.client_id : scope.client_id;
    if (client_id) {
      TRY_AS(const bool exists, campaigns::client_exists(tx, scope.workspace_id, *client_id));
      if (!exists || (scope.client_id && scope.client_id != client_id))
        return fail_field("client_id", "\"client_id\" must be a client of this workspace");
    }
    const TimeMs now_ms = clock_.now_ms();
    TRY_AS(
        const auto added,
        add_suppressions(tx, {.workspace_id = scope.workspace_id, .client_id = client_id}, values, now_ms));
    TRY(block_suppressed(tx,
                         scope.workspace_id,
                         client_id,
                         values,
                         {.text = "BLOCK_LIST", .user_id = context.principal.user_id},
                         now_ms));
    return AddedToBlockList{
        .upload_count = static_cast<std::int64_t>(values.size()),
        .total_domain_added = added,
        .message = std::to_string(added) + (added == 1 ? " entry" : " entries") + " stored"};
  });
}

Result<http::Answer> Api::list_blocked(http::Context& context, const BlockListQuery& query) {
  return database_.read([&](db::Tx& tx) -> Result<http::Answer> {
    const Scope scope = scope_of(context);
    if (scope.client_id && query.filter_client_id && scope.client_id != query.filter_client_id)
      return http::Raw{.body = "[]"};
    TRY_AS(const auto found,
           list_suppressions(tx,
                             scope.workspace_id,
                             {.client_id = scope.client_id ? scope.client_id : query.filter_client_id,
                              .part = query.filter_email_or_domain,
                              .exact = query.filter_email_with_domain},
                             {.offset = query.offset, .limit = query.limit}));
    std::vector<BlockListEntry> replies;
    replies.reserve(found.size());
    for (const Suppression& entry : found)
      replies.push_back({.id = entry.id,
                         .email_or_domain = entry.value,
                         .created_at = {entry.created_at_ms},
                         .source = std::string(name(entry.source)),
                         .client_id = entry.client_id});
    return http::Raw{.body = wire::encode(replies)};
  });
}

std::vector<http::Route> Api::routes() {
  auto routes = lead_routes();
  std::ranges::move(membership_routes(), std::back_inserter(routes));
  std::ranges::move(list_routes(), std::back_inserter(routes));
  return routes;
}

std::vector<http::Route> Api::lead_routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kLeads = "Leads";
  return {
      route(Verb::Post, "/campaigns/{campaign_id}/leads", "Add leads to a campaign.", on(*this, &Api::add))
          .operation_id("addLeadsToCampaign")
          .tag(kLeads),
      route(Verb::Get, "/campaigns/{campaign_id}/leads", "List leads of a campaign.", on(*this, &Api::list))
          .operation_id("listCampaignLeads")
          .tag(kLeads),
      route(Verb::Get, "/leads", "Find a lead by address.", on(*this, &Api::find))
          .operation_id("getLeadByEmail")
          .tag(kLeads),
      route(Verb::Post, "/campaigns/{campaign_id}/leads/{lead_id}", "Update a lead.", on(*this, &Api::update))
          .operation_id("updateLead")
          .tag(kLeads),
      route(Verb::Delete,
            "/campaigns/{campaign_id}/leads/{lead_id}",
            "Remove a lead from a campaign.",
            on(*this, &Api::remove))
          .operation_id("deleteLeadFromCampaign")
          .tag(kLeads),
  };
}

std::vector<http::Route> Api::membership_routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kLeads = "Leads";
  return {
      route(Verb::Post,
            "/campaigns/{campaign_id}/leads/{lead_id}/pause",
            "Pause a lead in one campaign.",
            on(*this, &Api::pause))
          .operation_id("pauseLead")
          .tag(kLeads),
      route(Verb::Post,
            "/campaigns/{campaign_id}/leads/{lead_id}/resume",
            "Resume a lead in one campaign.",
            on(*this, &Api::resume))
          .operation_id("resumeLead")
          .tag(kLeads),
      route(Verb::Post,
            "/campaigns/{campaign_id}/leads/{lead_id}/resume-company",
            "Let the leads of this lead's company go on that wait because one of them answered.",
            on(*this, &Api::resume_company))
          .operation_id("resumeCompany")
          .tag(kLeads)
          .extension(),
      route(Verb::Post,
            "/campaigns/{campaign_id}/leads/{lead_id}/category",
            "Set the category of a lead in a campaign.",
            on(*this, &Api::change_category))
          .operation_id("updateLeadCategory")
          .tag("Lead categories"),
      route(Verb::Post,
            "/campaigns/{campaign_id}/leads/{lead_id}/unsubscribe",
            "Unsubscribe a lead from one campaign.",
            on(*this, &Api::unsubscribe))
          .operation_id("unsubscribeLeadFromCampaign")
          .tag(kLeads),
      route(Verb::Post,
            "/leads/{lead_id}/unsubscribe",
            "Unsubscribe a lead everywhere.",
            on(*this, &Api::unsubscribe_all))
          .operation_id("unsubscribeLeadGlobally")
          .tag(kLeads),
  };
}

std::vector<http::Route> Api::list_routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kCategories = "Lead categories";
  constexpr const char* kBlockList = "Block list";
  return {
      route(
          Verb::Get, "/leads/fetch-categories", "List lead categories.", on(*this, &Api::list_all_categories))
          .operation_id("listLeadCategories")
          .tag(kCategories),
      route(Verb::Post,
            "/leads/add-domain-block-list",
            "Add addresses or domains to the block list.",
            on(*this, &Api::block))
          .operation_id("addToBlockList")
          .tag(kBlockList),
      route(Verb::Get,
            "/leads/get-domain-block-list",
            "List block-list entries.",
            on(*this, &Api::list_blocked))
          .operation_id("listBlockList")
          .tag(kBlockList),
  };
}

}  // namespace outrider::leads
