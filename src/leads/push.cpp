#include "leads/push.h"

#include "campaigns/subsequence_store.h"
#include "leads/membership.h"
#include "leads/subsequence.h"

namespace outrider::leads {
namespace {

constexpr std::int64_t kDelayMax = 10LL * 365 * 86'400;

Result<Membership> load_named(db::Tx& tx, const campaigns::Scope& scope, const PushInput& input) {
  if (input.email_lead_map_id) return load_membership(tx, scope.workspace_id, *input.email_lead_map_id);
  if (!input.campaign_id || !input.lead_id)
    return fail_field("email_lead_map_id", "\"email_lead_map_id\" is required");
  return load_membership_of(tx, scope.workspace_id, *input.campaign_id, *input.lead_id);
}

/// The place that is named, if it is the caller's.
Result<Membership> load_place(db::Tx& tx, const campaigns::Scope& scope, const PushInput& input) {
  TRY_AS(auto place, load_named(tx, scope, input));
  if (scope.client_id && place.client_id != scope.client_id)
    return fail(Code::NotFound, "Lead not found in this campaign");
  return place;
}

/// What a subsequence is pushed from: the place where the conversation began.
Result<Membership> load_parent(db::Tx& tx, const Membership& place) {
  TRY_AS(const auto parent_id, parent_place(tx, place.workspace_id, place.id));
  if (!parent_id) return place;
  return load_membership(tx, place.workspace_id, *parent_id);
}

Result<campaigns::Subsequence> load_target(db::Tx& tx,
                                           const campaigns::Scope& scope,
                                           const Membership& parent,
                                           std::int64_t id) {
  TRY_AS(const auto campaign, campaigns::load(tx, scope, id));
  if (campaign.parent_campaign_id != parent.campaign_id)
    return fail_field("sub_sequence_id", "\"sub_sequence_id\" must be a subsequence of the lead's campaign");
  const auto state = campaign.state;
  if (state == campaigns::CampaignState::Stopped || state == campaigns::CampaignState::Archived)
    return fail_field("sub_sequence_id", "\"sub_sequence_id\" names a subsequence that has ended");
  return campaigns::load_subsequence(tx, scope, id);
}

/// The same push again changes nothing. What the lead's state forbids is an unacceptable request here: the
/// contract knows no 409.
Result<Entry> enter_or_find(db::Tx& tx,
                            const Membership& parent,
                            const campaigns::Subsequence& subsequence,
                            const EntryOrder& order,
                            TimeMs now_ms) {
  const auto entered = enter_subsequence(tx, parent, subsequence, order, now_ms);
  if (!entered && entered.error().code == Code::Conflict)
    return fail_field("email_lead_map_id", entered.error().message);
  TRY_AS(auto entry, entered);
  if (!entry) {
    TRY_AS(entry, find_live_entry(tx, parent, subsequence.campaign.id));
  }
  if (!entry) return fail_field("sub_sequence_id", "the lead has been through this subsequence already");
  return *entry;
}

}  // namespace

wire::Fields PushInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&PushInput::email_lead_map_id>(
          "email_lead_map_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&PushInput::campaign_id>("campaign_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&PushInput::lead_id>("lead_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::required<&PushInput::sub_sequence_id>(
          "sub_sequence_id", wire::alias("subsequence_id"), wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&PushInput::delay>("sub_sequence_delay_time",
                                        wire::alias("subsequence_delay_time"),
                                        wire::range(0, kDelayMax),
                                        wire::lenient(),
                                        wire::fallback(0)),
      wire::optional<&PushInput::stops_on_parent_reply>(
          "stop_lead_on_parent_campaign_reply", wire::lenient(), wire::fallback(false)),
  };
  return kFields;
}

wire::Fields Pushed::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Pushed::success>("success"),
      wire::required<&Pushed::email_lead_map_id>("email_lead_map_id"),
      wire::required<&Pushed::parent_campaign_id>("parent_campaign_id"),
      wire::required<&Pushed::sub_sequence_id>("sub_sequence_id"),
      wire::required<&Pushed::delay_days>("delay_days"),
      wire::required<&Pushed::will_start_at>("will_start_at"),
      wire::required<&Pushed::stop_on_parent_reply>("stop_on_parent_reply"),
  };
  return kFields;
}

wire::Fields PushReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&PushReply::ok>("ok"),
      wire::required<&PushReply::success>("success"),
      wire::required<&PushReply::message>("message"),
      wire::required<&PushReply::data>("data"),
  };
  return kFields;
}

Result<PushReply> PushApi::push(http::Context& context, const PushInput& input) {
  const auto& caller = context.principal;
  const campaigns::Scope scope{.workspace_id = caller.workspace_id, .client_id = caller.client_id};
  const TimeMs delay_ms = push_delay_ms(input.delay);
  TRY_AS(auto reply, database_.write([&](db::Tx& tx) -> Result<PushReply> {
    TRY_AS(const auto place, load_place(tx, scope, input));
    TRY_AS(const auto parent, load_parent(tx, place));
    TRY_AS(const auto subsequence, load_target(tx, scope, parent, input.sub_sequence_id));
    TRY_AS(const auto entry,
           enter_or_find(tx,
                         parent,
                         subsequence,
                         {.delay_ms = delay_ms, .stops_on_parent_reply = input.stops_on_parent_reply},
                         clock_.now_ms()));
    return PushReply{.data = {.email_lead_map_id = std::to_string(place.id),
                              .parent_campaign_id = parent.campaign_id,
                              .sub_sequence_id = input.sub_sequence_id,
                              .delay_days = (delay_ms + kDayMs - 1) / kDayMs,
                              .will_start_at = {entry.starts_at_ms},
                              .stop_on_parent_reply = input.stops_on_parent_reply}};
  }));
  wake_sending_();
  return reply;
}

std::vector<http::Route> PushApi::routes() {
  std::vector<http::Route> all;
  all.push_back(http::route(http::Verb::Post,
                            "/master-inbox/push-to-subsequence",
                            "Push to a subsequence",
                            http::on(*this, &PushApi::push))
                    .operation_id("pushLeadToSubsequence")
                    .tag("Master Inbox Actions")
                    .with_id_in_body());
  return all;
}

}  // namespace outrider::leads
