#include "app/routes.h"

#include <iterator>

#include "app/mail_sources.h"
#include "app/version.h"
#include "campaigns/api.h"
#include "core/assert.h"
#include "crm/api.h"
#include "events/api.h"
#include "http/openapi.h"
#include "inbox/list_api.h"
#include "inbox/list_upkeep.h"
#include "inbox/mail_api.h"
#include "leads/api.h"
#include "leads/push.h"
#include "leads/unsubscribe.h"
#include "mailboxes/api.h"
#include "mailboxes/login_checker.h"
#include "sending/api.h"
#include "sending/rules_api.h"
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
  All(Services& services, const tracking::TokenSigner& signer, const EngineHooks& hooks)
      : recorder(*services.database, *services.clock, *services.metrics),
        campaigns(*services.database, *services.clock, campaign_hooks(hooks)),
        events(*services.database, *services.clock, services.config.events_keep_days * kDayMs),
        tables(static_cast<std::size_t>(services.config.inbox_memory_mib) << 20),
        inbox_lists(*services.database, *services.clock, tables),
        inbox_upkeep(*services.database, *services.clock, tables),
        inbox_mail(*services.database, *services.clock, mail_hooks(services, hooks.wake_sending)),
        crm(*services.database, *services.clock, {.wake_sending = hooks.wake_sending}),
        leads(*services.database, *services.clock, {.wake_sending = hooks.wake_sending}),
        push(*services.database, *services.clock, hooks.wake_sending),
        login_checker(*services.network, *services.io_pool),
        mailboxes({.database = *services.database,
                   .clock = *services.clock,
                   .master_key = services.master_key,
                   .login_checker = login_checker,
                   .daily_cap_default = services.config.send_daily_cap,
                   .wake_sending = hooks.wake_sending,
                   .wake_receiving = hooks.wake_receiving}),
        sending(*services.database, *services.clock, hooks.wake_sending),
        sending_rules(*services.database, *services.clock, hooks.wake_sending),
        statistics(*services.database),
        tracking(*services.database, *services.clock, signer, recorder, unsubscribe) {}

  tracking::HitRecorder recorder;
  campaigns::Api campaigns;
  events::Api events;
  inbox::ThreadTables tables;
  inbox::ListApi inbox_lists;
  inbox::ListUpkeep inbox_upkeep;
  inbox::MailApi inbox_mail;
  crm::Api crm;
  leads::Api leads;
  leads::PushApi push;
  mailboxes::NetLoginChecker login_checker;
  mailboxes::Api mailboxes;
  sending::Api sending;
  sending::RulesApi sending_rules;
  statistics::Api statistics;
  tracking::Api tracking;
};

Areas::Areas(Services& services, const tracking::TokenSigner& signer, EngineHooks hooks)
    : all_(std::make_unique<All>(services, signer, hooks)) {}

Areas::~Areas() = default;

void Areas::start() {
  all_->events.start();
}

void Areas::stop() {
  all_->events.stop();
  all_->recorder.stop();
}

std::vector<http::Route> Areas::routes() {
  std::vector<http::Route> routes;
  const auto join = [&routes](std::vector<http::Route> area) {
    routes.insert(routes.end(), std::make_move_iterator(area.begin()), std::make_move_iterator(area.end()));
  };
  join(all_->campaigns.routes());
  join(all_->events.routes());
  join(all_->inbox_lists.routes());
  join(all_->inbox_mail.routes());
  join(all_->crm.routes());
  join(all_->leads.routes());
  join(all_->push.routes());
  join(all_->mailboxes.routes());
  join(all_->sending.routes());
  join(all_->sending_rules.routes());
  join(all_->statistics.routes());
  join(all_->tracking.routes());
  return routes;
}

std::string openapi_document() {
  auto services = open_empty_services(Config());
  OUTRIDER_ASSERT(services.has_value(), "services without a database start");
  const auto signer = make_signer(services->master_key);
  Areas areas(*services, signer, {});
  return http::openapi_document(areas.routes(), {.title = "Outrider API", .version = kVersion});
}

}  // namespace outrider::app
