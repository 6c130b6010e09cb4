// The handlers of campaigns::Api that make subsequences.
#include "campaigns/api.h"
#include "campaigns/subsequence_store.h"
#include "campaigns/subsequence_wire.h"

namespace outrider::campaigns {

Result<CreatedSubsequence> Api::add_subsequence(const http::Context& context,
                                                std::int64_t parent_id,
                                                const SubsequenceInput& input) {
  TRY_AS(auto conditions, conditions_of(input));
  const Scope scope{.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
  return database_.write([&](db::Tx& tx) -> Result<CreatedSubsequence> {
    TRY_AS(const auto parent, load(tx, scope, parent_id));
    if (parent.parent_campaign_id)
      return fail_field("parent_campaign_id", "\"parent_campaign_id\" must not be a subsequence itself");
    if (input.client_id) {
      TRY_AS(const bool exists, client_exists(tx, scope.workspace_id, *input.client_id));
      if (!exists || (scope.client_id && scope.client_id != input.client_id))
        return fail_field("client_id", "\"client_id\" must be a client of this workspace");
    }
    TRY_AS(const auto made,
           campaigns::create_subsequence(tx,
                                         parent,
                                         {.user_id = context.principal.user_id,
                                          .client_id = input.client_id,
                                          .name = input.name.value_or(parent.name + " subsequence"),
                                          .enter_delay_days = input.delay_days,
                                          .stops_on_parent_reply = input.stops_on_parent_reply,
                                          .conditions = conditions},
                                         clock_.now_ms()));
    return CreatedSubsequence{
        .id = made.id, .name = made.name, .created_at = {made.created_at_ms}, .subsequence_id = made.id};
  });
}

Result<CreatedSubsequence> Api::create_subsequence(http::Context& context, const CreateSubsequence& input) {
  return add_subsequence(context, input.parent_campaign_id, input.input);
}

Result<CreatedSubsequence> Api::create_subsequence_of(http::Context& context,
                                                      const CampaignPath& path,
                                                      const SubsequenceInput& input) {
  return add_subsequence(context, path.campaign_id, input);
}

std::vector<http::Route> Api::subsequence_routes() {
  using http::on;
  using http::route;
  using http::Verb;
  std::vector<http::Route> all;
  all.push_back(route(Verb::Post,
                      "/campaigns/create-subsequence",
                      "Create a child campaign entered on lead behaviour",
                      on(*this, &Api::create_subsequence))
                    .operation_id("createSubsequence")
                    .tag("Sequences")
                    .with_id_in_body());
  // Two clients post here.
  all.push_back(route(Verb::Post,
                      "/campaigns/{campaign_id}/create-subsequence",
                      "Create a subsequence of the campaign in the path.",
                      on(*this, &Api::create_subsequence_of))
                    .operation_id("createSubsequenceOfCampaign")
                    .tag("Sequences")
                    .hidden());
  return all;
}

}  // namespace outrider::campaigns
