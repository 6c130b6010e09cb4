// bench: sending leads mailboxes campaigns workspaces
//
// bench_send DATABASE_URL MAILS MAILBOXES PORT: seeds a campaign of one step in an empty database, starts the
// engine without gaps and prints how many mails a second were planned, rendered, accepted by the SMTP server
// on that port and settled durably. bench/send runs it beside its peers.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "core/log.h"
#include "db/migrate.h"
#include "leads/import.h"
#include "mailboxes/attachment.h"
#include "mailboxes/state_store.h"
#include "mailboxes/store.h"
#include "sending/engine.h"
#include "workspaces/store.h"

using namespace outrider;

namespace {

constexpr std::size_t kBodyBytes = 4096;
constexpr std::size_t kRowsAtOnce = 400;

template <class T>
T check(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "bench_send: %s\n", result.error().message.c_str());
  std::exit(1);
}
void check(Result<> result) {
  if (result) return;
  std::fprintf(stderr, "bench_send: %s\n", result.error().message.c_str());
  std::exit(1);
}

mailboxes::Mailbox mailbox_of(const workspaces::User& user, int number, int port, const MasterKey& key) {
  mailboxes::Mailbox mailbox{};
  mailbox.workspace_id = user.workspace_id;
  mailbox.user_id = user.id;
  mailbox.from_name = "Sender";
  mailbox.from_email = "m" + std::to_string(number) + "@sender.example";
  mailbox.smtp = {.host = "127.0.0.1",
                  .port = port,
                  .security = mailboxes::Security::None,
                  .user = mailbox.from_email,
                  .sealed_secret = key.seal("secret")};
  mailbox.imap = mailbox.smtp;
  mailbox.max_email_per_day = 100'000'000;
  return mailbox;
}

/// Owner, mailboxes and a started campaign of one step that is open around the clock.
campaigns::Campaign seed(db::Tx& tx, int mailboxes, int port, const MasterKey& key, TimeMs now_ms) {
  const auto user = check(
      workspaces::create_user(tx, {.email = "o@bench.example", .name = "O", .workspace_id = {}}, now_ms));
  auto campaign = check(campaigns::create(
      tx, {.workspace_id = user.workspace_id, .user_id = user.id, .client_id = {}, .name = "bench"}, now_ms));
  check(campaigns::store_schedule(
      tx,
      campaign,
      {.timezone = "UTC", .days = 127, .max_new_leads_per_day = 100'000'000, .start_at_ms = {}},
      now_ms));
  std::string body = "<p>Hello {{first_name}}, {we|all of us} at {{company_name|your company}} ...</p><p>";
  body.append(kBodyBytes - body.size(), 'x');
  campaigns::SequenceStep step{};
  step.seq_number = 1;
  step.subject = "Hello {{first_name}}";
  step.body = body;
  check(campaigns::replace_steps(tx, campaign, {step}, now_ms));
  std::vector<std::int64_t> ids;
  for (int i = 0; i < mailboxes; ++i)
    ids.push_back(*check(mailboxes::create(tx, mailbox_of(user, i, port, key), now_ms)));
  for (const auto id : ids)  // as if the inboxes had just been read
    check(mailboxes::store_inbound_watermark(tx, user.workspace_id, id, now_ms));
  check(mailboxes::attach(tx, campaign, ids, now_ms));
  check(campaigns::store_state(tx, campaign, campaigns::CampaignState::Active, "BENCH", now_ms));
  return check(campaigns::load(tx, {.workspace_id = user.workspace_id}, campaign.id));
}

void add_leads(db::Database& database, const campaigns::Campaign& campaign, int leads, TimeMs now_ms) {
  for (int first = 0; first < leads; first += static_cast<int>(kRowsAtOnce)) {
    std::vector<leads::ImportRow> rows;
    for (int i = first; i < leads && rows.size() < kRowsAtOnce; ++i) {
      leads::ImportRow row{};
      row.email = "lead" + std::to_string(i) + "@c" + std::to_string(i % 5000) + ".example";
      row.contact.first_name = "Lead" + std::to_string(i);
      rows.push_back(std::move(row));
    }
    check(database.write([&](db::Tx& tx) { return leads::import_leads(tx, campaign, rows, {}, now_ms); }));
  }
}

constexpr db::Query kSettled{"bench.settled", "SELECT COUNT(*) FROM outgoing WHERE state = 2"};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "use: bench_send DATABASE_URL MAILS MAILBOXES PORT\n");
    return 2;
  }
  const int mails = std::atoi(argv[2]);
  const int mailboxes = std::atoi(argv[3]);
  const int port = std::atoi(argv[4]);
  log::set_level(log::Level::Warn);
  Clock clock;
  const auto key = MasterKey::for_tests();
  const auto database = check(db::Database::open({.url = argv[1]}));
  check(db::migrate(*database, clock));
  const auto campaign = check(database->write([&](db::Tx& tx) -> Result<campaigns::Campaign> {
    return seed(tx, mailboxes, port, key, clock.now_ms());
  }));
  add_leads(*database, campaign, mails, clock.now_ms());

  const auto resolver = check(net::Resolver::create({}));
  const net::Network network{
      *resolver, net::AddressPolicy(net::PrivateAddresses::Allow), check(net::TlsClient::create(""))};
  net::IoPool io(1);
  jobs::WorkerPool workers({.threads = 16});
  const tracking::TokenSigner signer({{.id = 1, .bytes = key.derive("tracking token")}});
  sending::Engine engine(
      {.database = *database,
       .clock = clock,
       .io = io,
       .workers = workers,
       .network = network,
       .master_key = key,
       .signer = signer},
      {.public_url = "http://127.0.0.1", .gap_floor_ms = 0, .day_max_default = 100'000'000});
  const auto begin = std::chrono::steady_clock::now();
  check(engine.start());
  const auto settled = [&] {
    return (*check(database->read([](db::Tx& tx) { return tx.row(kSettled); }))).int64(0);
  };
  const auto is_done = [&] {
    return engine.counts().sent >= static_cast<std::uint64_t>(mails) && engine.pending() == 0;
  };
  for (int waits = 0; !is_done() && waits < 12000; ++waits)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::int64_t sent = settled();
  engine.stop();
  std::printf("%.0f\n", static_cast<double>(sent) / seconds);
  std::fflush(stdout);
  std::_Exit(sent == mails ? 0 : 1);
}
