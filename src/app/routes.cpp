#include "app/routes.h"

#include <iterator>

#include "app/version.h"
#include "campaigns/api.h"
#include "core/assert.h"
#include "http/openapi.h"
#include "inbox/api.h"
#include "leads/api.h"
#include "leads/unsubscribe.h"
#include "sending/template.h"
#include "statistics/api.h"
#include "tracking/api.h"
#include "tracking/hit_recorder.h"
#include "tracking/token.h"

namespace outrider::app {
namespace {

campaigns::Hooks campaign_hooks(const EngineHooks& hooks) {
  return {.check_template = [](std::string_view text) -> Result<> {
            TRY(sending::Template::compile(text, sending::Medium::Html));
            return {};
          },
          .wake_sending = hooks.wake_sending};
}

/// A recipient who unsubscribes means the whole workspace (BEHAVIOUR 4.4).
Result<> unsubscribe(db::Tx& tx, const tracking::TrackedMessage& message, TimeMs now_ms) {
  return leads::unsubscribe_recipient(tx,
                                      message.workspace_id,
                                      message.lead_id,
                                      message.recipient,
                                      {.text = "LINK", .message_id = message.id},
                                      now_ms);
}

}  // namespace

tracking::TokenSigner make_signer(const MasterKey& key) {
  return tracking::TokenSigner({{.id = 1, .bytes = key.derive("tracking token")}});
}

struct Areas::All {
  All(Services& services, const EngineHooks& hooks)
      : signer(make_signer(services.master_key)),
        recorder(*services.database, *services.clock, *services.metrics),
        campaigns(*services.database, *services.clock, campaign_hooks(hooks)),
        inbox(*services.database, *services.clock, {.wake_sending = hooks.wake_sending}),
        leads(*services.database, *services.clock, {.wake_sending = hooks.wake_sending}),
        statistics(*services.database),
        tracking(*services.database, *services.clock, signer, recorder, unsubscribe) {}

  tracking::TokenSigner signer;
  tracking::HitRecorder recorder;
  campaigns::Api campaigns;
  inbox::Api inbox;
  leads::Api leads;
  statistics::Api statistics;
  tracking::Api tracking;
};

Areas::Areas(Services& services, EngineHooks hooks) : all_(std::make_unique<All>(services, hooks)) {}

Areas::~Areas() = default;

void Areas::stop() {
  all_->recorder.stop();
}

std::vector<http::Route> Areas::routes() {
  std::vector<http::Route> routes;
  const auto join = [&routes](std::vector<http::Route> area) {
    routes.insert(routes.end(), std::make_move_iterator(area.begin()), std::make_move_iterator(area.end()));
  };
  join(all_->campaigns.routes());
  join(all_->inbox.routes());
  join(all_->leads.routes());
  join(all_->statistics.routes());
  join(all_->tracking.routes());
  return routes;
}

std::string openapi_document() {
  auto services = open_empty_services(Config());
  OUTRIDER_ASSERT(services.has_value(), "services without a database start");
  Areas areas(*services, {});
  return http::openapi_document(areas.routes(), {.title = "Outrider API", .version = kVersion});
}

}  // namespace outrider::app
