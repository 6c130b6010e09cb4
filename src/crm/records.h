// What people write down about leads: notes, tasks, reminders and tags in the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/thread.h"
#include "leads/membership.h"
#include "wire/wire.h"

namespace outrider::crm {

inline constexpr std::size_t kTextCharactersMax = 20'000;  // of a note, a description, a reminder
inline constexpr std::size_t kNameCharactersMax = 500;
inline constexpr std::size_t kTagsMax = 100;         // of one request
inline constexpr std::int64_t kRecordsMax = 10'000;  // of a lead, as far as a list shows them

/// Who writes, where and when.
struct Author {
  std::int64_t user_id = 0;
  const leads::Membership& place;
  TimeMs now_ms = 0;
};

/// Each returns the new id.
Result<std::int64_t> add_note(db::Tx& tx, const Author& author, std::string_view text);

enum class TaskPriority : std::uint8_t { Low, Medium, High };
constexpr wire::Words wire_words(TaskPriority) {
  static constexpr wire::Word kWords[] = {
      {"LOW", TaskPriority::Low}, {"MEDIUM", TaskPriority::Medium}, {"HIGH", TaskPriority::High}};
  return kWords;
}
enum class TaskStatus : std::uint8_t { Pending, Completed, Cancelled };
constexpr wire::Words wire_words(TaskStatus) {
  static constexpr wire::Word kWords[] = {{"pending", TaskStatus::Pending},
                                          {"completed", TaskStatus::Completed},
                                          {"cancelled", TaskStatus::Cancelled}};
  return kWords;
}

struct NewTask {
  std::string_view name;
  std::optional<std::string> description;
  TaskPriority priority = TaskPriority::Medium;
  std::optional<TimeMs> due_at_ms;
};
Result<std::int64_t> add_task(db::Tx& tx, const Author& author, const NewTask& task);

struct NewReminder {
  std::string_view stats_id;  // of a message of the conversation
  std::string_view text;
  TimeMs remind_at_ms = 0;
};
/// Errors: NotFound for a message that is not of this conversation.
Result<std::int64_t> add_reminder(db::Tx& tx, const Author& author, const NewReminder& reminder);

struct Note {
  std::int64_t id = 0;
  std::int64_t lead_id = 0;
  std::string email_lead_map_id;
  std::string note_message;
  std::optional<std::string> created_by;
  wire::Instant created_at;
  static wire::Fields wire();
};
/// Newest first.
Result<std::vector<Note>> list_notes(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id);

struct Task {
  std::int64_t id = 0;
  std::int64_t lead_id = 0;
  std::string email_lead_map_id;
  std::string name;
  std::optional<std::string> description;
  TaskPriority priority = TaskPriority::Medium;
  std::optional<wire::Instant> due_date;
  TaskStatus status = TaskStatus::Pending;
  wire::Instant created_at;
  static wire::Fields wire();
};
/// By due date, those without one last.
Result<std::vector<Task>> list_tasks(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id);

struct Tag {
  std::int64_t id = 0;
  std::optional<std::int64_t> tag_mapping_id;
  std::string name;
  std::string color;
  static wire::Fields wire();
};
/// Of one lead, in the order in which they were added; without a lead all there are.
Result<std::vector<Tag>> list_tags(db::Tx& tx,
                                   std::int64_t workspace_id,
                                   std::optional<std::int64_t> lead_id);

/// Those that the lead has already are passed over; returns how many are new. Errors: NotFound for an
/// unknown tag.
Result<std::int64_t> add_tags(db::Tx& tx,
                              std::int64_t workspace_id,
                              std::int64_t lead_id,
                              const std::vector<std::int64_t>& tag_ids,
                              TimeMs now_ms);

struct TagMapping {
  std::int64_t lead_id = 0;
  std::int64_t tag_id = 0;
};
Result<std::optional<TagMapping>> find_tag_mapping(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);
Result<> remove_tag_mapping(db::Tx& tx, std::int64_t workspace_id, std::int64_t id);

}  // namespace outrider::crm
