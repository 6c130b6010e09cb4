#include "classifier/categorise.h"

#include <algorithm>

#include "classifier/patterns.h"

namespace outrider::classifier {
namespace {

constexpr double kAgreed = 0.97;        // phrase and model say the same
constexpr double kPhraseAlone = 0.85;   // the model is not sure
constexpr double kContradicted = 0.65;  // the model is sure of another category
constexpr double kSure = 0.8;
constexpr double kCertain = 0.97;  // so sure that a phrase that only sounds friendly gives way

/// Phrases of interest stand in polite refusals and in questions too.
bool is_weak(CategoryId category) {
  return category == kInterested || category == kInformationRequest;
}

Verdict weigh(const PatternMatch& match, const Prediction& prediction) {
  Verdict verdict{.category_id = match.category_id, .by = DecidedBy::Phrase, .phrase = match.phrase};
  if (prediction.category_id == match.category_id) {
    verdict.confidence = std::max(kAgreed, prediction.confidence);
  } else if (is_weak(match.category_id) && prediction.confidence >= kCertain) {
    return {
        .category_id = prediction.category_id, .by = DecidedBy::Model, .confidence = prediction.confidence};
  } else {
    verdict.confidence = prediction.confidence >= kSure ? kContradicted : kPhraseAlone;
  }
  return verdict;
}

/// Figures, marks and links alone say nothing.
bool has_words(std::string_view text) {
  const auto words = words_of(text);
  return std::ranges::any_of(
      words, [](const std::string& word) { return word != "?" && word != "0" && !word.starts_with('<'); });
}

}  // namespace

Verdict categorise(std::string_view new_text, const Model& model, std::span<const CategoryId> allowed) {
  const auto prediction = has_words(new_text) ? model.predict(new_text) : Prediction();
  const auto match = match_patterns(new_text);
  Verdict verdict = match ? weigh(*match, prediction)
                          : Verdict{.category_id = prediction.category_id,
                                    .by = DecidedBy::Model,
                                    .confidence = prediction.confidence};
  const bool is_allowed = allowed.empty() || std::ranges::find(allowed, verdict.category_id) != allowed.end();
  if (verdict.confidence < kConfidenceMin || !is_allowed) verdict.category_id = kUncategorizable;
  return verdict;
}

}  // namespace outrider::classifier
