// A linear text model: for each category one weight a bucket, quantised to a byte. Immutable once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/category.h"
#include "classifier/features.h"
#include "core/result.h"

namespace outrider::classifier {

inline constexpr std::size_t kClassesMax = 100;  // own categories included

struct Prediction {
  CategoryId category_id = kUncategorizable;
  double confidence = 0;  // 0 to 1; of all categories together 1
};

class Model {
 public:
  /// One category with its weights, as training gives them.
  struct Class {
    CategoryId category_id = 0;
    float bias = 0;
    std::vector<float> weights;  // kBuckets
  };
  static Model from_weights(const std::vector<Class>& classes, std::uint64_t fingerprint);

  /// Reads what `bytes()` wrote. Errors: Invalid, also for another version of the features.
  static Result<Model> parse(std::string_view bytes);
  std::string bytes() const;

  /// Microseconds for a reply of usual length. A text without words is Uncategorizable with confidence 0.
  Prediction predict(std::string_view utf8) const;

  /// Of the examples it was trained on (train.h).
  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  struct Head {
    CategoryId category_id = 0;
    float bias = 0;
    float scale = 0;
  };
  std::uint64_t fingerprint_ = 0;
  std::vector<Head> heads_;
  std::vector<std::int8_t> weights_;  // of bucket 0 for each class, then of bucket 1
};

/// The one the program carries.
const Model& shipped();

}  // namespace outrider::classifier
