#include "classifier/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "classifier/categorise.h"

namespace outrider::classifier {
namespace {

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string padded(std::string_view text, std::size_t width) {
  std::string cell(width - std::min(width, text.size()), ' ');
  return cell.append(text);
}

std::string percent(double part) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", 100 * part);
  return text.data();
}

std::string decimals(double value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

bool is_right(const Judged& judged) {
  return judged.expected == judged.given;
}

}  // namespace

double Report::accuracy() const {
  return share(static_cast<std::size_t>(std::ranges::count_if(judged_, is_right)), judged_.size());
}

double Report::precision() const {
  std::size_t given = 0;
  std::size_t right = 0;
  for (const auto& judged : judged_) {
    if (judged.given == kUncategorizable) continue;
    ++given;
    if (is_right(judged)) ++right;
  }
  return share(right, given);
}

std::string Report::matrix(const std::map<CategoryId, std::string>& names) const {
  std::set<CategoryId> ids;
  std::map<std::pair<CategoryId, CategoryId>, int> counts;
  for (const auto& judged : judged_) {
    ids.insert(judged.expected);
    ids.insert(judged.given);
    ++counts[{judged.expected, judged.given}];
  }
  constexpr std::size_t kLabelWidth = 28;
  constexpr std::size_t kCellWidth = 7;
  std::string text = "expected, then given:       ";
  for (const auto id : ids) text += padded(std::to_string(id), kCellWidth);
  for (const auto expected : ids) {
    const auto name = names.find(expected);
    std::string label = std::to_string(expected) + ' ';
    if (name != names.end()) label += name->second;
    label.resize(kLabelWidth, ' ');
    text += '\n' + label;
    for (const auto given : ids) {
      const auto count = counts.find({expected, given});
      text += padded(count == counts.end() ? "." : std::to_string(count->second), kCellWidth);
    }
  }
  return text + '\n';
}

std::string Report::calibration() const {
  constexpr std::array kFrom = {0.0, 0.6, 0.7, 0.8, 0.9, 0.95};
  std::string text = "confidence      replies   right\n";
  for (std::size_t i = 0; i < kFrom.size(); ++i) {
    const double to = i + 1 < kFrom.size() ? kFrom[i + 1] : 1.01;
    std::size_t all = 0;
    std::size_t right = 0;
    for (const auto& judged : judged_) {
      if (judged.confidence < kFrom[i] || judged.confidence >= to) continue;
      ++all;
      if (is_right(judged)) ++right;
    }
    text += decimals(kFrom[i]) + " to " + decimals(std::min(to, 1.0)) + padded(std::to_string(all), 11) +
            padded(percent(share(right, all)), 8) + '\n';
  }
  return text;
}

std::string Report::text(const std::map<CategoryId, std::string>& names) const {
  const auto unsure = static_cast<std::size_t>(std::ranges::count(judged_, kUncategorizable, &Judged::given));
  return std::to_string(judged_.size()) + " replies: accuracy " + percent(accuracy()) +
         ", of those given a category " + percent(precision()) + ", uncategorizable " +
         percent(share(unsure, judged_.size())) + "\n\n" + matrix(names) + '\n' + calibration();
}

Report judge(const Model& model, const std::vector<Example>& examples) {
  Report report;
  for (const auto& example : examples) {
    const auto verdict = categorise(example.text, model);
    report.add(
        {.expected = example.category_id, .given = verdict.category_id, .confidence = verdict.confidence});
  }
  return report;
}

std::map<CategoryId, std::string> standard_names() {
  return {{kInterested, "Interested"},
          {kMeetingRequest, "Meeting Request"},
          {kNotInterested, "Not Interested"},
          {kDoNotContact, "Do Not Contact"},
          {kInformationRequest, "Information Request"},
          {kWrongPerson, "Wrong Person"},
          {kUncategorizable, "Uncategorizable"}};
}

}  // namespace outrider::classifier
