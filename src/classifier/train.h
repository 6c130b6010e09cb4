// Trains models: the shipped one on the synthetic corpus, a workspace's on that and its own labels.
#pragma once

#include <vector>

#include "classifier/examples.h"
#include "classifier/model.h"

namespace outrider::classifier {

inline constexpr int kOwnLabelWeight = 12;  // a person's label counts as so many synthetic replies

Model train_on(const std::vector<Example>& examples);

/// The synthetic corpus and, weighing more, what people of the workspace decided.
Model train_with_own(const std::vector<Example>& synthetic, const std::vector<Example>& own);

/// Each of `own` judged by a model that has not seen it: in `folds` parts, each part by a model of the
/// others.
std::vector<Prediction> cross_validate(const std::vector<Example>& synthetic,
                                       const std::vector<Example>& own,
                                       int folds);

}  // namespace outrider::classifier
