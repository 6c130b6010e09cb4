// A small running world for the tests of the engine: a workspace with mailboxes that send to a server on
// loopback, a campaign with steps and leads, and a clock that is moved by hand.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../tests/support/smtp_sink.h"
#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "db/testing.h"
#include "leads/import.h"
#include "mailboxes/attachment.h"
#include "mailboxes/state_store.h"
#include "mailboxes/store.h"
#include "sending/engine.h"
#include "workspaces/store.h"

namespace outrider::sending {

/// A Monday, 10:00:30 UTC.
inline constexpr TimeMs kMonday = 1'770'026'430'000;

template <class F>
auto written(db::Database& database, F&& f) {
  auto result = database.write(f);
  REQUIRE_MESSAGE(result, (result ? std::string() : result.error().message));
  if constexpr (!std::is_void_v<typename decltype(result)::value_type>) return *std::move(result);
}

struct WorldOptions {
  std::size_t mailboxes = 1;
  std::size_t leads = 1;
  std::vector<int> delays = {0};  // days before each step
  int new_leads_per_day = 1000;
  std::int64_t day_max = 1000;
  int start_minute = 0;
  int end_minute = 0;  // equal: the whole day
  bool is_scanned = true;
  tests::SinkAnswer answer = {};
  std::function<void(campaigns::Settings&)> adjust = {};
  bool shares_domain = false;  // all leads are of one company
};

constexpr db::Query kTestLeads{"sending.test_leads", R"sql(
  SELECT campaign_lead.id, campaign_lead.state, campaign_lead.next_seq, campaign_lead.due_at_ms,
         campaign_lead.is_claimed, campaign_lead.mailbox_id, campaign_lead.reason, lead.email
    FROM campaign_lead
    JOIN lead ON lead.workspace_id = campaign_lead.workspace_id AND lead.id = campaign_lead.lead_id
   ORDER BY campaign_lead.id
)sql"};

constexpr db::Query kTestRows{"sending.test_rows", R"sql(
  SELECT id, state, attempt, not_before_ms, header_id, mailbox_id, campaign_lead_id, message_id
    FROM outgoing
   ORDER BY id
)sql"};

constexpr db::Query kTestNewLeads{"sending.test_new_leads", R"sql(
  SELECT COALESCE(SUM(new_leads), 0), COALESCE(SUM(sent), 0)
    FROM campaign_day
)sql"};

/// The engine starts with start() and ends with the world.
class EngineWorld {
 public:
  EngineWorld(db::Database& database, WorldOptions options)
      : database(database), options(std::move(options)), sink(this->options.answer), clock(kMonday) {
    make_workspace();
    for (std::size_t i = 0; i < this->options.mailboxes; ++i) add_mailbox(i);
    make_campaign();
  }

  void start() {
    engine = std::make_unique<Engine>(
        EngineParts{.database = database,
                    .clock = clock,
                    .io = io,
                    .workers = workers,
                    .network = {.resolver = *resolver,
                                .policy = net::AddressPolicy(net::PrivateAddresses::Allow),
                                .tls = *net::TlsClient::create({})},
                    .master_key = master_key,
                    .signer = signer,
                    .sent_lookup = sent_lookup},
        EngineOptions{.public_url = "http://127.0.0.1:8025", .gap_floor_ms = gap_floor_ms});
    REQUIRE(engine->start());
  }

  /// Ends the engine as a graceful stop does.
  void stop() {
    if (!engine) return;
    engine->stop();
    ended.push_back(std::move(engine));
  }

  void advance(TimeMs by_ms) {
    clock.advance(std::chrono::milliseconds(by_ms));
    if (options.is_scanned) scan();
  }

  /// Every inbox was read just now.
  void scan() {
    written(database, [&](db::Tx& tx) -> Result<> {
      for (const auto id : mailbox_ids)
        TRY(mailboxes::store_inbound_watermark(tx, workspace_id, id, clock.now_ms()));
      return {};
    });
    if (engine) engine->wake();
  }

  /// Looks every few milliseconds, for ten seconds at most.
  template <class Holds>
  bool eventually(Holds holds) {
    for (int i = 0; i < 2000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  db::Rows rows(const db::Query& query) {
    return written(database, [&](db::Tx& tx) { return tx.rows(query); });
  }
  std::size_t count_rows(OutgoingState state) {
    std::size_t count = 0;
    for (const auto& row : rows(kTestRows)) count += row.as<OutgoingState>(1) == state ? 1 : 0;
    return count;
  }
  bool becomes(std::size_t count, OutgoingState state) {
    return eventually([&] { return count_rows(state) == count; });
  }

  void set_state(campaigns::CampaignState state) {
    written(database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto now, campaigns::load(tx, {.workspace_id = workspace_id}, campaign.id));
      return campaigns::store_state(tx, now, state, "TEST", clock.now_ms());
    });
    if (engine) engine->wake();
  }

  db::Database& database;
  WorldOptions options;
  tests::SmtpSink sink;
  Clock clock;
  net::IoPool io{2};
  jobs::WorkerPool workers{{.threads = 2}};
  std::unique_ptr<net::Resolver> resolver = *net::Resolver::create({});
  MasterKey master_key = MasterKey::for_tests();
  tracking::TokenSigner signer{{{.id = 1, .bytes = "0123456789abcdef0123456789abcdef"}}};
  TimeMs gap_floor_ms = 0;
  SentLookup* sent_lookup = nullptr;
  std::int64_t workspace_id = 0;
  std::vector<std::int64_t> mailbox_ids;
  campaigns::Campaign campaign;
  std::unique_ptr<Engine> engine;
  std::vector<std::unique_ptr<Engine>> ended;  // their alarms hear the clock to its last advance

 private:
  void make_workspace() {
    static int number = 0;
    const auto email = "owner" + std::to_string(++number) + "@team.example";
    const auto user = written(database, [&](db::Tx& tx) {
      return workspaces::create_user(tx, {.email = email, .name = "Owner", .workspace_id = {}}, kMonday);
    });
    workspace_id = user.workspace_id;
  }

  void add_mailbox(std::size_t number) {
    mailboxes::Mailbox mailbox;
    mailbox.workspace_id = workspace_id;
    mailbox.user_id = 1;
    mailbox.from_name = "Sam Sender";
    mailbox.from_email = "sam" + std::to_string(number) + "@sender.example";
    mailbox.smtp = {.host = "127.0.0.1",
                    .port = sink.port(),
                    .security = mailboxes::Security::None,
                    .user = mailbox.from_email,
                    .sealed_secret = master_key.seal("secret")};
    mailbox.imap = {.host = "127.0.0.1", .port = 1, .user = mailbox.from_email, .sealed_secret = {}};
    mailbox.max_email_per_day = options.day_max;
    const auto id = written(database, [&](db::Tx& tx) { return mailboxes::create(tx, mailbox, kMonday); });
    REQUIRE(id.has_value());
    mailbox_ids.push_back(*id);
  }

  void make_campaign() {
    campaign = written(database, [&](db::Tx& tx) {
      return campaigns::create(
          tx, {.workspace_id = workspace_id, .user_id = 1, .client_id = {}, .name = "C"}, kMonday);
    });
    const campaigns::SavedSchedule schedule{.timezone = "UTC",
                                            .days = 0x7F,
                                            .start_minute = options.start_minute,
                                            .end_minute = options.end_minute,
                                            .min_gap_minutes = 0,
                                            .max_new_leads_per_day = options.new_leads_per_day,
                                            .start_at_ms = {}};
    written(database, [&](db::Tx& tx) { return campaigns::store_schedule(tx, campaign, schedule, kMonday); });
    std::vector<campaigns::SequenceStep> steps;
    for (const int delay : options.delays) {
      const bool is_first = steps.empty();
      steps.push_back({.seq_number = static_cast<std::int64_t>(steps.size()) + 1,
                       .delay_days = delay,
                       .subject = is_first ? "Hello {{first_name}}" : "",
                       .body = "<p>Hi {{first_name}}, <a href=\"https://sender.example/x\">look</a>.</p>",
                       .winning_metric = {},
                       .test_percentage = {},
                       .variants = {}});
    }
    written(database, [&](db::Tx& tx) { return campaigns::replace_steps(tx, campaign, steps, kMonday); });
    written(database, [&](db::Tx& tx) { return mailboxes::attach(tx, campaign, mailbox_ids, kMonday); });
    if (options.adjust) options.adjust(campaign.settings);
    written(database, [&](db::Tx& tx) { return campaigns::store_settings(tx, campaign, kMonday); });
    add_leads();
    set_state(campaigns::CampaignState::Active);
    if (options.is_scanned) scan();
  }

  void add_leads() {
    std::vector<leads::ImportRow> wanted;
    for (std::size_t i = 0; i < options.leads; ++i) {
      const auto number = std::to_string(i);
      leads::ImportRow row{
          .email = "lead" + number + "@company" + (options.shares_domain ? "" : number) + ".example",
          .contact = {},
          .custom_fields = {}};
      row.contact.first_name = "Lee" + number;
      wanted.push_back(std::move(row));
    }
    const auto now = written(database, [&](db::Tx& tx) {
      return campaigns::load(tx, {.workspace_id = workspace_id}, campaign.id);
    });
    written(database, [&](db::Tx& tx) { return leads::import_leads(tx, now, wanted, {}, kMonday); });
  }
};

/// The test on a fresh database of each engine.
inline void for_each_world(const WorldOptions& options, const std::function<void(EngineWorld&)>& test) {
  db::for_each_migrated([&](db::Database& database) {
    EngineWorld world(database, options);
    test(world);
    world.stop();
  });
}

}  // namespace outrider::sending
