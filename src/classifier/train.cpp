#include "classifier/train.h"

#include "classifier/linear.h"

namespace outrider::classifier {
namespace {

TrainingRow row_of(const Example& example) {
  return {.category_id = example.category_id, .features = features_of(example.text)};
}

std::vector<TrainingRow> rows_of(const std::vector<Example>& examples) {
  std::vector<TrainingRow> rows;
  rows.reserve(examples.size());
  for (const auto& example : examples) rows.push_back(row_of(example));
  return rows;
}

void add_own(std::vector<TrainingRow>& rows, const Example& example) {
  const auto row = row_of(example);
  for (int i = 0; i < kOwnLabelWeight; ++i) rows.push_back(row);
}

}  // namespace

Model train_on(const std::vector<Example>& examples) {
  return Model::from_weights(fit(rows_of(examples)), fingerprint_of(examples));
}

Model train_with_own(const std::vector<Example>& synthetic, const std::vector<Example>& own) {
  auto rows = rows_of(synthetic);
  for (const auto& example : own) add_own(rows, example);
  return Model::from_weights(fit(rows), fingerprint_of(own));
}

std::vector<Prediction> cross_validate(const std::vector<Example>& synthetic,
                                       const std::vector<Example>& own,
                                       int folds) {
  const auto parts = static_cast<std::size_t>(folds);
  const auto common = rows_of(synthetic);
  std::vector<Prediction> predictions(own.size());
  for (std::size_t part = 0; part < parts && part < own.size(); ++part) {
    auto rows = common;
    for (std::size_t i = 0; i < own.size(); ++i)
      if (i % parts != part) add_own(rows, own[i]);
    const Model model = Model::from_weights(fit(rows), 0);
    for (std::size_t i = part; i < own.size(); i += parts) predictions[i] = model.predict(own[i].text);
  }
  return predictions;
}

}  // namespace outrider::classifier
