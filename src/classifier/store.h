// What the database holds of the categoriser: the labels people gave, and the model trained on them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/examples.h"
#include "classifier/model.h"
#include "core/clock.h"
#include "db/database.h"

namespace outrider::classifier {

inline constexpr std::int64_t kLabelsMax = 20'000;  // the newest of a workspace

/// Replies whose category a person chose, oldest first: the text of the thread's last reply.
Result<std::vector<Example>> human_labels(db::Tx& tx, std::int64_t workspace_id);

/// Names of the workspace's categories, own ones included.
Result<std::map<CategoryId, std::string>> category_names(db::Tx& tx, std::int64_t workspace_id);

struct StoredModel {
  std::int64_t version = 0;  // grows with each training
  std::int64_t labels = 0;   // it was trained on
  TimeMs trained_at_ms = 0;
  std::string report = {};  // of its cross-validation
  std::string bytes = {};
};
/// Takes the place of the one before. Returns its version.
Result<std::int64_t> store_model(db::Tx& tx, std::int64_t workspace_id, const StoredModel& model);
Result<std::optional<StoredModel>> load_model(db::Tx& tx, std::int64_t workspace_id);

/// The model in use for a workspace: its own, else the shipped one. Thread-safe.
class Models {
 public:
  struct InUse {
    std::shared_ptr<const Model> model;
    std::int64_t version = 0;  // 0: the shipped one
  };
  /// One read by primary key; the model itself is read again only when a training has changed it.
  Result<InUse> of(db::Tx& tx, std::int64_t workspace_id);

 private:
  static constexpr std::size_t kKeptMax = 64;  // half a megabyte each

  std::mutex mutex_;
  std::map<std::int64_t, InUse> kept_;
};

}  // namespace outrider::classifier
