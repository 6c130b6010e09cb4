// What a person sets about sending beyond the contract (ours): dates without mail, of a campaign and of the
// whole workspace, and whether a campaign may be the second first mail of a day to somebody.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"

namespace outrider::sending {

struct RulesPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

/// What is left out stays as it is.
struct RulesChange {
  std::optional<std::vector<std::string>> blackout_dates;  // 2026-12-24
  std::optional<bool> repeats_first_mail;
  static wire::Fields wire();
};

struct RulesAnswer {
  bool ok = true;
  std::vector<std::string> blackout_dates;  // without the workspace's
  bool repeats_first_mail = false;
  static wire::Fields wire();
};

struct WorkspaceRulesChange {
  std::vector<std::string> blackout_dates;
  static wire::Fields wire();
};

struct WorkspaceRulesAnswer {
  bool ok = true;
  std::vector<std::string> blackout_dates;
  static wire::Fields wire();
};

class RulesApi {
 public:
  /// `changed` wakes the engine.
  RulesApi(db::Database& database, Clock& clock, std::function<void()> changed)
      : database_(database), clock_(clock), changed_(std::move(changed)) {}

  std::vector<http::Route> routes();

 private:
  Result<RulesAnswer> read(http::Context& context, const RulesPath& path);
  Result<RulesAnswer> change(http::Context& context, const RulesPath& path, const RulesChange& wanted);
  Result<WorkspaceRulesAnswer> read_workspace(http::Context& context);
  Result<WorkspaceRulesAnswer> change_workspace(http::Context& context, const WorkspaceRulesChange& wanted);

  db::Database& database_;
  Clock& clock_;
  std::function<void()> changed_;
};

}  // namespace outrider::sending
