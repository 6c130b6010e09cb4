#include "classifier/linear.h"

#include <linear.h>

#include <memory>

#include "core/assert.h"

namespace outrider::classifier {
namespace {

constexpr double kBias = 1;
constexpr double kCost = 4;  // chosen on corpora of other seeds; 1 to 10 differ by less than a percent
constexpr double kPrecision = 0.01;

struct FreeModel {
  void operator()(model* trained) const { free_and_destroy_model(&trained); }
};

}  // namespace

std::vector<Model::Class> fit(const std::vector<TrainingRow>& rows) {
  constexpr int kBiasIndex = static_cast<int>(kBuckets) + 1;
  std::vector<double> labels;
  std::vector<feature_node> nodes;
  std::vector<std::size_t> starts;
  for (const auto& row : rows) {
    labels.push_back(static_cast<double>(row.category_id));
    starts.push_back(nodes.size());
    for (const auto& feature : row.features)
      nodes.push_back({static_cast<int>(feature.bucket) + 1, static_cast<double>(feature.value)});
    nodes.push_back({kBiasIndex, kBias});
    nodes.push_back({-1, 0});
  }
  std::vector<feature_node*> texts;
  texts.reserve(starts.size());
  for (const auto start : starts) texts.push_back(&nodes[start]);

  const problem task{.l = static_cast<int>(rows.size()),
                     .n = kBiasIndex,
                     .y = labels.data(),
                     .x = texts.data(),
                     .bias = kBias};
  parameter how{};
  how.solver_type = L2R_LR;
  how.C = kCost;
  how.eps = kPrecision;
  set_print_string_function([](const char*) {});
  const std::unique_ptr<model, FreeModel> trained(train(&task, &how));
  OUTRIDER_ASSERT(trained && trained->nr_class > 1, "there are rows of two categories at least");

  const auto classes = static_cast<std::size_t>(trained->nr_class);
  // With two categories LIBLINEAR keeps the weights of the first alone.
  const std::size_t columns = classes == 2 ? 1 : classes;
  std::vector<Model::Class> result(classes);
  for (std::size_t c = 0; c < classes; ++c) {
    const float sign = c < columns ? 1.0F : -1.0F;
    const std::size_t column = c < columns ? c : 0;
    const auto weight = [&](std::size_t index) {
      return sign * static_cast<float>(trained->w[index * columns + column]);
    };
    result[c].category_id = trained->label[c];
    result[c].weights.reserve(kBuckets);
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) result[c].weights.push_back(weight(bucket));
    result[c].bias = weight(kBuckets) * static_cast<float>(kBias);
  }
  return result;
}

}  // namespace outrider::classifier
