#include "classifier/model.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "classifier/data.h"
#include "core/assert.h"

namespace outrider::classifier {
namespace {

constexpr std::string_view kMagic = "OUTRIDER-REPLIES";
constexpr std::size_t kHeadBytes = 16;
// One category against all others is too modest about each: with this power the confidence of replies written
// by hand comes near to how often it is right.
constexpr double kSharpness = 1.5;

template <class T>
void put(std::string& bytes, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFFU);
}

template <class T>
T take(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  bytes.remove_prefix(sizeof(T));
  return static_cast<T>(value);
}

float take_float(std::string_view& bytes) {
  return std::bit_cast<float>(take<std::uint32_t>(bytes));
}

}  // namespace

Model Model::from_weights(const std::vector<Class>& classes, std::uint64_t fingerprint) {
  OUTRIDER_ASSERT(!classes.empty() && classes.size() <= kClassesMax, "a model has some categories");
  Model model;
  model.fingerprint_ = fingerprint;
  model.weights_.resize(classes.size() * kBuckets);
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto& weights = classes[c].weights;
    OUTRIDER_ASSERT(weights.size() == kBuckets, "there is a weight for each bucket");
    float largest = 1e-6F;
    for (const float weight : weights) largest = std::max(largest, std::abs(weight));
    const float scale = largest / 127.0F;
    model.heads_.push_back({.category_id = classes[c].category_id, .bias = classes[c].bias, .scale = scale});
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
      model.weights_[bucket * classes.size() + c] =
          static_cast<std::int8_t>(std::lround(weights[bucket] / scale));
  }
  return model;
}

std::string Model::bytes() const {
  std::string bytes(kMagic);
  put(bytes, kFeaturesVersion);
  put(bytes, kBuckets);
  put(bytes, fingerprint_);
  put(bytes, static_cast<std::uint32_t>(heads_.size()));
  for (const auto& head : heads_) {
    put(bytes, head.category_id);
    put(bytes, std::bit_cast<std::uint32_t>(head.bias));
    put(bytes, std::bit_cast<std::uint32_t>(head.scale));
  }
  bytes.append(reinterpret_cast<const char*>(weights_.data()), weights_.size());
  return bytes;
}

Result<Model> Model::parse(std::string_view bytes) {
  constexpr std::size_t kFixedBytes = kMagic.size() + 3 * sizeof(std::uint32_t) + sizeof(std::uint64_t);
  if (bytes.size() < kFixedBytes || !bytes.starts_with(kMagic))
    return fail(Code::Invalid, "this is no model of replies");
  bytes.remove_prefix(kMagic.size());
  const auto version = take<std::uint32_t>(bytes);
  const auto buckets = take<std::uint32_t>(bytes);
  if (version != kFeaturesVersion || buckets != kBuckets)
    return fail(Code::Invalid, "the model was made by another version: train it again");
  Model model;
  model.fingerprint_ = take<std::uint64_t>(bytes);
  const std::size_t classes = take<std::uint32_t>(bytes);
  if (classes == 0 || classes > kClassesMax || bytes.size() != classes * (kHeadBytes + kBuckets))
    return fail(Code::Invalid, "the model is damaged");
  for (std::size_t i = 0; i < classes; ++i) {
    Head head{.category_id = take<CategoryId>(bytes), .bias = take_float(bytes), .scale = take_float(bytes)};
    if (!std::isfinite(head.bias) || !std::isfinite(head.scale))
      return fail(Code::Invalid, "the model is damaged");
    model.heads_.push_back(head);
  }
  model.weights_.assign(bytes.begin(), bytes.end());
  return model;
}

Prediction Model::predict(std::string_view utf8) const {
  const auto features = features_of(utf8);
  if (features.empty()) return {};
  const std::size_t classes = heads_.size();
  std::vector<double> scores(classes, 0);
  for (const auto& feature : features) {
    const std::int8_t* row = &weights_[feature.bucket * classes];
    for (std::size_t c = 0; c < classes; ++c) scores[c] += feature.value * static_cast<float>(row[c]);
  }
  double sum = 0;
  std::size_t best = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double score = std::clamp(scores[c] * heads_[c].scale + heads_[c].bias, -60.0, 60.0);
    scores[c] = std::pow(1 / (1 + std::exp(-score)), kSharpness);
    sum += scores[c];
    if (scores[c] > scores[best]) best = c;
  }
  return {.category_id = heads_[best].category_id, .confidence = scores[best] / sum};
}

const Model& shipped() {
  static const Model kModel = [] {
    auto model = Model::parse(shipped_model());
    OUTRIDER_ASSERT(model.has_value(), "the model in the program can be read");
    return *std::move(model);
  }();
  return kModel;
}

}  // namespace outrider::classifier
