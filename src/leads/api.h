// The lead area of the API: leads in campaigns, leads by address, categories and the block list.
#pragma once

#include <functional>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "leads/lead_wire.h"

namespace outrider::leads {

/// What the area needs from parts above it; app/ fills it in.
struct Hooks {
  /// Leads came or became due: the planner should look now rather than at its next time.
  std::function<void()> wake_sending;
};

class Api {
 public:
  Api(db::Database& database, Clock& clock, Hooks hooks)
      : database_(database), clock_(clock), hooks_(std::move(hooks)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  std::vector<http::Route> lead_routes();
  std::vector<http::Route> membership_routes();  // a lead's place in a campaign: its state and category
  std::vector<http::Route> list_routes();        // categories and the block list

  Result<AddedLeads> add(http::Context& context, const LeadCampaignPath& path, const AddLeads& input);
  Result<CampaignLeadList> list(http::Context& context,
                                const LeadCampaignPath& path,
                                const CampaignLeadsQuery& query);
  Result<http::Answer> find(http::Context& context, const LeadQuery& query);
  Result<LeadOk> update(http::Context& context, const CampaignLeadPath& path, const UpdateLead& input);
  Result<OkMessage> remove(http::Context& context, const CampaignLeadPath& path);
  Result<OkData> pause(http::Context& context, const CampaignLeadPath& path);
  Result<OkData> resume(http::Context& context, const CampaignLeadPath& path, const ResumeLead& input);
  Result<OkData> resume_company(http::Context& context, const CampaignLeadPath& path);
  Result<LeadOk> change_category(http::Context& context,
                                 const CampaignLeadPath& path,
                                 const CategoryChange& input);
  Result<LeadOk> unsubscribe(http::Context& context, const CampaignLeadPath& path);
  Result<LeadOk> unsubscribe_all(http::Context& context, const LeadPath& path);
  Result<http::Answer> list_all_categories(http::Context& context);
  Result<AddedToBlockList> block(http::Context& context, const AddToBlockList& input);
  Result<http::Answer> list_blocked(http::Context& context, const BlockListQuery& query);

  db::Database& database_;
  Clock& clock_;
  Hooks hooks_;
};

}  // namespace outrider::leads
