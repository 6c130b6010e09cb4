#include "app/services.h"

#include <mutex>
#include <string>
#include <unordered_map>

#include "app/commands.h"
#include "core/strings.h"
#include "core/time_text.h"

namespace outrider::app {
namespace {

/// Times of every named query.
class QueryFigures : public db::Observer {
 public:
  explicit QueryFigures(http::Metrics& metrics) : metrics_(metrics) {}

  void query_ran(std::string_view name, std::chrono::microseconds took, bool failed) override {
    auto figures = figures_of(name);
    figures.seconds.observe(std::chrono::duration<double>(took).count());
    if (failed) figures.failures.add();
  }

 private:
  struct Figures {
    http::Histogram seconds;
    http::Counter failures;
  };

  Figures figures_of(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto known = by_name_.find(name);
    if (known != by_name_.end()) return known->second;
    const Figures made{
        metrics_.histogram(
            "outrider_query_seconds", "Time of a database query", http::latency_bounds(), {{"query", name}}),
        metrics_.counter("outrider_query_failures_total", "Failed queries", {{"query", name}})};
    by_name_.emplace(name, made);
    return made;
  }

  http::Metrics& metrics_;
  std::mutex mutex_;
  std::unordered_map<std::string_view, Figures> by_name_;  // names are constants of the program
};

/// Stands where a command needs no database: nothing can be read or written.
class NoDatabase : public db::Database {
 public:
  db::Engine engine() const override { return db::Engine::Sqlite; }

 protected:
  Result<void> run_read(const Body&) override { return fail(Code::Unavailable, "there is no database"); }
  Result<void> run_write(const Body&) override { return fail(Code::Unavailable, "there is no database"); }
};

std::unique_ptr<Clock> make_clock(const Config& config) {
  if (config.test_clock.empty()) return std::make_unique<Clock>();
  return std::make_unique<Clock>(parse_instant(config.test_clock).value_or(0));
}

Result<std::unique_ptr<net::Resolver>> make_resolver(const Config& config) {
  net::ResolverOptions options;
  for (const auto server : split(config.net_dns_servers, ','))
    if (!trim(server).empty()) options.nameservers.emplace_back(trim(server));
  return net::Resolver::create(std::move(options));
}

net::PrivateAddresses private_addresses(const Config& config) {
  if (config.is_sandbox) return net::PrivateAddresses::Only;
  return config.net_allow_private ? net::PrivateAddresses::Allow : net::PrivateAddresses::Refuse;
}

Result<Services> assemble(const Config& config,
                          std::unique_ptr<Clock> clock,
                          std::unique_ptr<http::Metrics> metrics,
                          std::unique_ptr<db::Observer> observer,
                          std::unique_ptr<db::Database> database,
                          MasterKey master_key) {
  TRY_AS(auto resolver, make_resolver(config));
  TRY_AS(auto tls, net::TlsClient::create(config.net_ca_file));
  const net::AddressPolicy policy(private_addresses(config));
  auto network = std::make_unique<net::Network>(*resolver, policy, std::move(tls));
  auto io_pool = std::make_unique<net::IoPool>(static_cast<std::size_t>(config.http_io_threads));
  auto workers = std::make_unique<jobs::WorkerPool>(
      jobs::WorkerPool::Options{.threads = static_cast<std::size_t>(config.http_workers)});
  return Services{.config = config,
                  .clock = std::move(clock),
                  .metrics = std::move(metrics),
                  .observer = std::move(observer),
                  .database = std::move(database),
                  .master_key = std::move(master_key),
                  .resolver = std::move(resolver),
                  .network = std::move(network),
                  .io_pool = std::move(io_pool),
                  .workers = std::move(workers)};
}

}  // namespace

Result<MasterKey> open_master_key(const Config& config) {
  return MasterKey::load_or_create(config.data_path("outrider.key"));
}

Result<Services> open_services(const Config& config) {
  auto clock = make_clock(config);
  auto metrics = std::make_unique<http::Metrics>();
  auto observer = std::make_unique<QueryFigures>(*metrics);
  TRY_AS(auto database, open_database(config, *clock, observer.get()));
  TRY_AS(auto master_key, open_master_key(config));
  return assemble(config,
                  std::move(clock),
                  std::move(metrics),
                  std::move(observer),
                  std::move(database),
                  std::move(master_key));
}

Result<Services> open_empty_services(const Config& config) {
  return assemble(config,
                  std::make_unique<Clock>(),
                  std::make_unique<http::Metrics>(),
                  nullptr,
                  std::make_unique<NoDatabase>(),
                  MasterKey::generate());
}

}  // namespace outrider::app
