#include "inbox/outgoing.h"

#include <doctest/doctest.h>

#include "db/testing.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kInsertLead{"inbox.test_lead", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, lead_domain, state, created_at_ms,
                             updated_at_ms)
  VALUES (1, 7, 9, 'acme.example', 1, 0, 0)
  RETURNING id
)sql"};

constexpr db::Query kInsertMessage{"inbox.test_message", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, mailbox_id, direction, kind, header_id,
                       from_email, to_email, subject, created_at_ms)
  VALUES (1, 'stats', $1, 3, 0, 1, 'a@b.example', 'me@b.example', 'you@acme.example', 'Re: hello', 0)
  RETURNING id
)sql"};

constexpr db::Query kStateOf{"inbox.test_state", R"sql(
  SELECT state, campaign_id
    FROM outgoing
   WHERE id = $1
)sql"};

}  // namespace

TEST_CASE("a person's mail is queued once and can be withdrawn until it is sent") {
  db::for_each_migrated([](db::Database& database) {
    const auto done = database.write([](db::Tx& tx) -> Result<> {
      TRY_AS(const auto lead, tx.row(kInsertLead));
      TRY_AS(const auto message, tx.row(kInsertMessage, lead->int64(0)));
      const PersonalMail mail{.workspace_id = 1,
                              .campaign_lead_id = lead->int64(0),
                              .mailbox_id = 3,
                              .message_id = message->int64(0),
                              .header_id = "a@b.example",
                              .not_before_ms = 1000};
      TRY_AS(const auto id, enqueue_reply(tx, mail, 500));
      TRY_AS(const auto queued, tx.row(kStateOf, id));
      CHECK(queued->as<OutgoingState>(0) == OutgoingState::Claimed);
      CHECK(queued->int64(1) == 7);

      TRY_AS(const auto withdrawn, cancel_reply(tx, 1, mail.message_id));
      CHECK(withdrawn);
      TRY_AS(const auto again, cancel_reply(tx, 1, mail.message_id));
      CHECK_FALSE(again);
      TRY_AS(const auto cancelled, tx.row(kStateOf, id));
      CHECK(cancelled->as<OutgoingState>(0) == OutgoingState::Cancelled);
      return {};
    });
    CHECK(done);
  });
}

TEST_CASE("an answer holds back what was planned for later, until a person sends or drops it") {
  db::for_each_migrated([](db::Database& database) {
    const auto done = database.write([](db::Tx& tx) -> Result<> {
      TRY_AS(const auto lead, tx.row(kInsertLead));
      TRY_AS(const auto message, tx.row(kInsertMessage, lead->int64(0)));
      const PersonalMail mail{.workspace_id = 1,
                              .campaign_lead_id = lead->int64(0),
                              .mailbox_id = 3,
                              .message_id = message->int64(0),
                              .header_id = "a@b.example",
                              .not_before_ms = 1000};
      TRY_AS(const auto id, enqueue_reply(tx, mail, 500));
      const auto state = [&] { return tx.row(kStateOf, id).value()->as<OutgoingState>(0); };

      TRY_AS(const auto on_its_way, hold_replies(tx, 1, mail.campaign_lead_id, 1000));
      CHECK(on_its_way.empty());
      TRY_AS(const auto held, hold_replies(tx, 1, mail.campaign_lead_id, 999));
      CHECK(held == std::vector{mail.message_id});
      CHECK(state() == OutgoingState::Held);
      TRY_AS(const auto sent, send_reply_now(tx, 1, mail.message_id, 999));
      CHECK(sent);
      CHECK(state() == OutgoingState::Claimed);
      TRY_AS(const auto again, send_reply_now(tx, 1, mail.message_id, 999));
      CHECK_FALSE(again);
      TRY_AS(const auto dropped, cancel_reply(tx, 1, mail.message_id));
      CHECK(dropped);
      CHECK(state() == OutgoingState::Cancelled);
      return {};
    });
    CHECK(done);
  });
}

}  // namespace outrider::inbox
