#include "app/doctor.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <iostream>

#include "app/commands.h"
#include "app/listen_address.h"
#include "app/services.h"
#include "core/time_text.h"
#include "db/migrate.h"

namespace outrider::app {
namespace {

// A name that exists as long as the net does.
constexpr const char* kKnownName = "a.root-servers.net";
constexpr TimeMs kEarliestMs = 1'767'225'600'000;  // 2026-01-01: a clock before the program's time is wrong

struct Finding {
  std::string what;
  std::string problem = {};  // empty: all is well
  std::string advice = {};
};

Finding check_database(const Config& config) {
  Finding finding{.what = "database"};
  auto database = db::Database::open({.url = config.url_of_database()});
  if (!database) {
    finding.problem = database.error().message;
    finding.advice = "check database_url and that the server runs, or that the data folder can be written";
    return finding;
  }
  const auto pending = db::pending_migrations(**database);
  if (!pending) {
    finding.problem = pending.error().message;
    finding.advice = "run the version of outrider that made this database, or a later one";
  } else if (!pending->empty()) {
    finding.problem = std::to_string(pending->size()) + " migrations are missing";
    finding.advice = "run `outrider migrate` (`serve` does it by itself)";
  }
  return finding;
}

Finding check_data_folder(const Config& config) {
  Finding finding{.what = "data folder"};
  std::error_code error;
  std::filesystem::create_directories(config.data, error);
  const auto key = error ? Result<MasterKey>(fail(Code::Internal, error.message())) : open_master_key(config);
  if (key) return finding;
  finding.problem = key.error().message;
  finding.advice = "make " + config.data + " a folder this user can write to";
  return finding;
}

Finding check_port(const Config& config) {
  Finding finding{.what = "port"};
  const auto address = parse_listen_address(config.listen);
  if (!address) return {.what = "port", .problem = address.error().message, .advice = "correct \"listen\""};
  boost::asio::io_context context;
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address->host, error);
  boost::asio::ip::tcp::acceptor acceptor(context);
  if (!error) acceptor.open(ip.is_v6() ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(), error);
  if (!error) acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind({ip, address->port}, error);
  if (!error) return finding;
  finding.problem = config.listen + ": " + error.message();
  finding.advice = "stop what listens there, or choose another address with --listen";
  return finding;
}

Finding check_dns(const Config& config) {
  Finding finding{.what = "DNS"};
  auto services = open_empty_services(config);
  if (!services) return {.what = "DNS", .problem = services.error().message, .advice = "correct \"net\""};
  const auto addresses = net::block_on(services->io_pool->next(), services->resolver->addresses(kKnownName));
  if (addresses) return finding;
  finding.problem = addresses.error().message;
  finding.advice = "check /etc/resolv.conf or net.dns_servers; without DNS no mail host is found";
  return finding;
}

Finding check_clock() {
  const TimeMs now_ms = Clock().now_ms();
  if (now_ms >= kEarliestMs) return {.what = "clock"};
  return {.what = "clock",
          .problem = "it says " + instant_text(now_ms),
          .advice = "set it, and let systemd-timesyncd or chrony keep it"};
}

}  // namespace

Result<> doctor(const Config& config) {
  const Finding findings[] = {check_data_folder(config),
                              check_database(config),
                              check_port(config),
                              check_dns(config),
                              check_clock()};
  for (const Finding& finding : findings) {
    std::cout << (finding.problem.empty() ? "ok       " : "problem  ") << finding.what;
    if (!finding.problem.empty()) std::cout << ": " << finding.problem << "\n         " << finding.advice;
    std::cout << '\n';
  }
  const bool is_well = std::ranges::all_of(findings, [](const Finding& f) { return f.problem.empty(); });
  if (!is_well) return fail(Code::Unavailable, "not everything is well");
  return {};
}

}  // namespace outrider::app
