// bench: mail net core
// The IMAP client alone, on one thread; bench/fetch starts Dovecot and runs it beside mbsync.
//
//   bench_imap fetch HOST PORT none|tls USER SECRET CA_FILE [FOLDER]   whole INBOX, each message to a file in
//   FOLDER bench_imap idle  HOST PORT none|tls USER SECRET CA_FILE SESSIONS   memory of that many sessions in
//   IDLE
//
// Prints one JSON object.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/strings.h"
#include "mail/imap_client.h"

namespace {

using namespace outrider;
using namespace outrider::mail;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kLoginsAtOnce = 20;

void write_file(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    std::perror(path.c_str());
  if (file >= 0) ::close(file);
}

Task<> fetch_all(net::Network network, ImapSettings settings, std::string folder) {
  const auto started = Steady::now();
  ImapClient client(network, settings);
  CO_TRY(co_await client.open());
  CO_TRY(co_await client.select("INBOX", ImapAccess::ReadOnly));
  std::size_t bytes = 0;
  CO_TRY_AS(const auto count,
            co_await client.fetch({.uids = {{1, UINT32_MAX}}, .body = ImapBody::Whole},
                                  [&](const ImapFetch& message) {
                                    const auto body = message.sections.front().bytes.view();
                                    bytes += body.size();
                                    if (!folder.empty())
                                      write_file(folder + "/" + std::to_string(*message.uid), body);
                                  }));
  CO_TRY(co_await client.logout());
  const std::chrono::duration<double> seconds = Steady::now() - started;
  std::printf("{\"messages\": %zu, \"bytes\": %zu, \"seconds\": %.4f}\n", count, bytes, seconds.count());
  co_return Result<>{};
}

/// Private memory of this process.
std::size_t private_bytes() {
  std::ifstream maps("/proc/self/smaps_rollup");
  std::size_t kilobytes = 0;
  for (std::string line; std::getline(maps, line);)
    if (line.starts_with("Private_Dirty:"))
      kilobytes += static_cast<std::size_t>(
          parse_integer(trim(split(trim(line.substr(14)), ' ').front())).value_or(0));
  return kilobytes << 10;
}

struct Fleet {
  std::vector<std::unique_ptr<ImapClient>> clients;
  std::size_t idling = 0;
};

/// Logs every `step`th client in from `first` on, one after the other, and leaves each in IDLE.
Task<> start_some(Fleet& fleet, std::size_t first, std::size_t step) {
  const auto executor = co_await boost::asio::this_coro::executor;
  for (std::size_t at = first; at < fleet.clients.size(); at += step) {
    ImapClient& client = *fleet.clients[at];
    auto opened = co_await client.open();
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    CO_TRY(co_await client.select("INBOX", ImapAccess::ReadOnly));
    const auto wait = [&client]() -> boost::asio::awaitable<void> {
      (void)co_await client.wait_for_change(std::chrono::seconds(600));
    };
    boost::asio::co_spawn(executor, wait, boost::asio::detached);
    ++fleet.idling;
  }
  co_return Result<>{};
}

void measure_idle(const net::Network& network, const ImapSettings& settings, std::size_t sessions) {
  boost::asio::io_context io;
  const std::size_t before = private_bytes();
  const auto started = Steady::now();
  Fleet fleet;
  for (std::size_t i = 0; i < sessions; ++i)
    fleet.clients.push_back(std::make_unique<ImapClient>(network, settings));
  for (std::size_t i = 0; i < kLoginsAtOnce; ++i)
    boost::asio::co_spawn(
        io, start_some(fleet, i, kLoginsAtOnce), [](std::exception_ptr, const Result<>& result) {
          if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
        });
  while (fleet.idling < sessions && io.run_one_for(std::chrono::seconds(30)) > 0) continue;
  const std::chrono::duration<double> seconds = Steady::now() - started;
  io.run_for(std::chrono::seconds(1));  // the last ones into IDLE
  malloc_trim(0);
  const std::size_t after = private_bytes();
  std::printf("{\"sessions\": %zu, \"bytes_each\": %zu, \"login_seconds\": %.2f}\n",
              fleet.idling,
              (after - before) / std::max<std::size_t>(fleet.idling, 1),
              seconds.count());
  for (const auto& client : fleet.clients) client->stop();
  io.run_for(std::chrono::seconds(1));
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (argc < 8) return 2;
  const std::string mode = arguments[1];
  const ImapSettings settings{
      .endpoint = {.host = arguments[2],
                   .port = static_cast<std::uint16_t>(parse_integer(arguments[3]).value_or(0))},
      .security = std::string_view(arguments[4]) == "tls" ? ImapSecurity::Tls : ImapSecurity::None,
      .user = arguments[5],
      .secret = arguments[6]};
  const auto resolver = net::Resolver::create({});
  const auto tls = net::TlsClient::create(arguments[7]);
  if (!resolver || !tls) return 2;
  const net::Network network{
      .resolver = **resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = *tls};
  const std::string last = argc > 8 ? arguments[8] : "";
  if (mode == "idle") {
    measure_idle(network, settings, static_cast<std::size_t>(parse_integer(last).value_or(0)));
    return 0;
  }
  boost::asio::io_context io;
  int status = 0;
  boost::asio::co_spawn(
      io, fetch_all(network, settings, last), [&](std::exception_ptr, const Result<>& result) {
        if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
        status = result ? 0 : 1;
      });
  io.run();
  return status;
}
