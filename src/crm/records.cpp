#include "crm/records.h"

namespace outrider::crm {
namespace {

constexpr db::Query kAddNote{"crm.add_note", R"sql(
  INSERT INTO lead_note (workspace_id, lead_id, campaign_lead_id, user_id, text, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6)
  RETURNING id
)sql"};

constexpr db::Query kAddTask{"crm.add_task", R"sql(
  INSERT INTO lead_task (workspace_id, lead_id, campaign_lead_id, user_id, name, description, priority,
                         due_at_ms, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  RETURNING id
)sql"};

constexpr db::Query kAddReminder{"crm.add_reminder", R"sql(
  INSERT INTO reminder (workspace_id, campaign_lead_id, message_id, user_id, text, remind_at_ms,
                        created_at_ms)
  SELECT message.workspace_id, message.campaign_lead_id, message.id, $4, $5, $6, $7
    FROM message
   WHERE message.workspace_id = $1
     AND message.stats_id = $3
     AND message.campaign_lead_id = $2
  RETURNING id
)sql"};

constexpr db::Query kListNotes{"crm.list_notes", R"sql(
  SELECT lead_note.id, lead_note.campaign_lead_id, lead_note.text, app_user.name, lead_note.created_at_ms
    FROM lead_note
    LEFT JOIN app_user
      ON app_user.workspace_id = lead_note.workspace_id
     AND app_user.id = lead_note.user_id
   WHERE lead_note.workspace_id = $1
     AND lead_note.lead_id = $2
   ORDER BY lead_note.id DESC
   LIMIT $3
)sql"};

constexpr db::Query kListTasks{"crm.list_tasks", R"sql(
  SELECT id, campaign_lead_id, name, description, priority, due_at_ms, status, created_at_ms
    FROM lead_task
   WHERE workspace_id = $1
     AND lead_id = $2
   ORDER BY CASE WHEN due_at_ms IS NULL THEN 1 ELSE 0 END, due_at_ms, id
   LIMIT $3
)sql"};

constexpr db::Query kListTags{"crm.list_tags", R"sql(
  SELECT id, name, color
    FROM tag
   WHERE workspace_id = $1
   ORDER BY id
   LIMIT $2
)sql"};

constexpr db::Query kListLeadTags{"crm.list_lead_tags", R"sql(
  SELECT tag.id, tag.name, tag.color, lead_tag.id
    FROM lead_tag
    JOIN tag
      ON tag.workspace_id = lead_tag.workspace_id
     AND tag.id = lead_tag.tag_id
   WHERE lead_tag.workspace_id = $1
     AND lead_tag.lead_id = $2
   ORDER BY lead_tag.id
   LIMIT $3
)sql"};

constexpr db::Query kHasTag{"crm.has_tag", R"sql(
  SELECT id
    FROM tag
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kAddTag{"crm.add_lead_tag", R"sql(
  INSERT INTO lead_tag (workspace_id, lead_id, tag_id, created_at_ms)
  VALUES ($1, $2, $3, $4)
      ON CONFLICT DO NOTHING
)sql"};

constexpr db::Query kFindTagMapping{"crm.find_lead_tag", R"sql(
  SELECT lead_id, tag_id
    FROM lead_tag
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kRemoveTagMapping{"crm.remove_lead_tag", R"sql(
  DELETE FROM lead_tag
   WHERE workspace_id = $1
     AND id = $2
)sql"};

std::optional<wire::Instant> instant(std::optional<TimeMs> at_ms) {
  return at_ms ? std::optional(wire::Instant{*at_ms}) : std::nullopt;
}

}  // namespace

Result<std::int64_t> add_note(db::Tx& tx, const Author& author, std::string_view text) {
  const auto& place = author.place;
  TRY_AS(const auto row,
         tx.row(kAddNote, place.workspace_id, place.lead_id, place.id, author.user_id, text, author.now_ms));
  return row->int64(0);
}

Result<std::int64_t> add_task(db::Tx& tx, const Author& author, const NewTask& task) {
  const auto& place = author.place;
  TRY_AS(const auto row,
         tx.row(kAddTask,
                place.workspace_id,
                place.lead_id,
                place.id,
                author.user_id,
                task.name,
                task.description,
                task.priority,
                task.due_at_ms,
                author.now_ms));
  return row->int64(0);
}

Result<std::int64_t> add_reminder(db::Tx& tx, const Author& author, const NewReminder& reminder) {
  const auto& place = author.place;
  TRY_AS(const auto row,
         tx.row(kAddReminder,
                place.workspace_id,
                place.id,
                reminder.stats_id,
                author.user_id,
                reminder.text,
                reminder.remind_at_ms,
                author.now_ms));
  if (!row) return fail(Code::NotFound, "Message not found in this conversation");
  return row->int64(0);
}

Result<std::vector<Note>> list_notes(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id) {
  TRY_AS(const auto rows, tx.rows(kListNotes, workspace_id, lead_id, kRecordsMax));
  std::vector<Note> notes;
  notes.reserve(rows.size());
  for (const auto& row : rows)
    notes.push_back({.id = row.int64(0),
                     .lead_id = lead_id,
                     .email_lead_map_id = std::to_string(row.int64(1)),
                     .note_message = row.string(2),
                     .created_by = row.opt_string(3),
                     .created_at = {row.int64(4)}});
  return notes;
}

Result<std::vector<Task>> list_tasks(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id) {
  TRY_AS(const auto rows, tx.rows(kListTasks, workspace_id, lead_id, kRecordsMax));
  std::vector<Task> tasks;
  tasks.reserve(rows.size());
  for (const auto& row : rows)
    tasks.push_back({.id = row.int64(0),
                     .lead_id = lead_id,
                     .email_lead_map_id = std::to_string(row.int64(1)),
                     .name = row.string(2),
                     .description = row.opt_string(3),
                     .priority = row.as<TaskPriority>(4),
                     .due_date = instant(row.opt_int64(5)),
                     .status = row.as<TaskStatus>(6),
                     .created_at = {row.int64(7)}});
  return tasks;
}

Result<std::vector<Tag>> list_tags(db::Tx& tx,
                                   std::int64_t workspace_id,
                                   std::optional<std::int64_t> lead_id) {
  TRY_AS(const auto rows,
         lead_id ? tx.rows(kListLeadTags, workspace_id, *lead_id, kRecordsMax)
                 : tx.rows(kListTags, workspace_id, kRecordsMax));
  std::vector<Tag> tags;
  tags.reserve(rows.size());
  for (const auto& row : rows)
    tags.push_back({.id = row.int64(0),
                    .tag_mapping_id = lead_id ? std::optional(row.int64(3)) : std::nullopt,
                    .name = row.string(1),
                    .color = row.string(2)});
  return tags;
}

Result<std::int64_t> add_tags(db::Tx& tx,
                              std::int64_t workspace_id,
                              std::int64_t lead_id,
                              const std::vector<std::int64_t>& tag_ids,
                              TimeMs now_ms) {
  std::int64_t added = 0;
  for (const auto tag_id : tag_ids) {
    TRY_AS(const auto tag, tx.row(kHasTag, workspace_id, tag_id));
    if (!tag) return fail(Code::NotFound, "Tag not found");
    TRY_AS(const auto rows, tx.run(kAddTag, workspace_id, lead_id, tag_id, now_ms));
    added += rows;
  }
  return added;
}

Result<std::optional<TagMapping>> find_tag_mapping(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kFindTagMapping, workspace_id, id));
  if (!row) return std::nullopt;
  return TagMapping{.lead_id = row->int64(0), .tag_id = row->int64(1)};
}

Result<> remove_tag_mapping(db::Tx& tx, std::int64_t workspace_id, std::int64_t id) {
  TRY(tx.run(kRemoveTagMapping, workspace_id, id));
  return {};
}

}  // namespace outrider::crm
