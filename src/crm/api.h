// What people do with conversations and leads: read state, category, assignment, star, snooze, archive,
// revenue, notes, tasks, reminders, tags. Answering and forwarding is in inbox/.
#pragma once

#include <functional>
#include <vector>

#include "core/clock.h"
#include "crm/actions.h"
#include "db/database.h"
#include "http/route.h"

namespace outrider::crm {

/// What the area needs from parts above it; app/ fills it in.
struct Hooks {
  /// A lead goes on: the planner should look now.
  std::function<void()> wake_sending;
};

struct LeadPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t id = 0;
  static wire::Fields wire();
};

struct TagMappingPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t id = 0;
  static wire::Fields wire();
};

struct LeadTagsQuery {
  static constexpr auto kSource = http::Source::Query;
  std::optional<std::int64_t> lead_id;
  static wire::Fields wire();
};

struct NoteList {
  bool ok = true;
  std::vector<Note> data;
  static wire::Fields wire();
};
struct TaskList {
  bool ok = true;
  std::vector<Task> data;
  static wire::Fields wire();
};
struct TagList {
  bool ok = true;
  std::vector<Tag> data;
  static wire::Fields wire();
};

class Api {
 public:
  Api(db::Database& database, Clock& clock, Hooks hooks)
      : database_(database), clock_(clock), hooks_(std::move(hooks)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  std::vector<http::Route> state_routes();
  std::vector<http::Route> writing_routes();
  std::vector<http::Route> crm_routes();

  Result<ActionResult> change_read_status(http::Context& context, const ReadStatusInput& input);
  Result<ActionResult> mark_unread(http::Context& context, const ConversationInput& input);
  Result<ActionResult> update_category(http::Context& context, const CategoryInput& input);
  Result<ActionResult> update_revenue(http::Context& context, const RevenueInput& input);
  Result<ActionResult> update_team_member(http::Context& context, const TeamMemberInput& input);
  Result<ActionResult> update_archived(http::Context& context, const ArchivedInput& input);
  Result<ActionResult> update_important(http::Context& context, const ImportantInput& input);
  Result<ActionResult> update_snooze(http::Context& context, const SnoozeInput& input);
  Result<ActionResult> create_note(http::Context& context, const NoteInput& input);
  Result<ActionResult> create_task(http::Context& context, const TaskInput& input);
  Result<ActionResult> set_reminder(http::Context& context, const ReminderInput& input);
  Result<http::Answer> resume_lead(http::Context& context, const ResumeInput& input);
  Result<ActionResult> block_domains(http::Context& context, const BlockDomainsInput& input);

  Result<NoteList> notes_of_lead(http::Context& context, const LeadPath& path);
  Result<TaskList> tasks_of_lead(http::Context& context, const LeadPath& path);
  Result<TagList> tags_of_lead(http::Context& context, const LeadTagsQuery& query);
  Result<ActionResult> tag_lead(http::Context& context, const LeadTagsInput& input);
  Result<ActionResult> untag_lead(http::Context& context, const TagMappingPath& path);

  /// Runs `change(Action)` on the conversation in one transaction; what it writes into the details stands
  /// beside the conversation's id.
  template <class Change>
  Result<ActionResult> act(http::Context& context,
                           const Named& named,
                           std::string_view message,
                           Change change);

  db::Database& database_;
  Clock& clock_;
  Hooks hooks_;
};

}  // namespace outrider::crm
