#include "sending/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>

#include "campaigns/lead_state.h"
#include "core/time_text.h"
#include "inbox/outgoing.h"
#include "leads/suppression.h"
#include "sending/engine_testing.h"

namespace outrider::sending {

using campaigns::LeadState;

TEST_CASE("a campaign of two steps goes out, threaded, and completes") {
  for_each_world({.leads = 3, .delays = {0, 1}}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(3, OutgoingState::Sent));
    for (const auto& lead : world.rows(kTestLeads)) {
      CHECK(lead.as<LeadState>(1) == LeadState::InProgress);
      CHECK(lead.int64(2) == 2);
    }

    world.advance(kDayMs + kHourMs);
    REQUIRE(world.becomes(6, OutgoingState::Sent));
    const auto mails = world.sink.mails();
    REQUIRE(mails.size() == 6);
    CHECK(mails[0].header("Subject") == "Hello Lee0");
    CHECK(mails[3].header("Subject").starts_with("Re: Hello Lee"));
    CHECK_FALSE(mails[3].header("In-Reply-To").empty());

    world.advance(kDayMs + kHourMs);
    CHECK(world.eventually([&] {
      const auto now = written(world.database, [&](db::Tx& tx) {
        return campaigns::load(tx, {.workspace_id = world.workspace_id}, world.campaign.id);
      });
      return now.state == campaigns::CampaignState::Completed;
    }));
    for (const auto& lead : world.rows(kTestLeads)) CHECK(lead.as<LeadState>(1) == LeadState::Completed);
  });
}

TEST_CASE("same_message_id_on_retry") {
  std::atomic<int> refusals = 1;
  const auto greylist = [&](std::string_view command) -> std::string {
    if (command.starts_with("RCPT") && refusals-- > 0) return "451 4.7.1 greylisted, try again later\r\n";
    return {};
  };
  for_each_world({.answer = greylist}, [&](EngineWorld& world) {
    refusals = 1;
    world.start();
    REQUIRE(world.eventually([&] {
      const auto rows = world.rows(kTestRows);
      return rows.size() == 1 && rows[0].int64(2) == 1 &&
             rows[0].as<OutgoingState>(1) == OutgoingState::Claimed;
    }));
    const auto before = world.rows(kTestRows)[0];
    CHECK(before.int64(3) ==
          doctest::Approx(static_cast<double>(kMonday + 15 * kMinuteMs)).epsilon(0.000001));
    CHECK(world.sink.mails().empty());

    world.advance(15 * kMinuteMs + kSecondMs);
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    CHECK(world.sink.mails()[0].header("Message-ID") == "<" + before.string(4) + ">");
  });
}

TEST_CASE("same_message_id_on_retry: also when the connection was lost and the claim given up") {
  std::atomic<EngineWorld*> cuts = nullptr;
  std::mutex mutex;
  std::string first_id;
  const auto cut_recipient = [&](std::string_view command) -> std::string {
    if (!command.starts_with("RCPT")) return {};
    auto* const world = cuts.exchange(nullptr);
    if (world == nullptr) return {};
    const std::lock_guard lock(mutex);
    first_id = world->rows(kTestRows)[0].string(4);
    return std::string(tests::kCut);
  };
  for_each_world({.answer = cut_recipient}, [&](EngineWorld& world) {
    cuts = &world;
    world.start();
    REQUIRE(world.eventually([&] { return world.engine->counts().released == 1; }));
    CHECK(world.sink.mails().empty());
    world.advance(2 * kMinuteMs);
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    CHECK(world.rows(kTestRows)[0].int64(2) == 1);  // a new claim
    const std::lock_guard lock(mutex);
    CHECK(world.sink.mails()[0].header("Message-ID") == "<" + first_id + ">");
  });
}

TEST_CASE("a mail that waits for its second attempt asks nothing of the server while the inbox is unread") {
  std::atomic<int> recipients = 0;
  const auto greylist = [&](std::string_view command) -> std::string {
    if (command.starts_with("RCPT") && recipients++ == 0) return "451 4.7.1 greylisted\r\n";
    return {};
  };
  for_each_world({.answer = greylist}, [&](EngineWorld& world) {
    recipients = 0;
    world.start();
    const auto is_put_off = [&](Reason reason) {
      return world.rows(kTestLeads)[0].as<Reason>(6) == reason &&
             world.count_rows(OutgoingState::Claimed) == 1;
    };
    REQUIRE(world.eventually([&] { return is_put_off(Reason::Deferred); }));
    world.options.is_scanned = false;
    const auto connections = world.sink.connections();
    for (int hour = 0; hour < 3; ++hour) {
      const auto before_ms = world.rows(kTestRows)[0].int64(3);
      world.advance(kHourMs);
      REQUIRE(world.eventually([&] { return world.rows(kTestRows)[0].int64(3) > before_ms; }));
      CHECK(is_put_off(Reason::InboundSyncStale));
    }
    CHECK(recipients == 1);
    CHECK(world.sink.connections() == connections);
    world.scan();
    world.advance(2 * kMinuteMs);
    CHECK(world.becomes(1, OutgoingState::Sent));
  });
}

TEST_CASE("a connection is opened ahead of the slot and the row stays claimed until then") {
  for_each_world({.start_minute = 10 * 60 + 1, .end_minute = 11 * 60}, [](EngineWorld& world) {
    world.advance(25'500);
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Claimed));
    world.advance(kSecondMs);
    REQUIRE(world.eventually([&] { return world.sink.connections() == 1; }));
    CHECK(world.count_rows(OutgoingState::Claimed) == 1);
    CHECK(world.sink.mails().empty());
    world.advance(4 * kSecondMs);
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    CHECK(world.sink.connections() == 1);
  });
}

TEST_CASE("timeout_after_data_is_unconfirmed, and is never sent again") {
  std::atomic<bool> cuts = true;
  const auto cut_answer = [&](std::string_view command) {
    return std::string(command == "." && cuts.exchange(false) ? tests::kCut : "");
  };
  for_each_world({.delays = {0, 3}, .answer = cut_answer}, [&](EngineWorld& world) {
    cuts = true;
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Unknown));

    world.advance(31 * kMinuteMs);
    REQUIRE(world.becomes(1, OutgoingState::Unconfirmed));
    const auto lead = world.rows(kTestLeads)[0];
    CHECK(lead.as<LeadState>(1) == LeadState::InProgress);
    CHECK(lead.int64(2) == 2);
    world.advance(kHourMs);
    CHECK(world.sink.mails().size() == 1);
  });
}

TEST_CASE("a reply to a mail of unknown fate proves that it was sent") {
  const auto cut_answer = [](std::string_view command) {
    return std::string(command == "." ? tests::kCut : "");
  };
  for_each_world({.answer = cut_answer}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Unknown));
    const auto message_id = world.rows(kTestRows)[0].int64(7);
    const auto confirmed = written(world.database, [&](db::Tx& tx) {
      return confirm_sent(tx, world.workspace_id, message_id, world.clock.now_ms());
    });
    CHECK(confirmed);
    CHECK(world.count_rows(OutgoingState::Sent) == 1);
  });
}

namespace {

/// The copy appears in the Sent folder at an instant.
class LateCopy : public SentLookup {
 public:
  Task<bool> find_sent(std::int64_t, std::int64_t, std::string) override {
    ++looks;
    co_return is_filed.load();
  }
  std::atomic<int> looks = 0;
  std::atomic<bool> is_filed = false;
};

}  // namespace

TEST_CASE("the Sent folder is searched at once and again, and a copy found there settles the mail as sent") {
  const auto cut_answer = [](std::string_view command) {
    return std::string(command == "." ? tests::kCut : "");
  };
  for_each_world({.answer = cut_answer}, [](EngineWorld& world) {
    LateCopy lookup;
    world.sent_lookup = &lookup;
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Unknown));
    world.advance(5 * kSecondMs);
    REQUIRE(world.eventually([&] { return lookup.looks == 1; }));
    for (const int looks : {2, 3}) {
      world.advance(looks == 2 ? 5 * kMinuteMs : 10 * kMinuteMs);
      REQUIRE(world.eventually([&] { return lookup.looks == looks; }));
      CHECK(world.count_rows(OutgoingState::Unknown) == 1);
    }
    lookup.is_filed = true;
    world.advance(16 * kMinuteMs);
    REQUIRE(world.eventually([&] { return lookup.looks == 4; }));
    world.advance(5 * kSecondMs);
    CHECK(world.becomes(1, OutgoingState::Sent));
    world.stop();
  });
}

TEST_CASE("rows found in sending at the start are of unknown fate") {
  constexpr db::Query kKill{"sending.test_kill",
                            "UPDATE outgoing SET state = 1, sending_at_ms = $1 WHERE state = 0"};
  for_each_world({.leads = 2}, [&](EngineWorld& world) {
    world.set_state(campaigns::CampaignState::Paused);
    world.start();
    world.stop();
    CHECK(world.rows(kTestRows).empty());
    world.set_state(campaigns::CampaignState::Active);
    // The server is away: claims stand, nothing is sent.
    world.clock.advance(std::chrono::milliseconds(1));
    world.start();
    REQUIRE(world.becomes(2, OutgoingState::Sent));
    world.stop();
    written(world.database, [&](db::Tx& tx) -> Result<> {
      constexpr db::Query kBack{"sending.test_back", "UPDATE outgoing SET state = 0"};
      TRY(tx.run(kBack));
      TRY(tx.run(kKill, world.clock.now_ms()));
      return {};
    });
    world.start();
    CHECK(world.count_rows(OutgoingState::Unknown) == 2);
    CHECK(world.sink.mails().size() == 2);
  });
}

TEST_CASE("two_workers_one_row") {
  db::for_each_migrated([](db::Database& database) {
    EngineWorld world(database, {.leads = 1});
    const MailboxRecord mailbox = written(database, [&](db::Tx& tx) {
      return load_mailbox_record(tx, world.workspace_id, world.mailbox_ids[0]);
    });
    const auto campaign = written(database, [&](db::Tx& tx) {
      return campaigns::load(tx, {.workspace_id = world.workspace_id}, world.campaign.id);
    });
    const auto heads =
        written(database, [&](db::Tx& tx) { return list_new_leads(tx, campaign, kMonday, 10); });
    REQUIRE(heads.size() == 1);
    const std::unordered_map<std::int64_t, campaigns::Campaign> campaigns_by_id{{campaign.id, campaign}};
    const std::unordered_map<std::int64_t, MailboxRecord> mailboxes_by_id{{mailbox.id, mailbox}};
    const std::vector<ClaimOrder> orders{{.head = heads[0], .mailbox_id = mailbox.id, .slot_ms = kMonday}};
    std::size_t claimed = 0;
    for (int worker = 0; worker < 2; ++worker) {
      Claimer claimer(
          {.public_url = "http://x.example", .master_key = world.master_key, .signer = world.signer});
      claimed += written(database, [&](db::Tx& tx) {
                   return claimer.claim(tx, orders, {campaigns_by_id, mailboxes_by_id}, kMonday);
                 }).size();
    }
    CHECK(claimed == 1);
    CHECK(world.rows(kTestRows).size() == 1);
  });
}

TEST_CASE("max_new_leads_released_on_predata_failure") {
  const auto refuse = [](std::string_view command) {
    return std::string(command.starts_with("AUTH") ? "535 5.7.8 bad credentials\r\n" : "");
  };
  for_each_world({.answer = refuse}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.eventually([&] { return world.engine->counts().released > 0; }));
    CHECK(world.eventually([&] { return world.rows(kTestNewLeads)[0].int64(0) == 0; }));
    const auto lead = world.rows(kTestLeads)[0];
    CHECK(lead.as<LeadState>(1) == LeadState::Started);
    CHECK(lead.int64(4) == 0);
    CHECK(world.rows(kTestRows).empty());
  });
}

TEST_CASE("provider_limit_halves_cap") {
  const auto refuse = [](std::string_view command) {
    return std::string(command == "." ? "550 5.4.5 Daily user sending quota exceeded\r\n" : "");
  };
  for_each_world({.leads = 2, .answer = refuse}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.eventually([&] { return world.engine->counts().released > 0; }));
    const auto mailbox = written(world.database, [&](db::Tx& tx) {
      return load_mailbox_record(tx, world.workspace_id, world.mailbox_ids[0]);
    });
    const auto held = mailbox.held(world.clock.now_ms());
    REQUIRE(held);
    CHECK(held->reason == Reason::ProviderLimit);
    CHECK(effective_cap(mailbox.circuit, 100, held->next_attempt_ms) == 50);
    for (const auto& lead : world.rows(kTestLeads)) CHECK(lead.as<LeadState>(1) == LeadState::Started);
  });
}

TEST_CASE("sticky_mailbox_all_steps") {
  for_each_world({.mailboxes = 3, .leads = 9, .delays = {0, 1, 1}}, [](EngineWorld& world) {
    world.start();
    for (std::size_t step = 1; step <= 3; ++step) {
      REQUIRE(world.becomes(9 * step, OutgoingState::Sent));
      world.advance(kDayMs + kHourMs);
    }
    std::map<std::int64_t, std::int64_t> mailbox_of;
    for (const auto& row : world.rows(kTestRows)) {
      const auto [known, is_new] = mailbox_of.emplace(row.int64(6), row.int64(5));
      CHECK(known->second == row.int64(5));
    }
  });
}

TEST_CASE("mail that was claimed for a mailbox which is deleted meanwhile leaves through another") {
  std::atomic<int> refusals = 1;
  const auto greylist = [&](std::string_view command) -> std::string {
    if (command.starts_with("RCPT") && refusals-- > 0) return "451 4.7.1 greylisted, try again later\r\n";
    return {};
  };
  for_each_world({.mailboxes = 2, .answer = greylist}, [&](EngineWorld& world) {
    refusals = 1;
    world.start();
    REQUIRE(world.eventually([&] {
      const auto rows = world.rows(kTestRows);
      return rows.size() == 1 && rows[0].int64(2) == 1 &&
             rows[0].as<OutgoingState>(1) == OutgoingState::Claimed;
    }));
    const auto deleted_id = world.rows(kTestRows)[0].int64(5);
    written(world.database, [&](db::Tx& tx) -> Result<> {
      TRY_AS(const auto mailbox, mailboxes::load(tx, {.workspace_id = world.workspace_id}, deleted_id));
      TRY(mailboxes::detach_everywhere(tx, mailbox, "MAILBOX_DELETED", kMonday));
      return mailboxes::remove(tx, mailbox, kMonday);
    });

    world.advance(15 * kMinuteMs + kSecondMs);
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    CHECK(world.rows(kTestRows).size() == 1);
    CHECK(world.rows(kTestRows)[0].int64(5) != deleted_id);
    CHECK(world.sink.mails().size() == 1);
  });
}

TEST_CASE("stop_pressed_during_data: the mail on the wire is finished, nothing else leaves") {
  std::atomic<EngineWorld*> pressed = nullptr;
  const auto pause_in_data = [&](std::string_view command) -> std::string {
    auto* const world = command == "DATA" ? pressed.exchange(nullptr) : nullptr;
    if (world != nullptr) world->set_state(campaigns::CampaignState::Paused);
    return {};
  };
  for_each_world({.leads = 5, .answer = pause_in_data}, [&](EngineWorld& world) {
    pressed = &world;
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    REQUIRE(world.becomes(0, OutgoingState::Claimed));
    CHECK(world.sink.mails().size() == 1);
    world.set_state(campaigns::CampaignState::Active);
    CHECK(world.becomes(5, OutgoingState::Sent));
  });
}

TEST_CASE("wakeup_does_not_consume_cap") {
  for_each_world({.leads = 5, .day_max = 2}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(2, OutgoingState::Sent));
    for (int i = 0; i < 5; ++i) world.advance(kMinuteMs);
    CHECK(world.sink.mails().size() == 2);
    world.advance(kDayMs);
    CHECK(world.becomes(4, OutgoingState::Sent));
  });
}

TEST_CASE("stale_sync_blocks_followup") {
  for_each_world({.delays = {0, 1}}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    world.options.is_scanned = false;
    world.advance(kDayMs + kHourMs);
    CHECK(world.eventually(
        [&] { return world.rows(kTestLeads)[0].as<Reason>(6) == Reason::InboundSyncStale; }));
    CHECK(world.sink.mails().size() == 1);
    world.scan();
    CHECK(world.becomes(2, OutgoingState::Sent));
  });
}

TEST_CASE("an unknown address is blocked and suppressed") {
  const auto refuse = [](std::string_view command) {
    return std::string(command.starts_with("RCPT") ? "550 5.1.1 User unknown\r\n" : "");
  };
  for_each_world({.answer = refuse}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Failed));
    CHECK(world.rows(kTestLeads)[0].as<LeadState>(1) == LeadState::Blocked);
    CHECK(written(world.database, [&](db::Tx& tx) {
      return leads::is_suppressed(tx, world.workspace_id, {}, "lead0@company0.example");
    }));
  });
}

TEST_CASE("nothing leaves outside of the window; moving the clock into it sends") {
  for_each_world({.leads = 2, .start_minute = 12 * 60, .end_minute = 13 * 60}, [](EngineWorld& world) {
    world.start();
    CHECK(world.eventually([&] { return world.rows(kTestLeads)[0].as<Reason>(6) == Reason::OutsideWindow; }));
    CHECK(world.sink.mails().empty());
    world.advance(2 * kHourMs);
    CHECK(world.becomes(2, OutgoingState::Sent));
  });
}

TEST_CASE("a new lead that is due later than the plan reaches leaves at its instant, not at the next look") {
  for_each_world({.leads = 2}, [](EngineWorld& world) {
    const TimeMs due_ms = world.clock.now_ms() + 12 * kSecondMs;
    written(world.database, [&](db::Tx& tx) -> Result<> {
      constexpr db::Query kDueLater{"sending.test_due_later", R"sql(
        UPDATE campaign_lead SET due_at_ms = $1 WHERE id = (SELECT MAX(id) FROM campaign_lead)
      )sql"};
      TRY(tx.run(kDueLater, due_ms));
      return {};
    });
    world.start();
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    world.advance(13 * kSecondMs);
    CHECK(world.becomes(2, OutgoingState::Sent));
  });
}

TEST_CASE("what a person wrote leaves outside of the window too") {
  for_each_world({.leads = 1, .start_minute = 12 * 60, .end_minute = 13 * 60}, [](EngineWorld& world) {
    world.start();
    written(world.database, [&](db::Tx& tx) -> Result<> {
      constexpr db::Query kMessage{"sending.test_reply", R"sql(
        INSERT INTO message (workspace_id, stats_id, campaign_lead_id, mailbox_id, direction, kind, header_id,
                             from_email, to_email, subject, created_at_ms)
        SELECT workspace_id, 'reply', id, $1, 0, 1, 'reply@sender.example', 'sam0@sender.example',
               'lead0@company0.example', 'Re: Hello', 0
          FROM campaign_lead
        RETURNING id, campaign_lead_id
      )sql"};
      constexpr db::Query kBody{"sending.test_reply_body", R"sql(
        INSERT INTO message_body (workspace_id, message_id, text) VALUES ($1, $2, 'Thank you')
      )sql"};
      TRY_AS(const auto message, tx.row(kMessage, world.mailbox_ids[0]));
      TRY(tx.run(kBody, world.workspace_id, message->int64(0)));
      TRY(inbox::enqueue_reply(tx,
                               {.workspace_id = world.workspace_id,
                                .campaign_lead_id = message->int64(1),
                                .mailbox_id = world.mailbox_ids[0],
                                .message_id = message->int64(0),
                                .header_id = "reply@sender.example",
                                .not_before_ms = world.clock.now_ms()},
                               world.clock.now_ms()));
      return {};
    });
    world.engine->wake();
    REQUIRE(world.becomes(1, OutgoingState::Sent));
    CHECK(world.sink.mails()[0].header("Message-ID") == "<reply@sender.example>");
    CHECK(world.rows(kTestLeads)[0].int64(4) == 0);
  });
}

TEST_CASE("reassignment_after_disconnect_2h: leads wait for their mailbox, then go on with another") {
  for_each_world({.mailboxes = 2, .leads = 6, .delays = {0, 1}}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(6, OutgoingState::Sent));
    const auto lost = world.rows(kTestLeads)[0].int64(5);
    const auto other = world.mailbox_ids[world.mailbox_ids[0] == lost ? 1 : 0];
    const auto leads_of = [&](std::int64_t mailbox_id) {
      std::size_t count = 0;
      for (const auto& lead : world.rows(kTestLeads)) count += lead.int64(5) == mailbox_id ? 1 : 0;
      return count;
    };
    const auto before = leads_of(lost);
    REQUIRE(before > 0);
    const auto store = [&](const std::function<Circuit(Circuit)>& change) {
      written(world.database, [&](db::Tx& tx) -> Result<> {
        TRY_AS(const auto mailbox, load_mailbox_record(tx, world.workspace_id, lost));
        return store_circuit(tx, mailbox, change(mailbox.circuit), "535", world.clock.now_ms());
      });
    };
    store(disconnect);
    world.advance(110 * kMinuteMs);
    store(disconnect);  // still the same disconnect
    world.advance(5 * kMinuteMs);
    CHECK(leads_of(lost) == before);

    world.advance(10 * kMinuteMs);
    REQUIRE(world.eventually([&] { return leads_of(lost) == 0; }));
    CHECK(leads_of(other) == 6);
    store(reconnect);
    world.advance(kDayMs);
    REQUIRE(world.becomes(12, OutgoingState::Sent));
    CHECK(leads_of(other) == 6);  // once given, a lead stays
  });
}

TEST_CASE("leads of a lost mailbox stay while there is no other, and go on as soon as there is") {
  for_each_world({.mailboxes = 2, .leads = 2, .delays = {0, 3}}, [](EngineWorld& world) {
    world.start();
    REQUIRE(world.becomes(2, OutgoingState::Sent));
    const auto store = [&](std::int64_t id, const std::function<Circuit(Circuit)>& change) {
      written(world.database, [&](db::Tx& tx) -> Result<> {
        TRY_AS(const auto mailbox, load_mailbox_record(tx, world.workspace_id, id));
        return store_circuit(tx, mailbox, change(mailbox.circuit), "535", world.clock.now_ms());
      });
    };
    for (const auto id : world.mailbox_ids) store(id, disconnect);
    const auto first = world.rows(kTestLeads)[0].int64(5);
    world.advance(3 * kHourMs);
    world.advance(2 * kMinuteMs);
    CHECK(world.rows(kTestLeads)[0].int64(5) == first);
    const auto other = world.mailbox_ids[world.mailbox_ids[0] == first ? 1 : 0];
    store(other, reconnect);
    world.advance(2 * kMinuteMs);
    CHECK(world.eventually([&] { return world.rows(kTestLeads)[0].int64(5) == other; }));
  });
}

namespace {

/// The same people once more, in a second campaign that starts at once.
void add_second_campaign(EngineWorld& world, bool repeats) {
  written(world.database, [&](db::Tx& tx) -> Result<> {
    TRY_AS(auto second,
           campaigns::create(tx,
                             {.workspace_id = world.workspace_id, .user_id = 1, .client_id = {}, .name = "D"},
                             world.clock.now_ms()));
    TRY_AS(const auto first, campaigns::load(tx, {.workspace_id = world.workspace_id}, world.campaign.id));
    TRY(campaigns::store_schedule(tx, second, *first.schedule, kMonday));
    TRY_AS(auto steps, campaigns::list_steps(tx, world.workspace_id, first.id));
    for (auto& step : steps) step.id = 0;
    TRY(campaigns::replace_steps(tx, second, steps, kMonday));
    TRY(mailboxes::attach(tx, second, world.mailbox_ids, kMonday));
    TRY(campaigns::store_rules(tx, second, {.blackout_days = {}, .repeats_first_mail = repeats}, kMonday));
    const std::vector<leads::ImportRow> rows{
        {.email = "lead0@company0.example", .contact = {}, .custom_fields = {}}};
    TRY(leads::import_leads(tx, second, rows, {}, world.clock.now_ms()));
    TRY_AS(second, campaigns::load(tx, {.workspace_id = world.workspace_id}, second.id));
    return campaigns::store_state(tx, second, campaigns::CampaignState::Active, "TEST", world.clock.now_ms());
  });
  world.scan();
}

}  // namespace

TEST_CASE("nobody gets two first mails within 24 hours, unless the campaign says so") {
  for (const bool repeats : {false, true}) {
    CAPTURE(repeats);
    for_each_world({}, [&](EngineWorld& world) {
      world.start();
      REQUIRE(world.becomes(1, OutgoingState::Sent));
      world.advance(kHourMs);
      add_second_campaign(world, repeats);
      if (repeats) {
        CHECK(world.becomes(2, OutgoingState::Sent));
        return;
      }
      REQUIRE(world.eventually(
          [&] { return world.rows(kTestLeads)[1].as<Reason>(6) == Reason::RecentlyMailed; }));
      const auto due_ms = world.rows(kTestLeads)[1].int64(3);
      CHECK(due_ms - kMonday - kDayMs < kMinuteMs);
      CHECK(due_ms >= kMonday + kDayMs);
      world.advance(kDayMs);
      CHECK(world.becomes(2, OutgoingState::Sent));
    });
  }
}

TEST_CASE("nothing leaves on a date without mail, of the campaign or of its workspace") {
  constexpr db::Query kWorkspaceDates{"sending.test_dates",
                                      "UPDATE workspace SET blackout_dates = '2026-02-03'"};
  for_each_world({}, [&](EngineWorld& world) {
    const auto today = utc_day_of(kMonday);
    written(world.database, [&](db::Tx& tx) -> Result<> {
      TRY(tx.run(kWorkspaceDates));
      return campaigns::store_rules(tx, world.campaign, {.blackout_days = {today}}, kMonday);
    });
    world.start();
    REQUIRE(
        world.eventually([&] { return world.rows(kTestLeads)[0].as<Reason>(6) == Reason::BlackoutDate; }));
    world.advance(kDayMs);
    world.advance(kHourMs);
    CHECK(world.sink.mails().empty());
    world.advance(kDayMs);
    CHECK(world.becomes(1, OutgoingState::Sent));
  });
}

TEST_CASE("a mailbox takes 15 first steps of one company a day over all plans, where domains are limited") {
  for_each_world({.leads = 20,
                  .adjust = [](auto& settings) { settings.domain_rate_limit = true; },
                  .shares_domain = true},
                 [](EngineWorld& world) {
                   world.start();
                   REQUIRE(world.becomes(15, OutgoingState::Sent));
                   world.stop();
                   world.start();
                   world.scan();
                   REQUIRE(world.eventually(
                       [&] { return world.rows(kTestLeads)[19].as<Reason>(6) == Reason::DomainLimit; }));
                   CHECK(world.count_rows(OutgoingState::Sent) == 15);
                   CHECK(world.sink.mails().size() == 15);
                   world.advance(kDayMs);
                   CHECK(world.becomes(20, OutgoingState::Sent));
                 });
}

TEST_CASE("a sender domain sends 100 mails an hour, whichever of its mailboxes they go through") {
  for_each_world(
      {.mailboxes = 2, .leads = 104, .adjust = [](auto& settings) { settings.domain_rate_limit = true; }},
      [](EngineWorld& world) {
        world.start();
        REQUIRE(world.becomes(100, OutgoingState::Sent));
        REQUIRE(world.eventually([&] {
          std::size_t limited = 0;
          for (const auto& lead : world.rows(kTestLeads))
            limited += lead.as<Reason>(6) == Reason::DomainLimit ? 1 : 0;
          return limited == 4;
        }));
        CHECK(world.count_rows(OutgoingState::Sent) == 100);
        world.advance(kHourMs);
        CHECK(world.becomes(104, OutgoingState::Sent));
      });
}

TEST_CASE("a campaign may ignore the mailbox's limit") {
  for_each_world(
      {.leads = 5, .day_max = 2, .adjust = [](auto& settings) { settings.ignore_mailbox_limit = true; }},
      [](EngineWorld& world) {
        world.start();
        CHECK(world.becomes(5, OutgoingState::Sent));
      });
}

TEST_CASE("a campaign whose first mails bounce is paused, and goes on when a person starts it again") {
  const auto refuse = [](std::string_view command) {
    const bool is_bad = command.starts_with("RCPT") && command.find_first_of("01234") < command.find('@');
    return std::string(is_bad ? "550 5.1.1 User unknown\r\n" : "");
  };
  const WorldOptions options{
      .leads = 10, .new_leads_per_day = 2, .answer = refuse, .adjust = [](auto& settings) {
        settings.bounce_threshold = "3";
      }};
  for_each_world(options, [](EngineWorld& world) {
    const auto is_paused = [&] {
      const auto now = written(world.database, [&](db::Tx& tx) {
        return campaigns::load(tx, {.workspace_id = world.workspace_id}, world.campaign.id);
      });
      return now.state == campaigns::CampaignState::Paused;
    };
    world.start();
    REQUIRE(world.becomes(5, OutgoingState::Failed));
    REQUIRE(world.becomes(2, OutgoingState::Sent));
    world.advance(6 * kSecondMs);
    REQUIRE(world.eventually(is_paused));
    world.advance(kDayMs);
    CHECK(world.count_rows(OutgoingState::Sent) == 2);
    world.set_state(campaigns::CampaignState::Active);
    CHECK(world.becomes(4, OutgoingState::Sent));
    world.advance(6 * kSecondMs);
    CHECK_FALSE(is_paused());
  });
}

}  // namespace outrider::sending
