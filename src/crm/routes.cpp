#include <iterator>

#include "crm/api.h"

namespace outrider::crm {
namespace {

using http::on;
using http::route;
using http::Verb;

constexpr const char* kActions = "Master Inbox Actions";
constexpr const char* kCrm = "Lead CRM";

}  // namespace

std::vector<http::Route> Api::state_routes() {
  return {
      route(Verb::Patch,
            "/master-inbox/change-read-status",
            "Mark read or unread.",
            on(*this, &Api::change_read_status))
          .operation_id("changeReadStatus")
          .alias(Verb::Patch, "/master-inbox/read-status"),
      route(Verb::Patch, "/master-inbox/mark-unread", "Mark unread (old).", on(*this, &Api::mark_unread))
          .operation_id("markUnread"),
      route(
          Verb::Patch, "/master-inbox/update-category", "Set the category.", on(*this, &Api::update_category))
          .operation_id("updateInboxLeadCategory"),
      route(
          Verb::Patch, "/master-inbox/update-revenue", "Set the deal value.", on(*this, &Api::update_revenue))
          .operation_id("updateLeadRevenue"),
      route(Verb::Post,
            "/master-inbox/update-team-member",
            "Assign a team member.",
            on(*this, &Api::update_team_member))
          .operation_id("updateLeadTeamMember"),
      route(Verb::Patch,
            "/master-inbox/update-archived",
            "Archive or restore.",
            on(*this, &Api::update_archived))
          .operation_id("updateArchived"),
      route(
          Verb::Patch, "/master-inbox/update-important", "Star or unstar.", on(*this, &Api::update_important))
          .operation_id("updateImportant"),
      route(Verb::Patch, "/master-inbox/update-snooze", "Snooze or wake.", on(*this, &Api::update_snooze))
          .operation_id("updateSnooze"),
      route(Verb::Patch, "/master-inbox/resume-lead", "Resume a lead.", on(*this, &Api::resume_lead))
          .operation_id("resumeInboxLead"),
  };
}

std::vector<http::Route> Api::writing_routes() {
  return {
      route(Verb::Post, "/master-inbox/create-note", "Add a note.", on(*this, &Api::create_note))
          .operation_id("createLeadNote")
          .alias(Verb::Post, "/master-inbox/create-lead-note"),
      route(Verb::Post, "/master-inbox/create-task", "Add a task.", on(*this, &Api::create_task))
          .operation_id("createLeadTask")
          .alias(Verb::Post, "/master-inbox/create-lead-task"),
      route(Verb::Post, "/master-inbox/set-reminder", "Set a reminder.", on(*this, &Api::set_reminder))
          .operation_id("setReminder"),
  };
}

std::vector<http::Route> Api::crm_routes() {
  return {
      route(Verb::Get, "/crm/leads/notes/{id}", "Notes of a lead.", on(*this, &Api::notes_of_lead))
          .operation_id("listLeadNotes"),
      route(Verb::Get, "/crm/leads/tasks/{id}", "Tasks of a lead.", on(*this, &Api::tasks_of_lead))
          .operation_id("listLeadTasks"),
      route(Verb::Get, "/crm/leads/tags", "Tags of a lead, or all.", on(*this, &Api::tags_of_lead))
          .operation_id("listLeadTags"),
      route(Verb::Post, "/crm/leads/tags", "Add tags to a lead.", on(*this, &Api::tag_lead))
          .operation_id("addTagsToLead"),
      route(Verb::Delete,
            "/crm/leads/tags/{tagMappingId}",
            "Remove a tag from a lead.",
            on(*this, &Api::untag_lead))
          .operation_id("removeTagFromLead"),
  };
}

std::vector<http::Route> Api::routes() {
  std::vector<http::Route> all;
  const auto join = [&all](std::vector<http::Route> part, const char* tag) {
    for (auto& one : part) all.push_back(std::move(one.tag(tag).with_id_in_body()));
  };
  join(state_routes(), kActions);
  join(writing_routes(), kActions);
  join(crm_routes(), kCrm);
  all.push_back(
      route(Verb::Post, "/master-inbox/block-domains", "Block domains.", on(*this, &Api::block_domains))
          .operation_id("blockDomains")
          .tag(kActions));
  return all;
}

}  // namespace outrider::crm
