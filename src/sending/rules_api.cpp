#include "sending/rules_api.h"

#include "campaigns/blackout.h"
#include "campaigns/store.h"

namespace outrider::sending {
namespace {

constexpr db::Query kWorkspaceDates{"sending.workspace_blackout_dates", R"sql(
  SELECT blackout_dates
    FROM workspace
   WHERE id = $1
)sql"};

constexpr db::Query kStoreWorkspaceDates{"sending.store_workspace_blackout_dates", R"sql(
  UPDATE workspace
     SET blackout_dates = $2
   WHERE id = $1
)sql"};

bool is_date(std::string_view text) {
  return campaigns::day_from_text(text).has_value();
}

constexpr auto kDateRule = wire::must(is_date, "must be a date such as 2026-12-24");
constexpr auto kDatesMax = wire::items(0, campaigns::kBlackoutDatesMax);

/// Every text is a date: the wire has seen to that.
std::vector<LocalDay> days_of(const std::vector<std::string>& dates) {
  std::vector<LocalDay> days;
  for (const auto& date : dates)
    if (const auto day = campaigns::day_from_text(date)) days.push_back(*day);
  return campaigns::united(std::move(days), {});
}

std::vector<std::string> dates_of(const std::vector<LocalDay>& days) {
  std::vector<std::string> dates;
  dates.reserve(days.size());
  for (const auto day : days) dates.push_back(campaigns::day_text(day));
  return dates;
}

RulesAnswer answer_of(const campaigns::SendingRules& rules) {
  return {.blackout_dates = dates_of(rules.blackout_days), .repeats_first_mail = rules.repeats_first_mail};
}

campaigns::Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

}  // namespace

wire::Fields RulesPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&RulesPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields RulesChange::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&RulesChange::blackout_dates>("blackout_dates", kDateRule, kDatesMax),
      wire::optional<&RulesChange::repeats_first_mail>("repeats_first_mail"),
  };
  return kFields;
}

wire::Fields RulesAnswer::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&RulesAnswer::ok>("ok"),
      wire::required<&RulesAnswer::blackout_dates>("blackout_dates"),
      wire::required<&RulesAnswer::repeats_first_mail>("repeats_first_mail"),
  };
  return kFields;
}

wire::Fields WorkspaceRulesChange::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&WorkspaceRulesChange::blackout_dates>("blackout_dates", kDateRule, kDatesMax),
  };
  return kFields;
}

wire::Fields WorkspaceRulesAnswer::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&WorkspaceRulesAnswer::ok>("ok"),
      wire::required<&WorkspaceRulesAnswer::blackout_dates>("blackout_dates"),
  };
  return kFields;
}

Result<RulesAnswer> RulesApi::read(http::Context& context, const RulesPath& path) {
  return database_.read([&](db::Tx& tx) -> Result<RulesAnswer> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    TRY_AS(const auto rules, campaigns::load_rules(tx, campaign));
    return answer_of(rules);
  });
}

Result<RulesAnswer> RulesApi::change(http::Context& context,
                                     const RulesPath& path,
                                     const RulesChange& wanted) {
  auto answer = database_.write([&](db::Tx& tx) -> Result<RulesAnswer> {
    TRY_AS(const auto campaign, campaigns::load(tx, scope_of(context), path.campaign_id));
    TRY_AS(auto rules, campaigns::load_rules(tx, campaign));
    if (wanted.blackout_dates) rules.blackout_days = days_of(*wanted.blackout_dates);
    if (wanted.repeats_first_mail) rules.repeats_first_mail = *wanted.repeats_first_mail;
    TRY(campaigns::store_rules(tx, campaign, rules, clock_.now_ms()));
    return answer_of(rules);
  });
  if (answer) changed_();
  return answer;
}

Result<WorkspaceRulesAnswer> RulesApi::read_workspace(http::Context& context) {
  return database_.read([&](db::Tx& tx) -> Result<WorkspaceRulesAnswer> {
    TRY_AS(const auto row, tx.row(kWorkspaceDates, context.principal.workspace_id));
    if (!row) return fail(Code::NotFound, "Workspace not found");
    return WorkspaceRulesAnswer{.blackout_dates = dates_of(campaigns::blackout_days(row->text(0)))};
  });
}

Result<WorkspaceRulesAnswer> RulesApi::change_workspace(http::Context& context,
                                                        const WorkspaceRulesChange& wanted) {
  const auto& caller = context.principal;
  if (caller.client_id) return fail(Code::Forbidden, "A client's key cannot change the workspace's rules");
  const auto days = days_of(wanted.blackout_dates);
  TRY(database_.write([&](db::Tx& tx) -> Result<> {
    TRY(tx.run(kStoreWorkspaceDates, caller.workspace_id, campaigns::stored_dates(days)));
    return {};
  }));
  changed_();
  return WorkspaceRulesAnswer{.blackout_dates = dates_of(days)};
}

std::vector<http::Route> RulesApi::routes() {
  using http::Verb;
  std::vector<http::Route> all;
  const auto add = [&](http::Route route, std::string_view operation) {
    all.push_back(std::move(route).operation_id(std::string(operation)).tag("Sending").extension());
  };
  add(http::route(Verb::Get,
                  "/campaigns/{campaign_id}/sending-rules",
                  "A campaign's dates without mail, and whether it repeats first mails.",
                  http::on(*this, &RulesApi::read)),
      "getSendingRules");
  add(http::route(Verb::Post,
                  "/campaigns/{campaign_id}/sending-rules",
                  "Change a campaign's dates without mail, or whether it repeats first mails.",
                  http::on(*this, &RulesApi::change)),
      "updateSendingRules");
  add(http::route(Verb::Get,
                  "/sending-rules",
                  "The dates without mail of the whole workspace.",
                  http::on(*this, &RulesApi::read_workspace)),
      "getWorkspaceSendingRules");
  add(http::route(Verb::Post,
                  "/sending-rules",
                  "Change the dates without mail of the whole workspace.",
                  http::on(*this, &RulesApi::change_workspace)),
      "updateWorkspaceSendingRules");
  return all;
}

}  // namespace outrider::sending
