#include "app/routes.h"

#include <iterator>

#include "app/version.h"
#include "campaigns/api.h"
#include "core/assert.h"
#include "http/openapi.h"
#include "leads/api.h"
#include "sending/template.h"

namespace outrider::app {
namespace {

campaigns::Hooks campaign_hooks(const EngineHooks& hooks) {
  return {.check_template = [](std::string_view text) -> Result<> {
            TRY(sending::Template::compile(text, sending::Medium::Html));
            return {};
          },
          .wake_sending = hooks.wake_sending};
}

}  // namespace

struct Areas::All {
  All(Services& services, const EngineHooks& hooks)
      : campaigns(*services.database, *services.clock, campaign_hooks(hooks)),
        leads(*services.database, *services.clock, {.wake_sending = hooks.wake_sending}) {}

  campaigns::Api campaigns;
  leads::Api leads;
};

Areas::Areas(Services& services, EngineHooks hooks) : all_(std::make_unique<All>(services, hooks)) {}

Areas::~Areas() = default;

std::vector<http::Route> Areas::routes() {
  std::vector<http::Route> routes;
  const auto join = [&routes](std::vector<http::Route> area) {
    routes.insert(routes.end(), std::make_move_iterator(area.begin()), std::make_move_iterator(area.end()));
  };
  join(all_->campaigns.routes());
  join(all_->leads.routes());
  return routes;
}

std::string openapi_document() {
  auto services = open_empty_services(Config());
  OUTRIDER_ASSERT(services.has_value(), "services without a database start");
  Areas areas(*services, {});
  return http::openapi_document(areas.routes(), {.title = "Outrider API", .version = kVersion});
}

}  // namespace outrider::app
