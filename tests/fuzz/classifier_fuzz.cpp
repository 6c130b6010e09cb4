// fuzz: classifier inbox mail core
// Any bytes as a reply to categorise, as a stored model and as an amount of money.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "classifier/categorise.h"
#include "core/assert.h"
#include "inbox/importance.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outrider;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto verdict = classifier::categorise(text, classifier::shipped());
  OUTRIDER_ASSERT(verdict.confidence >= 0 && verdict.confidence <= 1, "confidence is a share");
  OUTRIDER_ASSERT(
      verdict.confidence >= classifier::kConfidenceMin || verdict.category_id == classifier::kUncategorizable,
      "what is unsure is uncategorizable");
  if (const auto model = classifier::Model::parse(text)) {
    OUTRIDER_ASSERT(model->bytes() == text, "a model reads back what it wrote");
    (void)model->predict("we are interested");
  }
  if (const auto cents = inbox::amount_cents(text)) OUTRIDER_ASSERT(*cents >= 0, "an amount is not negative");
  const auto importance = inbox::score_importance({.title = std::string(text), .reply = std::string(text)});
  OUTRIDER_ASSERT(importance.score >= 0 && importance.score <= inbox::kScoreMax, "a score is bounded");
  return 0;
}
