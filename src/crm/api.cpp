#include "crm/api.h"

#include <algorithm>
#include <cmath>

#include "crm/resume.h"
#include "http/error_body.h"
#include "inbox/importance.h"
#include "leads/category.h"
#include "leads/store.h"

namespace outrider::crm {
namespace {

using analytics::EventType;

constexpr db::Query kMember{"crm.team_member", R"sql(
  SELECT id
    FROM app_user
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kImportance{"crm.importance_score", R"sql(
  SELECT importance_score
    FROM campaign_lead
   WHERE workspace_id = $1
     AND id = $2
)sql"};

leads::SuppressionSource source_of(BlockSource source) {
  switch (source) {
    case BlockSource::Bounce:
      return leads::SuppressionSource::Bounce;
    case BlockSource::Complaint:
      return leads::SuppressionSource::Complaint;
    case BlockSource::Invalid:
      return leads::SuppressionSource::Invalid;
    case BlockSource::Manual:
      break;
  }
  return leads::SuppressionSource::Manual;
}

Result<> set_read(const Action& action, bool is_read) {
  TRY_AS(const bool changed, inbox::thread_read(action.tx, action.thread(), is_read, action.now_ms));
  if (changed)
    TRY(record(
        action, EventType::ReadStateChanged, [&](wire::Writer& data) { data.member("is_read", is_read); }));
  action.details.member("is_read", is_read);
  write_time(action.details, "updated_at", action.now_ms);
  return {};
}

}  // namespace

template <class Change>
Result<ActionResult> Api::act(http::Context& context,
                              const Named& named,
                              std::string_view message,
                              Change change) {
  const http::Principal& caller = context.principal;
  const TimeMs now_ms = clock_.now_ms();
  return database_.write([&](db::Tx& tx) -> Result<ActionResult> {
    TRY_AS(const auto place, find_conversation(tx, caller, named));
    ActionResult result{.message = std::string(message), .data = {}};
    wire::Writer details(result.data.text);
    details.begin_object().member("success", true).member("email_lead_map_id", std::to_string(place.id));
    TRY(change(Action{.tx = tx, .caller = caller, .place = place, .now_ms = now_ms, .details = details}));
    details.end_object();
    return result;
  });
}

Result<ActionResult> Api::change_read_status(http::Context& context, const ReadStatusInput& input) {
  return act(context, input.conversation, "Read state saved", [&](const Action& action) {
    return set_read(action, input.read_status);
  });
}

Result<ActionResult> Api::mark_unread(http::Context& context, const ConversationInput& input) {
  return act(context, input.conversation, "Read state saved", [](const Action& action) {
    return set_read(action, false);
  });
}

Result<ActionResult> Api::update_category(http::Context& context, const CategoryInput& input) {
  // One published client clears with 0.
  const auto category_id = input.category_id == 0 ? std::nullopt : input.category_id;
  return act(context, input.conversation, "Category saved", [&](const Action& action) -> Result<> {
    TRY(leads::set_category(
        action.tx,
        action.place.workspace_id,
        action.place.id,
        {.category_id = category_id, .by = leads::LabelledBy::Person, .client_id = action.caller.client_id},
        {.text = "CATEGORY", .user_id = action.caller.user_id},
        action.now_ms));
    action.details.member("updated", 1);
    write(action.details, "category_id", category_id);
    write_time(action.details, "updated_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::update_revenue(http::Context& context, const RevenueInput& input) {
  const auto cents = static_cast<std::int64_t>(std::llround(input.revenue * 100));
  return act(context, input.conversation, "Revenue saved", [&](const Action& action) -> Result<> {
    TRY_AS(const bool changed, inbox::thread_valued(action.tx, action.thread(), cents, action.now_ms));
    const double revenue = static_cast<double>(cents) / 100;
    if (changed) TRY(inbox::refresh_importance(action.tx, action.thread()));
    if (changed)
      TRY(record(
          action, EventType::RevenueChanged, [&](wire::Writer& data) { data.member("revenue", revenue); }));
    action.details.member("updated", 1).member("revenue", revenue);
    write_time(action.details, "updated_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::update_team_member(http::Context& context, const TeamMemberInput& input) {
  return act(context, input.conversation, "Assignment saved", [&](const Action& action) -> Result<> {
    if (input.team_member_id) {
      TRY_AS(const auto member, action.tx.row(kMember, action.place.workspace_id, *input.team_member_id));
      // The team is the workspace's: its clients do not know it.
      if (!member || action.caller.client_id) return fail(Code::NotFound, "Team member not found");
    }
    TRY_AS(const bool changed,
           inbox::thread_assigned(action.tx, action.thread(), input.team_member_id, action.now_ms));
    if (changed)
      TRY(record(action, EventType::AssignmentChanged, [&](wire::Writer& data) {
        write(data, "team_member_id", input.team_member_id);
      }));
    write(action.details, "team_member_id", input.team_member_id);
    write_time(action.details, "assigned_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::update_archived(http::Context& context, const ArchivedInput& input) {
  return act(context, input.conversation, "Archive state saved", [&](const Action& action) -> Result<> {
    TRY_AS(const bool changed,
           inbox::thread_archived(action.tx, action.thread(), input.is_archived, action.now_ms));
    if (changed)
      TRY(record(action, EventType::ArchiveChanged, [&](wire::Writer& data) {
        data.member("is_archived", input.is_archived);
      }));
    action.details.member("is_archived", input.is_archived);
    write_time(action.details, "updated_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::update_important(http::Context& context, const ImportantInput& input) {
  return act(context, input.conversation, "Star saved", [&](const Action& action) -> Result<> {
    TRY_AS(const bool changed,
           inbox::thread_starred(action.tx, action.thread(), input.is_important, action.now_ms));
    if (changed)
      TRY(record(action, EventType::ImportanceChanged, [&](wire::Writer& data) {
        data.member("is_important", input.is_important);
      }));
    TRY_AS(const auto score, action.tx.row(kImportance, action.place.workspace_id, action.place.id));
    action.details.member("is_important", input.is_important).member("importance_score", score->int64(0));
    write_time(action.details, "updated_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::update_snooze(http::Context& context, const SnoozeInput& input) {
  const auto until_ms = input.snoozed_until ? std::optional(input.snoozed_until->at_ms) : std::nullopt;
  if (until_ms && *until_ms <= clock_.now_ms())
    return fail_field("snoozed_until", "\"snoozed_until\" must be in the future");
  return act(context, input.conversation, "Snooze saved", [&](const Action& action) -> Result<> {
    TRY_AS(const bool changed, inbox::thread_snoozed(action.tx, action.thread(), until_ms, action.now_ms));
    if (changed)
      TRY(record(action, EventType::SnoozeChanged, [&](wire::Writer& data) {
        write_time(data, "snoozed_until", until_ms);
      }));
    action.details.member("is_snoozed", until_ms.has_value());
    write_time(action.details, "snoozed_until", until_ms);
    write_time(action.details, "updated_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::create_note(http::Context& context, const NoteInput& input) {
  return act(context, input.conversation, "Note added", [&](const Action& action) -> Result<> {
    TRY_AS(const auto id, add_note(action.tx, action.author(), input.note_message));
    TRY(record(action, EventType::NoteAdded, [&](wire::Writer& data) { data.member("note_id", id); }));
    action.details.member("id", id).member("note_id", id).member("note_message", input.note_message);
    write_time(action.details, "created_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::create_task(http::Context& context, const TaskInput& input) {
  const auto due_at_ms = input.due_date ? std::optional(input.due_date->at_ms) : std::nullopt;
  return act(context, input.conversation, "Task added", [&](const Action& action) -> Result<> {
    TRY_AS(const auto id,
           add_task(action.tx,
                    action.author(),
                    {.name = input.name,
                     .description = input.description,
                     .priority = input.priority,
                     .due_at_ms = due_at_ms}));
    TRY(record(action, EventType::TaskAdded, [&](wire::Writer& data) { data.member("task_id", id); }));
    action.details.member("id", id).member("task_id", id).member("name", input.name).key("description");
    if (input.description)
      action.details.value(*input.description);
    else
      action.details.null();
    action.details.member(
        "priority", wire::find_word(wire_words(input.priority), static_cast<std::int64_t>(input.priority)));
    write_time(action.details, "due_date", due_at_ms);
    action.details.member("status", "pending");
    write_time(action.details, "created_at", action.now_ms);
    return {};
  });
}

Result<ActionResult> Api::set_reminder(http::Context& context, const ReminderInput& input) {
  return act(context, input.conversation, "Reminder set", [&](const Action& action) -> Result<> {
    TRY_AS(const auto id,
           add_reminder(action.tx,
                        action.author(),
                        {.stats_id = input.email_stats_id,
                         .text = input.message,
                         .remind_at_ms = input.reminder_time.at_ms}));
    TRY(record(action, EventType::ReminderSet, [&](wire::Writer& data) {
      data.member("reminder_id", id);
      write_time(data, "reminder_time", input.reminder_time.at_ms);
    }));
    action.details.member("reminder_id", id);
    write_time(action.details, "reminder_time", input.reminder_time.at_ms);
    action.details.member("message", input.message).key("reminder").begin_object();
    action.details.member("id", std::to_string(id));
    write_time(action.details, "created_at", action.now_ms);
    action.details.end_object();
    return {};
  });
}

Result<http::Answer> Api::resume_lead(http::Context& context, const ResumeInput& input) {
  const Named named{.email_lead_map_id = input.email_lead_map_id,
                    .campaign_id = input.campaign_id,
                    .lead_id = input.lead_id};
  auto result = act(context, named, "Lead resumed", [&](const Action& action) -> Result<> {
    TRY_AS(const auto resumed,
           resume(action.tx,
                  action.place,
                  input.resume_delay_days * kDayMs,
                  {.text = "API", .user_id = action.caller.user_id},
                  action.now_ms));
    action.details.member("status", "success")
        .member("nextSeqId", resumed.next_step_id)
        .member("campaign_id", action.place.campaign_id)
        .member("resume_delay_days", input.resume_delay_days);
    write_time(action.details, "will_resume_at", resumed.at_ms);
    return {};
  });
  // The one 400 here is no broken JSON, and the contract has a word of its own for it.
  if (!result && result.error().code == Code::Malformed)
    return http::Answer(http::protocol_error(400, "BAD_REQUEST", result.error().message, context.request_id));
  TRY(result);
  hooks_.wake_sending();
  return http::to_answer(*result);
}

Result<ActionResult> Api::block_domains(http::Context& context, const BlockDomainsInput& input) {
  std::vector<std::string> domains;
  for (std::size_t i = 0; i < input.domains.size(); ++i) {
    auto domain = domain_of_input(input.domains[i]);
    const std::string field = "domains." + std::to_string(i);
    if (!domain) return fail_field(field, "\"" + field + "\" must be a domain");
    if (std::ranges::find(domains, *domain) == domains.end()) domains.push_back(*std::move(domain));
  }
  const http::Principal& caller = context.principal;
  const TimeMs now_ms = clock_.now_ms();
  return database_.write([&](db::Tx& tx) -> Result<ActionResult> {
    TRY(leads::add_suppressions(tx,
                                {.workspace_id = caller.workspace_id,
                                 .client_id = caller.client_id,
                                 .source = source_of(input.source)},
                                domains,
                                now_ms));
    TRY(leads::block_suppressed(tx,
                                caller.workspace_id,
                                caller.client_id,
                                domains,
                                {.text = "BLOCK_LIST", .user_id = caller.user_id},
                                now_ms));
    ActionResult result{.message = "Domains blocked", .data = {}};
    wire::Writer details(result.data.text);
    details.begin_object().member("success", true).key("blocked_domains").begin_list();
    for (const auto& domain : domains) details.value(domain);
    details.end_list()
        .member("blocked_count", static_cast<std::int64_t>(domains.size()))
        .member("source", leads::name(source_of(input.source)));
    write_time(details, "blocked_at", now_ms);
    details.end_object();
    return result;
  });
}

}  // namespace outrider::crm
