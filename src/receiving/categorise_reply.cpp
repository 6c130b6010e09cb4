#include "receiving/categorise_reply.h"

#include "classifier/categorise.h"
#include "core/strings.h"
#include "leads/category.h"
#include "wire/json.h"

namespace outrider::receiving {
namespace {

using classifier::CategoryId;
using leads::LabelledBy;

/// The ids of the campaign's list, in which a category stands by its id or its name; empty for all.
Result<std::vector<CategoryId>> allowed_categories(db::Tx& tx,
                                                   std::int64_t workspace_id,
                                                   std::string_view options) {
  std::vector<CategoryId> allowed;
  if (options.empty()) return allowed;
  const auto parsed = wire::Document::parse(options);
  if (!parsed || parsed->root().size() == 0) return allowed;
  TRY_AS(auto names, classifier::category_names(tx, workspace_id));
  for (std::size_t i = 0; i < leads::kCategoryNames.size(); ++i)
    names.emplace(static_cast<CategoryId>(i + 1), leads::kCategoryNames[i]);
  const auto list = parsed->root();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto text = list.at(i).text();
    if (const auto id = parse_integer(text)) allowed.push_back(*id);
    for (const auto& [id, name] : names)
      if (equal_ignoring_case(name, text)) allowed.push_back(id);
  }
  return allowed;
}

std::string version_of(classifier::DecidedBy by, const classifier::Models::InUse& in_use) {
  if (by == classifier::DecidedBy::Phrase) return "phrases";
  return in_use.version == 0 ? "shipped" : "own-" + std::to_string(in_use.version);
}

}  // namespace

Result<> categorise_reply(db::Tx& tx, const Arrival& arrival, const Target& target, std::int64_t message_id) {
  const auto workspace_id = arrival.mailbox.workspace_id;
  const auto& thread = target.thread;
  TRY_AS(const auto allowed, allowed_categories(tx, workspace_id, thread.category_options));
  TRY_AS(const auto in_use, arrival.models.of(tx, workspace_id));
  const auto verdict = classifier::categorise(arrival.reading.new_text, *in_use.model, allowed);
  // What certainly is a wish to be left alone was classified as such before: here it is a guess.
  const bool is_guess =
      verdict.by == classifier::DecidedBy::Model || verdict.category_id == classifier::kDoNotContact;
  const std::string version = version_of(verdict.by, in_use);
  TRY(leads::set_category(tx,
                          workspace_id,
                          thread.campaign_lead_id,
                          {.category_id = verdict.category_id,
                           .by = is_guess ? LabelledBy::Model : LabelledBy::Rule,
                           .confidence = verdict.confidence,
                           .version = version},
                          {.text = "CATEGORY", .message_id = message_id},
                          arrival.now_ms));
  return {};
}

}  // namespace outrider::receiving
