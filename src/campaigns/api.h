// The campaign area of the API: campaigns, their schedule, settings, status and sequences.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "campaigns/campaign_wire.h"
#include "campaigns/sequence_wire.h"
#include "campaigns/store.h"
#include "campaigns/subsequence_wire.h"
#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"

namespace outrider::campaigns {

/// What the area needs from parts above it; app/ fills it in.
struct Hooks {
  /// Checks a subject or body as the renderer will read it. Errors: Invalid with line and column.
  std::function<Result<>(std::string_view text)> check_template;
  /// A campaign began or changed: the planner should look now rather than at its next time.
  std::function<void()> wake_sending;
};

class Api {
 public:
  Api(db::Database& database, Clock& clock, Hooks hooks)
      : database_(database), clock_(clock), hooks_(std::move(hooks)) {}

  /// The handlers refer to this object, which must outlive the server.
  std::vector<http::Route> routes();

 private:
  Result<http::Answer> list(http::Context& context, const CampaignListQuery& query);
  Result<CreatedCampaign> create(http::Context& context, const CreateCampaign& input);
  Result<CampaignReply> get(http::Context& context, const CampaignPath& path, const CampaignQuery& query);
  Result<http::Answer> remove(http::Context& context, const CampaignPath& path);
  Result<Ok> set_schedule(http::Context& context, const CampaignPath& path, const ScheduleInput& input);
  Result<Ok> set_settings(http::Context& context, const CampaignPath& path, const SettingsInput& input);
  Result<Ok> set_status(http::Context& context, const CampaignPath& path, const StatusInput& input);
  Result<http::Answer> get_sequences(http::Context& context, const CampaignPath& path);
  Result<SavedSequences> save_sequences(http::Context& context,
                                        const CampaignPath& path,
                                        const SaveSequences& input);

  Result<CreatedSubsequence> create_subsequence(http::Context& context, const CreateSubsequence& input);
  Result<CreatedSubsequence> create_subsequence_of(http::Context& context,
                                                   const CampaignPath& path,
                                                   const SubsequenceInput& input);
  Result<CreatedSubsequence> add_subsequence(const http::Context& context,
                                             std::int64_t parent_id,
                                             const SubsequenceInput& input);
  std::vector<http::Route> subsequence_routes();

  Result<> check_templates(const std::vector<SequenceStep>& steps) const;

  db::Database& database_;
  Clock& clock_;
  Hooks hooks_;
};

}  // namespace outrider::campaigns
