// What the words of a reply say by themselves (BEHAVIOUR 3.8): phrases that mean one thing in their language.
// Looked at before the model, which decides what they leave open.
#pragma once

#include <optional>
#include <string_view>

#include "classifier/category.h"

namespace outrider::classifier {

struct PatternMatch {
  CategoryId category_id = 0;
  std::string_view phrase;  // a constant of the tables
};

/// `new_text` without quotes and signature. A refusal beats what is polite beside it.
std::optional<PatternMatch> match_patterns(std::string_view new_text);

}  // namespace outrider::classifier
