#include "classifier/store.h"

#include "core/log.h"

namespace outrider::classifier {

constexpr db::Query kLabels{"classifier.human_labels", R"sql(
  SELECT t.category_id, b.new_text
    FROM campaign_lead t
    JOIN message_body b
      ON b.workspace_id = t.workspace_id
     AND b.message_id = t.last_reply_id
   WHERE t.workspace_id = $1
     AND t.reply_count > 0
     AND t.category_by = 2
     AND t.category_id IS NOT NULL
   ORDER BY t.last_reply_at_ms DESC, t.id DESC
   LIMIT $2
)sql"};

Result<std::vector<Example>> human_labels(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto rows, tx.rows(kLabels, workspace_id, kLabelsMax));
  std::vector<Example> examples;
  for (const auto& row : rows)
    if (!row.is_null(1) && !row.text(1).empty())
      examples.push_back({.category_id = row.int64(0), .text = row.string(1)});
  return std::vector<Example>(examples.rbegin(), examples.rend());
}

constexpr db::Query kNames{"classifier.category_names", R"sql(
  SELECT id, name
    FROM lead_category
   WHERE workspace_id = $1
   ORDER BY id
)sql"};

Result<std::map<CategoryId, std::string>> category_names(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto rows, tx.rows(kNames, workspace_id));
  std::map<CategoryId, std::string> names;
  for (const auto& row : rows) names.emplace(row.int64(0), row.string(1));
  return names;
}

constexpr db::Query kStore{"classifier.store_model", R"sql(
  INSERT INTO classifier_model (workspace_id, version, labels, trained_at_ms, report, model)
  VALUES ($1, 1, $2, $3, $4, $5)
      ON CONFLICT (workspace_id)
      DO UPDATE SET version = classifier_model.version + 1,
                    labels = excluded.labels,
                    trained_at_ms = excluded.trained_at_ms,
                    report = excluded.report,
                    model = excluded.model
  RETURNING version
)sql"};

Result<std::int64_t> store_model(db::Tx& tx, std::int64_t workspace_id, const StoredModel& model) {
  TRY_AS(
      const auto row,
      tx.row(kStore, workspace_id, model.labels, model.trained_at_ms, model.report, db::Blob{model.bytes}));
  return row->int64(0);
}

constexpr db::Query kLoad{"classifier.load_model", R"sql(
  SELECT version, labels, trained_at_ms, report, model
    FROM classifier_model
   WHERE workspace_id = $1
)sql"};

Result<std::optional<StoredModel>> load_model(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto row, tx.row(kLoad, workspace_id));
  if (!row) return std::nullopt;
  return StoredModel{.version = row->int64(0),
                     .labels = row->int64(1),
                     .trained_at_ms = row->int64(2),
                     .report = row->string(3),
                     .bytes = std::string(row->blob(4))};
}

constexpr db::Query kVersion{"classifier.model_version", R"sql(
  SELECT version
    FROM classifier_model
   WHERE workspace_id = $1
)sql"};

Result<Models::InUse> Models::of(db::Tx& tx, std::int64_t workspace_id) {
  static const std::shared_ptr<const Model> kShipped(&shipped(), [](const Model*) {});
  TRY_AS(const auto row, tx.row(kVersion, workspace_id));
  if (!row) return InUse{.model = kShipped};
  const std::int64_t version = row->int64(0);
  {
    const std::scoped_lock lock(mutex_);
    if (const auto kept = kept_.find(workspace_id); kept != kept_.end() && kept->second.version == version)
      return kept->second;
  }
  TRY_AS(const auto stored, load_model(tx, workspace_id));
  InUse in_use{.model = kShipped};
  if (auto parsed = Model::parse(stored ? stored->bytes : "")) {
    in_use = {.model = std::make_shared<const Model>(*std::move(parsed)), .version = version};
  } else {
    // Of an older program: the shipped model serves until the next training.
    log::warn("own model not usable", {{"workspace_id", workspace_id}, {"error", parsed.error().message}});
    in_use.version = version;
  }
  const std::scoped_lock lock(mutex_);
  if (kept_.size() >= kKeptMax) kept_.clear();
  kept_[workspace_id] = in_use;
  return in_use;
}

}  // namespace outrider::classifier
