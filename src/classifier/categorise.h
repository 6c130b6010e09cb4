// The category of a human reply: phrases first, then the text model, and "Uncategorizable" where neither is
// sure. Pure; no mail leaves the machine. What a machine sent (bounces, out-of-office notes) never comes
// here.
#pragma once

#include <span>
#include <string_view>

#include "classifier/category.h"
#include "classifier/model.h"

namespace outrider::classifier {

inline constexpr double kConfidenceMin = 0.6;  // below it: Uncategorizable

/// What decided. Stored with the label.
enum class DecidedBy : std::uint8_t { Phrase, Model };

struct Verdict {
  CategoryId category_id = kUncategorizable;
  DecidedBy by = DecidedBy::Model;
  double confidence = 0;
  std::string_view phrase = {};  // that decided, "" for the model
};

/// `allowed` are the categories the campaign wants told apart, empty for all; another one is Uncategorizable.
Verdict categorise(std::string_view new_text, const Model& model, std::span<const CategoryId> allowed = {});

}  // namespace outrider::classifier
