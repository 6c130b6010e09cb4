// LIBLINEAR behind one function: logistic regression, one category against all others. The only file that
// sees it.
#pragma once

#include <vector>

#include "classifier/model.h"

namespace outrider::classifier {

struct TrainingRow {
  CategoryId category_id = 0;
  std::vector<Feature> features;
};

/// Seconds for tens of thousands of rows; deterministic. Needs rows of two categories at least.
std::vector<Model::Class> fit(const std::vector<TrainingRow>& rows);

}  // namespace outrider::classifier
