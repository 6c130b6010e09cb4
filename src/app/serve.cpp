#include "app/serve.h"

#include <csignal>
#include <cstdio>
#include <iterator>

#include "app/listen_address.h"
#include "app/node.h"
#include "app/routes.h"
#include "app/sandbox.h"
#include "app/services.h"
#include "app/test_clock.h"
#include "app/version.h"
#include "core/log.h"
#include "http/dispatcher.h"
#include "http/docs_page.h"
#include "http/openapi.h"
#include "http/server.h"
#include "http/system_routes.h"
#include "workspaces/store.h"

namespace outrider::app {
namespace {

/// Keys as the database knows them.
class StoredKeys : public http::Authenticator {
 public:
  explicit StoredKeys(db::Database& database) : database_(database) {}
  Result<http::Principal> authenticate(std::string_view key) override {
    return database_.read([&](db::Tx& tx) { return workspaces::find_principal(tx, key); });
  }

 private:
  db::Database& database_;
};

/// Blocks the signals that end the server in every thread started from here on, so that one place waits for
/// them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() {
    int signal = 0;
    sigwait(&set_, &signal);
    log::info("stopping", {{"signal", signal}});
  }

 private:
  sigset_t set_{};
};

constexpr db::Query kAlive{"app.alive", R"sql(
  SELECT 1
)sql"};

std::vector<http::ReadyCheck> ready_checks(db::Database& database) {
  return {{"database", [&database]() -> Result<> {
             TRY(database.read([](db::Tx& tx) { return tx.row(kAlive); }));
             return {};
           }}};
}

void join(std::vector<http::Route>& routes, std::vector<http::Route> more) {
  routes.insert(routes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// The areas, the documents and the health of one server.
std::vector<http::Route> all_routes(Services& services, Areas& areas, const ListenAddress& address) {
  auto routes = areas.routes();
  auto document = http::openapi_document(routes, {.title = "Outrider API", .version = kVersion});
  join(routes, http::system_routes(*services.metrics, ready_checks(*services.database), std::move(document)));
  join(routes, http::docs_routes());
  if (!services.config.test_clock.empty() && address.is_loopback())
    routes.push_back(test_clock_route(*services.clock));
  return routes;
}

http::DispatchOptions dispatch_options(const Config& config) {
  http::DispatchOptions options{.rate_limit_default = static_cast<int>(config.http_rate_limit)};
  if (!config.http_cors_origin.empty()) options.cors_origins = {config.http_cors_origin};
  return options;
}

http::ServerOptions server_options(const Config& config, const ListenAddress& address) {
  return {.address = address.host,
          .port = address.port,
          .io_threads = static_cast<std::size_t>(config.http_io_threads),
          .stop_timeout = std::chrono::milliseconds(10'000)};
}

void announce(const ListenAddress& address) {
  std::printf("listening on http://%s\n", address.text().c_str());
  std::fflush(stdout);
}

}  // namespace

Result<> serve(const Config& config) {
  log::set_level(config.level());
  TRY_AS(auto address, parse_listen_address(config.listen));
  StopSignals signals;
  std::optional<Sandbox> sandbox;
  if (config.is_sandbox) {
    TRY_AS(auto started, Sandbox::start(config));
    sandbox.emplace(std::move(started));
  }
  TRY_AS(auto services, open_services(config));
  if (sandbox) TRY(sandbox->open(services));

  const auto signer = make_signer(services.master_key);
  Node node(services, signer);
  Areas areas(services, signer, node.hooks());
  StoredKeys authenticator(*services.database);
  http::KeyCache keys(*services.clock);
  http::MemoryRateLimiter rate_limiter(*services.clock);
  http::DatabaseIdempotencyStore idempotency(*services.database, *services.clock);
  const http::Dispatcher dispatcher(dispatch_options(config),
                                    {.clock = *services.clock,
                                     .metrics = *services.metrics,
                                     .keys = keys,
                                     .authenticator = authenticator,
                                     .rate_limiter = rate_limiter,
                                     .idempotency = idempotency},
                                    all_routes(services, areas, address));
  http::Server server(server_options(config, address), dispatcher, *services.workers);
  areas.start();
  TRY(server.start());
  address.port = server.port();
  TRY(node.start(config.public_url.empty() ? "http://" + address.text() : config.public_url));
  announce(address);
  if (sandbox) sandbox->announce(address);

  signals.wait();
  node.stop();
  server.stop();
  areas.stop();
  return {};
}

}  // namespace outrider::app
