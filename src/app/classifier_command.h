// `outrider classifier`: trains the categoriser of replies and tells how good it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.h"
#include "core/result.h"

namespace outrider::app {

struct ClassifierRequest {
  std::optional<std::int64_t> workspace_id;
  std::string shipped_file;  // train: write the model that the program carries, from its phrases alone
};

/// Trains on the phrases and on the labels that people of the workspace gave, stores the model and prints its
/// cross-validation. A running server uses it from its next reply on. Errors: Invalid when there are no
/// labels.
Result<> train_classifier(const Config& config, const ClassifierRequest& request);

/// The shipped model on replies it was never trained on; with a workspace also its own model's
/// cross-validation.
Result<> report_classifier(const Config& config, const ClassifierRequest& request);

}  // namespace outrider::app
