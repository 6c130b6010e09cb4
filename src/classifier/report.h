// How good a categoriser is: accuracy, confusion matrix and how far its confidence can be trusted.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "classifier/examples.h"
#include "classifier/model.h"

namespace outrider::classifier {

struct Judged {
  CategoryId expected = 0;
  CategoryId given = 0;
  double confidence = 0;
};

class Report {
 public:
  void add(const Judged& judged) { judged_.push_back(judged); }
  std::size_t size() const { return judged_.size(); }
  /// Share that was right; Uncategorizable for a reply of a category counts as wrong. 0 when empty.
  double accuracy() const;
  /// Of those that got a category other than Uncategorizable: the share that was right.
  double precision() const;
  /// Lines for a terminal: figures, confusion matrix, accuracy by confidence.
  std::string text(const std::map<CategoryId, std::string>& names) const;

 private:
  std::string matrix(const std::map<CategoryId, std::string>& names) const;
  std::string calibration() const;

  std::vector<Judged> judged_;
};

/// Phrases and model together on `examples`.
Report judge(const Model& model, const std::vector<Example>& examples);

/// The names of RULINGS 22.
std::map<CategoryId, std::string> standard_names();

}  // namespace outrider::classifier
