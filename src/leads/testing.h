// What the tests of this folder share: a campaign with leads in it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "campaigns/store.h"
#include "db/testing.h"
#include "leads/import.h"
#include "leads/store.h"

namespace outrider::leads {

inline constexpr TimeMs kTestNow = 1'770'000'000'000;
inline constexpr std::int64_t kTestWorkspace = 1;

/// The value of a write that must not fail.
template <class F>
auto written(db::Database& database, F&& f) {
  auto result = database.write(f);
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  if constexpr (!std::is_void_v<typename decltype(result)::value_type>) return *std::move(result);
}

inline campaigns::Campaign make_campaign(db::Database& database,
                                         std::optional<std::int64_t> client_id = std::nullopt) {
  return written(database, [&](db::Tx& tx) {
    return campaigns::create(
        tx, {.workspace_id = kTestWorkspace, .user_id = 1, .client_id = client_id, .name = "C"}, kTestNow);
  });
}

inline campaigns::Campaign reload(db::Database& database, const campaigns::Campaign& campaign) {
  return written(database, [&](db::Tx& tx) {
    return campaigns::load(tx, {.workspace_id = kTestWorkspace}, campaign.id);
  });
}

inline std::vector<ImportRow> rows_of(const std::vector<std::string>& emails) {
  std::vector<ImportRow> rows;
  for (const auto& email : emails) rows.push_back({.email = email, .contact = {}, .custom_fields = {}});
  return rows;
}

inline std::vector<ImportedRow> import_into(db::Database& database,
                                            const campaigns::Campaign& campaign,
                                            const std::vector<ImportRow>& rows,
                                            const ImportSettings& settings = {}) {
  return written(database, [&](db::Tx& tx) { return import_leads(tx, campaign, rows, settings, kTestNow); });
}

inline std::vector<ImportOutcome> outcomes(const std::vector<ImportedRow>& rows) {
  std::vector<ImportOutcome> all;
  for (const auto& row : rows) all.push_back(row.outcome);
  return all;
}

inline std::vector<CampaignLead> list_all(db::Database& database,
                                          const campaigns::Campaign& campaign,
                                          const CampaignLeadFilter& filter = {}) {
  return written(database, [&](db::Tx& tx) {
    return list_in_campaign(tx, campaign, filter, {.offset = 0, .limit = 1'000});
  });
}

}  // namespace outrider::leads
