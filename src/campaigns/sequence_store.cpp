#include "campaigns/sequence_store.h"

#include <algorithm>
#include <map>

namespace outrider::campaigns {
namespace {

std::optional<std::string> optional_text(const db::Row& row, std::size_t column) {
  const auto text = row.opt_text(column);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

constexpr db::Query kSteps{"campaigns.steps", R"sql(
  SELECT id, seq_number, delay_days, subject, body, version, distribution, winning_metric, test_percentage,
         created_at_ms, updated_at_ms
    FROM sequence_step
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND is_deleted = 0
   ORDER BY seq_number, id
)sql"};

SequenceStep step_of(const db::Row& row) {
  const auto metric = row.opt_int64(7);
  return {.id = row.int64(0),
          .seq_number = row.int64(1),
          .delay_days = static_cast<int>(row.int64(2)),
          .subject = optional_text(row, 3),
          .body = optional_text(row, 4),
          .version = row.int64(5),
          .distribution = static_cast<Distribution>(row.int64(6)),
          .winning_metric = metric ? std::optional(static_cast<WinningMetric>(*metric)) : std::nullopt,
          .test_percentage = row.opt_int64(8),
          .variants = {},
          .created_at_ms = row.int64(9),
          .updated_at_ms = row.int64(10)};
}

constexpr db::Query kVariants{"campaigns.variants", R"sql(
  SELECT step_variant.step_id, step_variant.id, step_variant.label, step_variant.subject, step_variant.body,
         step_variant.percentage, step_variant.version, step_variant.claimed, step_variant.created_at_ms,
         step_variant.updated_at_ms
    FROM step_variant
    JOIN sequence_step
      ON sequence_step.workspace_id = step_variant.workspace_id AND sequence_step.id = step_variant.step_id
   WHERE sequence_step.workspace_id = $1
     AND sequence_step.campaign_id = $2
     AND sequence_step.is_deleted = 0
     AND step_variant.is_deleted = 0
   ORDER BY step_variant.step_id, step_variant.id
)sql"};

Variant variant_of(const db::Row& row) {
  return {.id = row.int64(1),
          .label = std::string(row.text(2)),
          .subject = std::string(row.text(3)),
          .body = std::string(row.text(4)),
          .percentage = row.is_null(5) ? std::nullopt : std::optional(row.number(5)),
          .version = row.int64(6),
          .claimed = row.int64(7),
          .created_at_ms = row.int64(8),
          .updated_at_ms = row.int64(9)};
}

constexpr db::Query kInsertStep{"campaigns.insert_step", R"sql(
  INSERT INTO sequence_step (workspace_id, campaign_id, seq_number, delay_days, subject, body, distribution,
                             winning_metric, test_percentage, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
  RETURNING id
)sql"};

constexpr db::Query kUpdateStep{"campaigns.update_step", R"sql(
  UPDATE sequence_step
     SET seq_number = $3,
         delay_days = $4,
         subject = $5,
         body = $6,
         distribution = $7,
         winning_metric = $8,
         test_percentage = $9,
         version = $10,
         updated_at_ms = $11
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kInsertVariant{"campaigns.insert_variant", R"sql(
  INSERT INTO step_variant (workspace_id, step_id, label, subject, body, percentage, created_at_ms,
                            updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
  RETURNING id
)sql"};

constexpr db::Query kUpdateVariant{"campaigns.update_variant", R"sql(
  UPDATE step_variant
     SET label = $3,
         subject = $4,
         body = $5,
         percentage = $6,
         version = $7,
         updated_at_ms = $8
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kKeepVersion{"campaigns.keep_version", R"sql(
  INSERT INTO step_version (workspace_id, step_id, variant_id, version, subject, body, created_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql"};

constexpr db::Query kHideStep{"campaigns.hide_step", R"sql(
  UPDATE sequence_step
     SET is_deleted = 1,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

constexpr db::Query kHideVariant{"campaigns.hide_variant", R"sql(
  UPDATE step_variant
     SET is_deleted = 1,
         updated_at_ms = $3
   WHERE workspace_id = $1
     AND id = $2
)sql"};

/// Moves an existing element with the wanted id out of `existing`.
template <class T>
Result<T> take(std::vector<T>& existing, std::int64_t id, const char* what) {
  const auto found = std::ranges::find(existing, id, &T::id);
  if (found == existing.end())
    return fail(Code::NotFound, std::string(what) + " " + std::to_string(id) + " not found in this campaign");
  T taken = std::move(*found);
  existing.erase(found);
  return taken;
}

Result<> store_variant(db::Tx& tx,
                       std::int64_t workspace_id,
                       std::int64_t step_id,
                       Variant& variant,
                       const Variant* old,
                       TimeMs now_ms) {
  const bool is_changed = !old || old->subject != variant.subject || old->body != variant.body;
  if (old) {
    variant.version = old->version + (is_changed ? 1 : 0);
    TRY(tx.run(kUpdateVariant,
               workspace_id,
               variant.id,
               variant.label,
               variant.subject,
               variant.body,
               variant.percentage,
               variant.version,
               now_ms));
  } else {
    TRY_AS(const auto row,
           tx.row(kInsertVariant,
                  workspace_id,
                  step_id,
                  variant.label,
                  variant.subject,
                  variant.body,
                  variant.percentage,
                  now_ms));
    variant.id = row->int64(0);
  }
  if (!is_changed) return {};
  TRY(tx.run(kKeepVersion,
             workspace_id,
             step_id,
             variant.id,
             variant.version,
             variant.subject,
             variant.body,
             now_ms));
  return {};
}

Result<> store_variants(
    db::Tx& tx, std::int64_t workspace_id, SequenceStep& step, std::vector<Variant> existing, TimeMs now_ms) {
  for (Variant& variant : step.variants) {
    std::optional<Variant> old;
    if (variant.id != 0) {
      TRY_AS(old, take(existing, variant.id, "Variant"));
    }
    TRY(store_variant(tx, workspace_id, step.id, variant, old ? &*old : nullptr, now_ms));
  }
  for (const Variant& variant : existing) TRY(tx.run(kHideVariant, workspace_id, variant.id, now_ms));
  return {};
}

Result<> insert_step(db::Tx& tx, const Campaign& campaign, SequenceStep& step, TimeMs now_ms) {
  TRY_AS(const auto row,
         tx.row(kInsertStep,
                campaign.workspace_id,
                campaign.id,
                step.seq_number,
                step.delay_days,
                step.subject,
                step.body,
                static_cast<std::int64_t>(step.distribution),
                step.winning_metric ? std::optional(static_cast<std::int64_t>(*step.winning_metric))
                                    : std::nullopt,
                step.test_percentage,
                now_ms));
  step.id = row->int64(0);
  step.version = 1;
  return {};
}

Result<> update_step(
    db::Tx& tx, const Campaign& campaign, SequenceStep& step, const SequenceStep& old, TimeMs now_ms) {
  const bool is_changed = old.subject != step.subject || old.body != step.body;
  step.version = old.version + (is_changed ? 1 : 0);
  TRY(tx.run(
      kUpdateStep,
      campaign.workspace_id,
      step.id,
      step.seq_number,
      step.delay_days,
      step.subject,
      step.body,
      static_cast<std::int64_t>(step.distribution),
      step.winning_metric ? std::optional(static_cast<std::int64_t>(*step.winning_metric)) : std::nullopt,
      step.test_percentage,
      step.version,
      now_ms));
  return {};
}

Result<> store_step(
    db::Tx& tx, const Campaign& campaign, SequenceStep& step, SequenceStep* old, TimeMs now_ms) {
  if (old) {
    TRY(update_step(tx, campaign, step, *old, now_ms));
  } else {
    TRY(insert_step(tx, campaign, step, now_ms));
  }
  if (!old || step.version != old->version)
    TRY(tx.run(
        kKeepVersion, campaign.workspace_id, step.id, 0, step.version, step.subject, step.body, now_ms));
  return store_variants(
      tx, campaign.workspace_id, step, old ? std::move(old->variants) : std::vector<Variant>(), now_ms);
}

}  // namespace

Result<std::vector<SequenceStep>> list_steps(db::Tx& tx,
                                             std::int64_t workspace_id,
                                             std::int64_t campaign_id) {
  TRY_AS(const auto step_rows, tx.rows(kSteps, workspace_id, campaign_id));
  TRY_AS(const auto variant_rows, tx.rows(kVariants, workspace_id, campaign_id));
  std::map<std::int64_t, std::vector<Variant>> variants;
  for (const auto& row : variant_rows) variants[row.int64(0)].push_back(variant_of(row));
  std::vector<SequenceStep> steps;
  for (const auto& row : step_rows) {
    steps.push_back(step_of(row));
    if (auto found = variants.find(steps.back().id); found != variants.end())
      steps.back().variants = std::move(found->second);
  }
  return steps;
}

Result<std::vector<SequenceStep>> replace_steps(db::Tx& tx,
                                                const Campaign& campaign,
                                                std::vector<SequenceStep> steps,
                                                TimeMs now_ms) {
  TRY_AS(auto existing, list_steps(tx, campaign.workspace_id, campaign.id));
  for (SequenceStep& step : steps) {
    std::optional<SequenceStep> old;
    if (step.id != 0) {
      TRY_AS(old, take(existing, step.id, "Step"));
    }
    TRY(store_step(tx, campaign, step, old ? &*old : nullptr, now_ms));
  }
  for (const SequenceStep& step : existing) TRY(tx.run(kHideStep, campaign.workspace_id, step.id, now_ms));
  return steps;
}

}  // namespace outrider::campaigns
