// bench: sending leads mailboxes campaigns workspaces
//
// bench_send DATABASE_URL MAILS MAILBOXES: seeds a campaign of one step in an empty database, starts the
// engine without gaps and prints how many mails a second were planned, rendered, accepted by an SMTP server
// in this process and settled durably. bench/send runs it beside its peers.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
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

/// Takes every login and every mail, and forgets them; a thread a connection.
class Sink {
 public:
  Sink() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 512) != 0) std::exit(1);
    ::getsockname(listener_, raw, &size);
    port_ = ntohs(address.sin_port);
    std::thread([this] { accept(); }).detach();
  }
  int port() const { return port_; }
  std::int64_t mails() const { return mails_; }

 private:
  void accept() {
    for (;;) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      const int on = 1;
      ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      std::thread([this, connection] { serve(connection); }).detach();
    }
  }

  void serve(int connection) {
    std::string in;
    std::string out = "220 sink ESMTP\r\n";
    bool is_body = false;
    std::vector<char> buffer(64 * 1024);
    for (;;) {
      if (!out.empty() && ::send(connection, out.data(), out.size(), MSG_NOSIGNAL) < 0) break;
      out.clear();
      const auto got = ::recv(connection, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      in.append(buffer.data(), static_cast<std::size_t>(got));
      while (is_body ? take_body(in, is_body, out) : take_line(in, is_body, out)) {
      }
    }
    ::close(connection);
  }

  bool take_body(std::string& in, bool& is_body, std::string& out) {
    const auto end = in.find("\r\n.\r\n");
    if (end == std::string::npos) return false;
    in.erase(0, end + 5);
    is_body = false;
    ++mails_;
    out += "250 2.0.0 taken\r\n";
    return true;
  }

  static bool take_line(std::string& in, bool& is_body, std::string& out) {
    const auto end = in.find("\r\n");
    if (end == std::string::npos) return false;
    const std::string verb = in.substr(0, 4);
    in.erase(0, end + 2);
    if (verb == "EHLO") {
      out += "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n";
    } else if (verb == "AUTH") {
      out += "235 2.7.0 come in\r\n";
    } else if (verb == "DATA") {
      out += "354 go\r\n";
      is_body = true;
    } else {
      out += verb == "QUIT" ? "221 2.0.0 bye\r\n" : "250 2.0.0 ok\r\n";
    }
    return true;
  }

  int listener_;
  int port_ = 0;
  std::atomic<std::int64_t> mails_ = 0;
};

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
  if (argc != 4) {
    std::fprintf(stderr, "use: bench_send DATABASE_URL MAILS MAILBOXES\n");
    return 2;
  }
  const int mails = std::atoi(argv[2]);
  const int mailboxes = std::atoi(argv[3]);
  log::set_level(log::Level::Warn);
  Clock clock;
  const auto key = MasterKey::for_tests();
  const auto database = check(db::Database::open({.url = argv[1]}));
  check(db::migrate(*database, clock));
  Sink sink;
  const auto campaign = check(database->write([&](db::Tx& tx) -> Result<campaigns::Campaign> {
    return seed(tx, mailboxes, sink.port(), key, clock.now_ms());
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
  std::int64_t sent = 0;
  for (int waits = 0; (sent = settled()) < mails && waits < 6000; ++waits)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  engine.stop();
  std::printf("%.0f %lld %lld\n",
              static_cast<double>(sent) / seconds,
              static_cast<long long>(sent),
              static_cast<long long>(sink.mails()));
  std::fflush(stdout);
  std::_Exit(sent == mails ? 0 : 1);
}
