// bench: receiving mailboxes workspaces http jobs net db core
// The receive path as the server runs it: IMAP fetch, MIME, matching, stored and committed. bench/receive
// starts Dovecot and runs it beside mbsync.
//
//   bench_receive DATABASE_URL HOST PORT none|tls USER SECRET CA_FILE MESSAGES
//
// Prints one JSON object once MESSAGES are stored.
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <thread>

#include "core/strings.h"
#include "db/migrate.h"
#include "mailboxes/store.h"
#include "receiving/receiver.h"
#include "workspaces/store.h"

namespace {

using namespace outrider;
using Steady = std::chrono::steady_clock;

constexpr auto kLookEvery = std::chrono::milliseconds(50);
constexpr auto kWaitMax = std::chrono::minutes(5);

struct Peer {
  std::string host;
  int port = 0;
  mailboxes::Security security = mailboxes::Security::None;
  std::string user;
  std::string secret;
};

Result<> add_mailbox(db::Database& database, const MasterKey& key, const Peer& peer, TimeMs now_ms) {
  return database.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto user,
           workspaces::create_user(
               tx, {.email = "bench@team.example", .name = "Bench", .workspace_id = {}}, now_ms));
    mailboxes::Mailbox mailbox;
    mailbox.workspace_id = user.workspace_id;
    mailbox.user_id = user.id;
    mailbox.from_email = peer.user;
    mailbox.smtp = {.host = peer.host,
                    .port = 25,
                    .security = mailboxes::Security::None,
                    .user = peer.user,
                    .sealed_secret = key.seal(peer.secret)};
    mailbox.imap = {.host = peer.host,
                    .port = peer.port,
                    .security = peer.security,
                    .user = peer.user,
                    .sealed_secret = std::nullopt};
    TRY(mailboxes::create(tx, mailbox, now_ms));
    return {};
  });
}

constexpr db::Query kStored{"bench.receive_stored", R"sql(
  SELECT COUNT(*)
    FROM inbound
)sql"};

std::int64_t stored(db::Database& database) {
  const auto row = database.read([](db::Tx& tx) { return tx.row(kStored); });
  return row ? (*row)->int64(0) : 0;
}

Result<> measure(const std::string& database_url,
                 const Peer& peer,
                 const std::string& ca_file,
                 std::int64_t messages) {
  Clock clock;
  http::Metrics metrics;
  const auto key = MasterKey::for_tests();
  const tracking::TokenSigner signer({{.id = 1, .bytes = key.derive("tracking token")}});
  TRY_AS(const auto database, db::Database::open({.url = database_url}));
  TRY(db::migrate(*database, clock));
  TRY(add_mailbox(*database, key, peer, clock.now_ms()));
  TRY_AS(const auto resolver, net::Resolver::create({}));
  TRY_AS(const auto tls, net::TlsClient::create(ca_file));
  net::Network network{
      .resolver = *resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = tls};
  net::IoPool io_pool(1);
  receiving::Receiver receiver({.database = *database,
                                .clock = clock,
                                .metrics = metrics,
                                .io_pool = io_pool,
                                .network = network,
                                .key = key,
                                .signer = signer},
                               {.session = {}, .node = "bench"});
  const auto started = Steady::now();
  receiver.start();
  while (stored(*database) < messages && Steady::now() - started < kWaitMax)
    std::this_thread::sleep_for(kLookEvery);
  const std::chrono::duration<double> seconds = Steady::now() - started;
  receiver.stop();
  std::printf("{\"messages\": %lld, \"seconds\": %.4f}\n",
              static_cast<long long>(stored(*database)),
              seconds.count());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (argc < 9) return 2;
  const Peer peer{.host = arguments[2],
                  .port = static_cast<int>(parse_integer(arguments[3]).value_or(0)),
                  .security = std::string_view(arguments[4]) == "tls" ? mailboxes::Security::Tls
                                                                      : mailboxes::Security::None,
                  .user = arguments[5],
                  .secret = arguments[6]};
  const auto measured = measure(arguments[1], peer, arguments[7], parse_integer(arguments[8]).value_or(0));
  if (!measured) std::fprintf(stderr, "%s\n", measured.error().message.c_str());
  return measured ? 0 : 1;
}
