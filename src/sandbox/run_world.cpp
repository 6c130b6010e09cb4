#include "sandbox/run_world.h"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <thread>

#include "core/log.h"
#include "core/strings.h"
#include "sandbox/dovecot.h"
#include "sandbox/prospects.h"
#include "sandbox/smtp_world.h"
#include "sandbox/world_ports.h"

namespace outrider::sandbox {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::string_view kHere = "127.0.0.1";
constexpr std::chrono::seconds kOldWorldGoesMax{15};
constexpr std::chrono::milliseconds kLook{100};
constexpr std::chrono::seconds kDovecotLook{1};
constexpr std::size_t kLineBytesMax = 512;

/// The ports on record are free once the world of a server that was killed has let go of them.
Result<> wait_for_old_world(const WorldPorts& kept, const std::filesystem::path& file) {
  const auto give_up = steady_clock::now() + kOldWorldGoesMax;
  while (!is_free(kept.smtp) || !is_free(kept.imap) || !is_free(kept.lmtp)) {
    if (steady_clock::now() > give_up)
      return fail(Code::Unavailable,
                  "sandbox: another program listens on one of the ports in " + file.string() +
                      "; end it, or delete that file to get new ports");
    std::this_thread::sleep_for(kLook);
  }
  return {};
}

/// On the port on record; at first on the usual one, or on a free one when that is taken.
Result<std::unique_ptr<SmtpWorld>> open_smtp(const asio::any_io_executor& executor,
                                             const std::optional<WorldPorts>& kept,
                                             Prospects& prospects) {
  const SmtpWorld::Hooks hooks{
      .refuse = [&](const std::string& address) { return prospects.refuse(address); },
      .take = [&](const TakenMail& mail) { prospects.take(mail); },
      .pause = [&] { return prospects.pause(); }};
  if (kept) return SmtpWorld::listen(executor, kept->smtp, hooks);
  auto usual = SmtpWorld::listen(executor, kSmtpPort, hooks);
  return usual ? std::move(usual) : SmtpWorld::listen(executor, 0, hooks);
}

/// Whoever holds the usual SMTP port may have the usual IMAP port too.
Result<std::uint16_t> imap_port(const std::optional<WorldPorts>& kept, std::uint16_t smtp_port) {
  if (kept) return kept->imap;
  if (smtp_port == kSmtpPort && is_free(kImapPort)) return kImapPort;
  return any_free_port();
}

/// `127.0.0.1:8025`; a server that listens everywhere is reached on loopback.
net::Endpoint server_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string_view::npos ? std::nullopt : parse_integer(text.substr(colon + 1));
  if (!port || *port <= 0 || *port > 65'535) return {};
  std::string host(text.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "0.0.0.0") host = kHere;
  if (host == "::") host = "::1";
  return {.host = host, .port = static_cast<std::uint16_t>(*port)};
}

/// Follows the standard input; at its end the loop stops.
asio::awaitable<void> listen_to_server(asio::io_context& context, Prospects& prospects) {
  asio::posix::stream_descriptor input(context, dup(STDIN_FILENO));
  std::string text;
  for (;;) {
    auto buffer = asio::dynamic_buffer(text, kLineBytesMax);
    const auto [error, length] =
        co_await asio::async_read_until(input, buffer, '\n', asio::as_tuple(asio::use_awaitable));
    if (error) break;
    prospects.set_server(server_endpoint(trim(std::string_view(text).substr(0, length))));
    text.erase(0, length);
  }
  context.stop();
}

asio::awaitable<void> watch(asio::io_context& context, Dovecot& dovecot) {
  asio::steady_timer timer(context);
  while (dovecot.is_alive()) {
    timer.expires_after(kDovecotLook);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  context.stop();
}

void announce(const WorldPorts& ports) {
  std::printf("smtp=%u imap=%u\n", static_cast<unsigned>(ports.smtp), static_cast<unsigned>(ports.imap));
  std::fflush(stdout);
}

}  // namespace

Result<> run_world(const WorldOptions& options) {
  TRY_AS(const auto folder, reachable_folder(options.folder / "dovecot"));
  const auto ports_file = options.folder / "ports";
  const auto kept = load_ports(ports_file);
  if (kept) TRY(wait_for_old_world(*kept, ports_file));
  WorldPorts ports = kept.value_or(WorldPorts());
  if (!kept) {
    TRY_AS(ports.lmtp, any_free_port());
  }

  asio::io_context context(1);
  TRY_AS(const auto resolver, net::Resolver::create({}));
  const net::Network network{
      .resolver = *resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Only), .tls = nullptr};
  Prospects prospects(context.get_executor(),
                      network,
                      {.seed = options.seed,
                       .speed = options.speed,
                       .lmtp = {.host = std::string(kHere), .port = ports.lmtp}});
  TRY_AS(const auto smtp, open_smtp(context.get_executor(), kept, prospects));
  ports.smtp = smtp->port();
  TRY_AS(ports.imap, imap_port(kept, ports.smtp));
  TRY_AS(auto dovecot, Dovecot::start(folder, {.imap = ports.imap, .lmtp = ports.lmtp}));
  TRY(store_ports(ports_file, ports));

  asio::co_spawn(context, listen_to_server(context, prospects), asio::detached);
  asio::co_spawn(context, watch(context, dovecot), asio::detached);
  announce(ports);
  context.run();
  if (!dovecot.is_alive())
    return fail(Code::Unavailable, "sandbox: Dovecot ended; see dovecot.log in " + folder.string());
  return {};
}

}  // namespace outrider::sandbox
