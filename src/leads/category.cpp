#include "leads/category.h"

#include <string>

#include "analytics/event.h"
#include "leads/store.h"
#include "leads/subsequence.h"
#include "leads/suppression.h"
#include "wire/json.h"

namespace outrider::leads {
namespace {

using campaigns::LeadEvent;

/// The label that stands, and the mail of ours that the judged answer is about.
struct Standing {
  std::optional<std::int64_t> category_id;
  std::optional<LabelledBy> by;
  std::optional<std::int64_t> message_id;
  std::optional<std::int64_t> step_id;
  std::optional<std::int64_t> variant_id;
  std::optional<std::int64_t> judged_id;  // the answer itself
  bool has_replied = false;
};

constexpr db::Query kStanding{"leads.standing_label", R"sql(
  SELECT thread.category_id, thread.category_by, answered.id, answered.step_id, answered.variant_id,
         judged.id, thread.reply_count
    FROM campaign_lead AS thread
    LEFT JOIN message AS judged
      ON judged.workspace_id = $1
     AND judged.id = COALESCE(CAST($3 AS BIGINT), thread.last_reply_id)
    LEFT JOIN message AS answered
      ON answered.workspace_id = $1
     AND answered.id = judged.answers_id
   WHERE thread.workspace_id = $1
     AND thread.id = $2
)sql"};

constexpr db::Query kCategoryName{"leads.category_name", R"sql(
  SELECT name
    FROM lead_category
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kLabel{"leads.label", R"sql(
  UPDATE campaign_lead
     SET category_id = $3,
         category_by = $4,
         category_confidence = $5,
         category_version = $6,
         updated_at_ms = $7
   WHERE workspace_id = $1
     AND id = $2
)sql"};

Result<Standing> load_standing(db::Tx& tx, const Membership& place, const Cause& cause) {
  TRY_AS(const auto row, tx.row(kStanding, place.workspace_id, place.id, cause.message_id));
  if (!row) return fail(Code::NotFound, "Lead not found in this campaign");
  Standing standing{.category_id = row->opt_int64(0),
                    .by = std::nullopt,
                    .message_id = row->opt_int64(2),
                    .step_id = row->opt_int64(3),
                    .variant_id = row->opt_int64(4),
                    .judged_id = row->opt_int64(5),
                    .has_replied = row->int64(6) > 0};
  if (!row->is_null(1)) standing.by = row->as<LabelledBy>(1);
  return standing;
}

Result<std::string> category_name(db::Tx& tx, std::int64_t workspace_id, std::optional<std::int64_t> id) {
  if (!id) return std::string();
  if (*id >= 1 && *id <= static_cast<std::int64_t>(kCategoryNames.size()))
    return std::string(name(static_cast<Category>(*id)));
  TRY_AS(const auto row, tx.row(kCategoryName, workspace_id, *id));
  if (!row) return fail_field("category_id", "\"category_id\" must be a category of this account");
  return row->string(0);
}

void write_category(wire::Writer& writer, std::string_view key, std::optional<std::int64_t> id) {
  if (id)
    writer.member(key, *id);
  else
    writer.key(key).null();
}

Result<> record_change(db::Tx& tx,
                       const Membership& place,
                       const Standing& before,
                       const Label& label,
                       std::string_view category,
                       TimeMs now_ms) {
  std::string data;
  wire::Writer writer(data);
  writer.begin_object().member("by", name(label.by));
  write_category(writer, "category_id", label.category_id);
  if (label.category_id) writer.member("category_name", category);
  write_category(writer, "old_category_id", before.category_id);
  if (label.confidence) writer.member("confidence", *label.confidence);
  if (label.version) writer.member("version", *label.version);
  writer.end_object();
  return analytics::record(tx,
                           {.workspace_id = place.workspace_id,
                            .type = analytics::EventType::CategoryChanged,
                            .at_ms = now_ms,
                            .campaign_id = place.campaign_id,
                            .campaign_lead_id = place.id,
                            .lead_id = place.lead_id,
                            .client_id = place.client_id,
                            .mailbox_id = place.mailbox_id,
                            .message_id = before.message_id,
                            .step_id = before.step_id,
                            .variant_id = before.variant_id,
                            .data = std::move(data)});
}

Result<> keep_from_mail(
    db::Tx& tx, const Membership& place, const Label& label, const Cause& cause, TimeMs now_ms) {
  TRY_AS(const auto lead, leads::load(tx, {.workspace_id = place.workspace_id}, place.lead_id));
  const auto source =
      label.by == LabelledBy::Person ? SuppressionSource::Manual : SuppressionSource::Unsubscribe;
  TRY(add_suppressions(tx,
                       {.workspace_id = place.workspace_id, .client_id = label.client_id, .source = source},
                       {lead.email},
                       now_ms));
  TRY_AS(const auto places, memberships_of_lead(tx, place.workspace_id, place.lead_id));
  for (const auto& each : places)
    if (!label.client_id || each.client_id == label.client_id)
      TRY(apply(tx, each, LeadEvent::BlockListed, cause, now_ms));
  return {};
}

Result<> follow(db::Tx& tx, const Membership& place, const Label& label, const Cause& cause, TimeMs now_ms) {
  if (!label.category_id || *label.category_id >= kOwnCategoryMin) return {};
  switch (static_cast<Category>(*label.category_id)) {
    case Category::DoNotContact:
      // A model only suggests it: what keeps mail away for good is for a rule or a person to say.
      if (label.by == LabelledBy::Model) {
        TRY(apply(tx, place, LeadEvent::Replied, cause, now_ms));
        return {};
      }
      return keep_from_mail(tx, place, label, cause, now_ms);
    case Category::Interested:
    case Category::MeetingRequest:
    case Category::NotInterested:
    case Category::InformationRequest:
    case Category::WrongPerson:
      TRY(apply(tx, place, LeadEvent::Replied, cause, now_ms));
      return {};
    case Category::OutOfOffice:
    case Category::Uncategorizable:
    case Category::SenderOriginatedBounce:
      break;
  }
  return {};
}

}  // namespace

Result<bool> set_category(db::Tx& tx,
                          std::int64_t workspace_id,
                          std::int64_t campaign_lead_id,
                          const Label& label,
                          const Cause& cause,
                          TimeMs now_ms) {
  TRY_AS(const auto place, load_membership(tx, workspace_id, campaign_lead_id));
  TRY_AS(const auto category, category_name(tx, workspace_id, label.category_id));
  TRY_AS(const auto before, load_standing(tx, place, cause));
  if (before.by == LabelledBy::Person && label.by != LabelledBy::Person) return false;
  TRY(tx.run(kLabel,
             workspace_id,
             campaign_lead_id,
             label.category_id,
             label.by,
             label.confidence,
             label.version,
             now_ms));
  if (before.category_id == label.category_id) return false;
  TRY(record_change(tx, place, before, label, category, now_ms));
  TRY(follow(tx, place, label, cause, now_ms));
  TRY(trigger_subsequences(tx,
                           place,
                           {.trigger = campaigns::Trigger::CategorySet,
                            .category_id = label.category_id,
                            .has_replied = before.has_replied,
                            .message_id = before.judged_id},
                           now_ms));
  return true;
}

}  // namespace outrider::leads
