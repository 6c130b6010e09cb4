#include "app/classifier_command.h"

#include <fstream>
#include <iostream>

#include "app/commands.h"
#include "classifier/categorise.h"
#include "classifier/report.h"
#include "classifier/store.h"
#include "classifier/train.h"
#include "core/time_text.h"

namespace outrider::app {
namespace {

constexpr int kFolds = 5;
constexpr std::size_t kLabelsMin = 10;  // with fewer the shipped model knows better

Result<> write_shipped(const std::string& path) {
  const auto model = classifier::train_on(classifier::shipped_examples());
  const std::string bytes = model.bytes();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) return fail(Code::Internal, "cannot write " + path);
  std::cout << path << ": " << bytes.size() << " bytes\n\n"
            << "Replies written by hand, not trained on:\n"
            << classifier::judge(model, classifier::held_out_examples()).text(classifier::standard_names());
  return {};
}

classifier::Report cross_validated(const std::vector<classifier::Example>& synthetic,
                                   const std::vector<classifier::Example>& own) {
  classifier::Report report;
  const auto predictions = classifier::cross_validate(synthetic, own, kFolds);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto given = predictions[i].confidence < classifier::kConfidenceMin ? classifier::kUncategorizable
                                                                              : predictions[i].category_id;
    report.add({.expected = own[i].category_id, .given = given, .confidence = predictions[i].confidence});
  }
  return report;
}

}  // namespace

Result<> train_classifier(const Config& config, const ClassifierRequest& request) {
  if (!request.shipped_file.empty()) return write_shipped(request.shipped_file);
  if (!request.workspace_id) return fail(Code::Invalid, "say which workspace: --workspace ID");
  const std::int64_t workspace_id = *request.workspace_id;
  Clock clock;
  TRY_AS(const auto database, open_database(config, clock, nullptr));
  const auto own = database->read([&](db::Tx& tx) { return classifier::human_labels(tx, workspace_id); });
  if (!own) return std::unexpected(own.error());
  if (own->size() < kLabelsMin)
    return fail(Code::Invalid,
                "workspace " + std::to_string(workspace_id) + " has " + std::to_string(own->size()) +
                    " replies with a category set by a person; at least " + std::to_string(kLabelsMin) +
                    " are needed");
  auto names = database->read([&](db::Tx& tx) { return classifier::category_names(tx, workspace_id); });
  if (!names) return std::unexpected(names.error());
  names->merge(classifier::standard_names());

  const auto synthetic = classifier::shipped_examples();
  const std::string report = cross_validated(synthetic, *own).text(*names);
  const auto model = classifier::train_with_own(synthetic, *own);
  const auto version = database->write([&](db::Tx& tx) {
    return classifier::store_model(tx,
                                   workspace_id,
                                   {.labels = static_cast<std::int64_t>(own->size()),
                                    .trained_at_ms = clock.now_ms(),
                                    .report = report,
                                    .bytes = model.bytes()});
  });
  if (!version) return std::unexpected(version.error());
  std::cout << "version " << *version << " of workspace " << workspace_id << ", trained on " << own->size()
            << " labels\n\nModel alone, " << kFolds << "-fold cross-validation on those labels:\n"
            << report;
  return {};
}

Result<> report_classifier(const Config& config, const ClassifierRequest& request) {
  const auto& shipped = classifier::shipped();
  std::cout << "Shipped model and phrases, on replies written by hand that it was not trained on:\n"
            << classifier::judge(shipped, classifier::held_out_examples()).text(classifier::standard_names());
  if (!request.workspace_id) return {};
  Clock clock;
  TRY_AS(const auto database, open_database(config, clock, nullptr));
  const auto stored =
      database->read([&](db::Tx& tx) { return classifier::load_model(tx, *request.workspace_id); });
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) {
    std::cout << "\nWorkspace " << *request.workspace_id << " has no model of its own.\n";
    return {};
  }
  std::cout << "\nModel " << (*stored)->version << " of workspace " << *request.workspace_id << ", trained "
            << instant_text((*stored)->trained_at_ms) << " on " << (*stored)->labels
            << " labels; model alone, " << kFolds << "-fold cross-validation on them:\n"
            << (*stored)->report;
  return {};
}

}  // namespace outrider::app
