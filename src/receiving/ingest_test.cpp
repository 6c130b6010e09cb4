#include "receiving/ingest.h"

#include <doctest/doctest.h>

#include "core/time_text.h"
#include "db/testing.h"
#include "inbox/outgoing.h"
#include "leads/suppression.h"
#include "receiving/effects.h"
#include "receiving/store.h"
#include "sending/outcome.h"

namespace outrider::receiving {
namespace {

constexpr TimeMs kSentMs = 1'770'000'000'000;
constexpr TimeMs kNowMs = kSentMs + kHourMs;

constexpr db::Query kAddMailbox{"receiving_test.mailbox", R"sql(
  INSERT INTO mailbox (workspace_id, id, user_id, from_name, from_email, kind, smtp_host, smtp_port,
                       smtp_security, smtp_user, imap_host, imap_port, imap_security, imap_user,
                       created_at_ms, updated_at_ms)
  VALUES (1, $1, 1, 'Ann', $2, 0, 'h', 1, 0, 'u', 'h', 1, 0, 'u', 0, 0)
)sql"};
constexpr db::Query kAddCampaign{"receiving_test.campaign", R"sql(
  INSERT INTO campaign (workspace_id, id, user_id, name, state, pause_domain_on_reply, ooo_ignore_as_reply,
                        ooo_reactivate, ooo_categorise, created_at_ms, updated_at_ms)
  VALUES (1, $1, 1, 'c', 1, $2, $3, $4, 1, 0, 0)
)sql"};
constexpr db::Query kAddLead{"receiving_test.lead", R"sql(
  INSERT INTO lead (workspace_id, email, domain, first_name, created_at_ms, updated_at_ms)
  VALUES (1, $1, $2, 'Lee', 0, 0)
      ON CONFLICT (workspace_id, email) DO UPDATE SET updated_at_ms = 0
  RETURNING id
)sql"};
constexpr db::Query kAddPlace{"receiving_test.place", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, mailbox_id, lead_domain, state,
                             last_sent_at_ms, sent_count, due_at_ms, created_at_ms, updated_at_ms)
  VALUES (1, $1, $2, $3, $4, 1, $5, 1, $5, 0, 0)
  RETURNING id
)sql"};
constexpr db::Query kAddMail{"receiving_test.mail", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id, direction,
                       kind, step_id, seq_number, header_id, from_email, to_email, subject, at_ms,
                       created_at_ms)
  VALUES (1, $1, $2, $3, $4, $5, 0, 0, 3, 1, $1, 'ann@us.example', $6, 'Quick question', $7, 0)
  RETURNING id
)sql"};
constexpr db::Query kAddId{"receiving_test.id", R"sql(
  INSERT INTO message_header_id (workspace_id, header_id, message_id)
  VALUES (1, $1, $2)
)sql"};
constexpr db::Query kSetLast{"receiving_test.last", R"sql(
  UPDATE campaign_lead SET last_message_id = $2 WHERE workspace_id = 1 AND id = $1
)sql"};
constexpr db::Query kAddDoubt{"receiving_test.doubt", R"sql(
  INSERT INTO outgoing (workspace_id, kind, campaign_lead_id, campaign_id, step_id, message_id, mailbox_id,
                        header_id, state, not_before_ms, created_at_ms)
  VALUES (1, 0, $1, 7, 3, $2, 5, 'm1@us.example', 4, 0, 0)
)sql"};
constexpr db::Query kStateOfDoubt{"receiving_test.state_of_doubt", R"sql(
  SELECT state FROM outgoing WHERE workspace_id = 1 AND message_id = $1
)sql"};
constexpr db::Query kPlace{"receiving_test.read_place", R"sql(
  SELECT state, reply_count, COALESCE(category_id, 0), is_bounced, soft_bounces, COALESCE(resume_at_ms, 0),
         is_read, due_at_ms
    FROM campaign_lead
   WHERE workspace_id = 1
     AND id = $1
)sql"};
constexpr db::Query kEvents{"receiving_test.events", R"sql(
  SELECT COUNT(*) FROM event WHERE workspace_id = 1 AND type = $1
)sql"};
constexpr db::Query kClassOf{"receiving_test.class", R"sql(
  SELECT class, rule FROM inbound WHERE workspace_id = 1 ORDER BY uid DESC, uid_validity DESC LIMIT 1
)sql"};
constexpr db::Query kAnswers{"receiving_test.answers", R"sql(
  SELECT COUNT(*) FROM message WHERE workspace_id = 1 AND direction = 1 AND campaign_lead_id IS NOT NULL
)sql"};

using campaigns::LeadState;

struct PlaceFacts {
  LeadState state;
  std::int64_t replies;
  std::int64_t category;
  bool is_bounced;
  std::int64_t soft_bounces;
  TimeMs resume_at_ms;
  bool is_read;
  TimeMs due_at_ms;
};

struct CampaignWish {
  std::int64_t id = 7;
  bool pause_domain = false;
  bool ignore_ooo = true;
  bool reactivate = false;
};

/// A workspace with mailbox 5 (ann@us.example) and what a test puts into it.
struct World {
  db::Database& database;
  Clock clock{kNowMs};
  tracking::TokenSigner signer{{{.id = 1, .bytes = std::string(32, 'k')}}};
  Ingester ingester{database, clock, signer};
  std::uint32_t next_uid = 1;

  explicit World(db::Database& db) : database(db) { add_mailbox(5, "ann@us.example"); }

  template <class F>
  auto write(F f) {
    auto result = database.write(f);
    REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    return *result;
  }
  void add_mailbox(std::int64_t id, const char* email) {
    write([&](db::Tx& tx) { return tx.run(kAddMailbox, id, email); });
  }
  void add_campaign(const CampaignWish& wish) {
    write([&](db::Tx& tx) {
      return tx.run(kAddCampaign, wish.id, wish.pause_domain, wish.ignore_ooo, wish.reactivate);
    });
  }
  /// A lead that got its first mail, with Message-ID `header_id`.
  std::int64_t add_place(std::int64_t campaign,
                         const char* email,
                         const char* domain,
                         const char* header_id,
                         TimeMs sent_ms = kSentMs) {
    return write([&](db::Tx& tx) -> Result<std::int64_t> {
      TRY_AS(const auto lead, tx.row(kAddLead, email, domain));
      TRY_AS(const auto place, tx.row(kAddPlace, campaign, lead->int64(0), 5, domain, sent_ms));
      TRY_AS(const auto mail,
             tx.row(kAddMail, header_id, place->int64(0), campaign, lead->int64(0), 5, email, sent_ms));
      TRY(tx.run(kAddId, header_id, mail->int64(0)));
      TRY(tx.run(kSetLast, place->int64(0), mail->int64(0)));
      return place->int64(0);
    });
  }
  IngestCounts receive(const std::string& text,
                       const FolderKey& folder = {.name = "INBOX", .uid_validity = 1}) {
    const RawMessage raw{
        .uid = next_uid++, .internal_date_ms = kNowMs, .size_bytes = text.size(), .bytes = text};
    const auto counts = ingester.ingest({.workspace_id = 1, .id = 5}, folder, {&raw, 1}, raw.uid + 1);
    REQUIRE_MESSAGE(counts, (counts ? "" : counts.error().message));
    return *counts;
  }
  PlaceFacts place(std::int64_t id) {
    const auto row = write([&](db::Tx& tx) { return tx.row(kPlace, id); });
    return {row->as<LeadState>(0),
            row->int64(1),
            row->int64(2),
            row->flag(3),
            row->int64(4),
            row->int64(5),
            row->flag(6),
            row->int64(7)};
  }
  std::int64_t events(int type) {
    return write([&](db::Tx& tx) { return tx.row(kEvents, type); })->int64(0);
  }
  std::int64_t answers() {
    return write([&](db::Tx& tx) { return tx.row(kAnswers); })->int64(0);
  }
  std::string rule() {
    return write([&](db::Tx& tx) { return tx.row(kClassOf); })->string(1);
  }
  bool is_suppressed(const char* email) {
    return write([&](db::Tx& tx) { return leads::is_suppressed(tx, 1, std::nullopt, email); });
  }
};

std::string reply_to(const std::string& header_id,
                     const std::string& body = "Sounds good, tell me more.",
                     const std::string& extra = "",
                     const std::string& from = "lee@acme.example",
                     const std::string& message_id = "r1@acme.example") {
  return "From: Lee <" + from + ">\r\nTo: ann@us.example\r\nSubject: Re: Quick question\r\nMessage-ID: <" +
         message_id + ">\r\nIn-Reply-To: <" + header_id + ">\r\n" + extra + "\r\n" + body + "\r\n";
}

std::string report(const std::string& status,
                   const std::string& text,
                   const std::string& header_id,
                   const std::string& serial = "1") {
  return "From: MAILER-DAEMON@mx.example\r\nTo: ann@us.example\r\nSubject: Undelivered Mail Returned to "
         "Sender\r\n"
         "Message-ID: <dsn-" +
         serial +
         "@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nFailed.\r\n--b\r\nContent-Type: "
         "message/delivery-status\r\n\r\n"
         "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; lee@acme.example\r\nAction: "
         "failed\r\n"
         "Status: " +
         status + "\r\nDiagnostic-Code: smtp; " + text +
         "\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + header_id +
         ">\r\nTo: lee@acme.example\r\n\r\n--b--\r\n";
}

constexpr int kReplied = 4;
constexpr int kBounced = 5;
constexpr int kUnsubscribed = 6;
constexpr int kAutoReplied = 7;
constexpr int kUntracked = 13;

void in_world(const std::function<void(World&)>& test) {
  db::for_each_migrated([&](db::Database& database) {
    World world(database);
    test(world);
  });
}

}  // namespace

TEST_CASE("a human reply stops the lead, is counted once and turns up unread") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto text = reply_to("m1@us.example");
    CHECK(world.receive(text).replies == 1);

    const auto facts = world.place(place);
    CHECK(facts.state == LeadState::Stopped);
    CHECK(facts.replies == 1);
    CHECK_FALSE(facts.is_read);
    CHECK(world.events(kReplied) == 1);

    world.receive(text);
    CHECK(world.rule() == "copy");
    CHECK(world.place(place).replies == 1);
    CHECK(world.answers() == 1);
  });
}

TEST_CASE("uidvalidity_reset_no_duplicate_reply") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(reply_to("m1@us.example"));
    world.next_uid = 1;
    const auto counts = world.receive(reply_to("m1@us.example"), {.name = "INBOX", .uid_validity = 2});
    CHECK(counts.copies == 1);
    CHECK(world.place(place).replies == 1);
  });
}

TEST_CASE("the same UID again is not looked at again") {
  in_world([](World& world) {
    world.add_campaign({});
    world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(reply_to("m1@us.example"));
    world.next_uid = 1;
    const auto counts = world.receive(reply_to("m1@us.example"));
    CHECK(counts.read + counts.copies == 0);
  });
}

TEST_CASE("dsn_5_1_1_blocks") {
  in_world([](World& world) {
    world.add_campaign({});
    world.add_campaign({.id = 8});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto other = world.add_place(8, "lee@acme.example", "acme.example", "m2@us.example");
    world.receive(report("5.1.1", "550 5.1.1 user unknown", "m1@us.example"));
    CHECK(world.place(place).state == LeadState::Blocked);
    CHECK(world.place(place).is_bounced);
    CHECK(world.place(other).state == LeadState::Blocked);
    CHECK(world.is_suppressed("lee@acme.example"));
    CHECK(world.events(kBounced) == 1);
  });
}

TEST_CASE("dsn_4_2_2_does_not") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(report("4.2.2", "452 4.2.2 over quota", "m1@us.example"));
    CHECK(world.place(place).state == LeadState::InProgress);
    CHECK_FALSE(world.is_suppressed("lee@acme.example"));
    CHECK(world.events(kBounced) == 0);
  });
}

TEST_CASE("a full mailbox is left alone for days, twice, and then given up") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    for (int i = 0; i < 3; ++i) {
      CHECK(world.place(place).state == LeadState::InProgress);
      world.receive(report("5.2.2", "552 5.2.2 over quota", "m1@us.example", std::to_string(i)));
    }
    CHECK(world.place(place).due_at_ms >= kNowMs + sending::kSoftBounceRetryMs);
    CHECK(world.place(place).state == LeadState::Blocked);
    CHECK_FALSE(world.is_suppressed("lee@acme.example"));
  });
}

TEST_CASE("a refusal of the sender is not the lead's fault") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(report("5.7.1", "550 5.7.1 message rejected as spam", "m1@us.example"));
    CHECK(world.place(place).state == LeadState::InProgress);
    CHECK(world.place(place).category == 9);
    CHECK_FALSE(world.place(place).is_bounced);
  });
}

TEST_CASE("backscatter_ignored") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place =
        world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example", kNowMs - 6 * kDayMs);
    world.receive(report("5.1.1", "550 5.1.1 user unknown", "forged@elsewhere.example"));
    CHECK(world.place(place).state == LeadState::InProgress);
    CHECK(world.rule() == "report.backscatter");
  });
}

TEST_CASE("bounce_never_interested") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(report("5.1.1", "550 5.1.1 Yes, very interested! user unknown", "m1@us.example"));
    CHECK(world.place(place).category == 0);
    CHECK(world.place(place).replies == 0);
  });
}

TEST_CASE("stop_on_reply_across_campaigns") {
  in_world([](World& world) {
    world.add_campaign({});
    world.add_campaign({.id = 8});
    const auto first = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto second = world.add_place(8, "lee@acme.example", "acme.example", "m2@us.example", kSentMs + 1);
    world.receive(
        "From: lee@acme.example\r\nTo: ann@us.example\r\nSubject: hello again\r\nMessage-ID: "
        "<n@acme.example>\r\n\r\n"
        "Could you call me next week? I read both of your mails.\r\n");
    CHECK(world.place(second).replies == 1);
    CHECK(world.place(second).state == LeadState::Stopped);
    CHECK(world.place(first).replies == 0);
    CHECK(world.place(first).state == LeadState::Stopped);
  });
}

TEST_CASE("an answer pauses the company's other leads when the campaign says so") {
  in_world([](World& world) {
    world.add_campaign({.pause_domain = true});
    world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto colleague = world.add_place(7, "kim@acme.example", "acme.example", "m2@us.example");
    const auto stranger = world.add_place(7, "joe@other.example", "other.example", "m3@us.example");
    world.receive(reply_to("m1@us.example"));
    CHECK(world.place(colleague).state == LeadState::Paused);
    CHECK(world.place(stranger).state == LeadState::InProgress);
  });
}

TEST_CASE("domain_pause_skips_freemail") {
  in_world([](World& world) {
    world.add_campaign({.pause_domain = true});
    world.add_place(7, "lee@gmail.com", "gmail.com", "m1@us.example");
    const auto other = world.add_place(7, "kim@gmail.com", "gmail.com", "m2@us.example");
    world.receive(reply_to("m1@us.example", "Sounds good.", "", "lee@gmail.com"));
    CHECK(world.place(other).state == LeadState::InProgress);
  });
}

TEST_CASE("sent_folder_copy_is_not_reply") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(reply_to("m1@us.example", "Following up.", "", "ann@us.example"));
    CHECK(world.rule() == "own.sender");
    CHECK(world.place(place).state == LeadState::InProgress);
    CHECK(world.place(place).replies == 0);
  });
}

TEST_CASE("an out-of-office note neither stops nor counts, and ends the pause at its date") {
  const std::string note =
      reply_to("m1@us.example",
               "I am out of office until 20 February 2026.",
               "Auto-Submitted: auto-replied\r\nDate: Mon, 02 Feb 2026 03:00:00 +0000\r\n");
  in_world([&](World& world) {
    world.add_campaign({.reactivate = true});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(note);
    const auto facts = world.place(place);
    CHECK(facts.state == LeadState::Paused);
    CHECK(instant_text(facts.resume_at_ms) == "2026-02-21T00:00:00Z");
    CHECK(facts.replies == 0);
    CHECK(facts.category == 6);
    CHECK(facts.is_read);
    CHECK(world.events(kAutoReplied) == 1);
    CHECK(world.events(kReplied) == 0);
  });
  in_world([&](World& world) {
    world.add_campaign({.ignore_ooo = false});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    world.receive(note);
    CHECK(world.place(place).state == LeadState::InProgress);
    CHECK(world.place(place).replies == 1);
    CHECK(world.events(kReplied) == 1);
  });
}

TEST_CASE("words that ask for no more mail unsubscribe from everything") {
  in_world([](World& world) {
    world.add_campaign({});
    world.add_campaign({.id = 8});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto other = world.add_place(8, "lee@acme.example", "acme.example", "m2@us.example");
    world.receive(reply_to("m1@us.example", "Please remove me from your list."));
    CHECK(world.place(place).state == LeadState::Blocked);
    CHECK(world.place(place).category == 4);
    CHECK(world.place(other).state == LeadState::Blocked);
    CHECK(world.is_suppressed("lee@acme.example"));
    CHECK(world.events(kUnsubscribed) == 2);
  });
}

TEST_CASE("the subject of our mailto link unsubscribes whoever sends it") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto message =
        world.write([&](db::Tx& tx) { return find_by_header_id(tx, 1, "m1@us.example"); }).front().id;
    const auto token = world.signer.sign(
        {.kind = tracking::TokenKind::Unsubscribe, .workspace_id = 1, .message_id = message});
    world.receive("From: x@phone.example\r\nTo: ann@us.example\r\nSubject: unsubscribe-" + token +
                  "\r\nMessage-ID: <u@phone.example>\r\nAuto-Submitted: auto-generated\r\n\r\n\r\n");
    CHECK(world.rule() == "unsubscribe.token");
    CHECK(world.place(place).state == LeadState::Blocked);
    CHECK(world.place(place).replies == 0);
  });
}

TEST_CASE("an answer ends the doubt whether its mail was sent") {
  in_world([](World& world) {
    world.add_campaign({});
    const auto place = world.add_place(7, "lee@acme.example", "acme.example", "m1@us.example");
    const auto message =
        world.write([&](db::Tx& tx) { return find_by_header_id(tx, 1, "m1@us.example"); }).front().id;
    world.write([&](db::Tx& tx) { return tx.run(kAddDoubt, place, message); });
    world.receive(reply_to("m1@us.example"));
    const auto row = world.write([&](db::Tx& tx) { return tx.row(kStateOfDoubt, message); });
    CHECK(row->as<inbox::OutgoingState>(0) == inbox::OutgoingState::Sent);
  });
}

TEST_CASE("personal mail of no campaign is kept apart") {
  in_world([](World& world) {
    world.receive("From: friend@home.example\r\nTo: ann@us.example\r\nSubject: lunch\r\n\r\nToday?\r\n");
    CHECK(world.rule() == "untracked");
    CHECK(world.events(kUntracked) == 1);
    CHECK(world.answers() == 0);
  });
}

TEST_CASE(
    "a message counts as received by its date within a day before its arrival, and never in the future") {
  struct {
    const char* when;
    std::optional<TimeMs> date_ms;
    TimeMs arrived_ms;
    TimeMs expected_ms;
  } const cases[] = {
      {"an hour on its way", kNowMs - kHourMs, kNowMs, kNowMs - kHourMs},
      {"no date", std::nullopt, kNowMs - 5, kNowMs - 5},
      {"a date two days old", kNowMs - 2 * kDayMs, kNowMs, kNowMs},
      {"a date after its arrival", kNowMs, kNowMs - kHourMs, kNowMs - kHourMs},
      {"an arrival later than now", std::nullopt, kNowMs + kDayMs, kNowMs},
      {"no time of arrival", std::nullopt, 0, kNowMs},
  };
  for (const auto& c : cases) {
    CAPTURE(c.when);
    CHECK(received_at_ms(c.date_ms, c.arrived_ms, kNowMs) == c.expected_ms);
  }
}

}  // namespace outrider::receiving
