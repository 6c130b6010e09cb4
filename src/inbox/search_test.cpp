#include "inbox/search.h"

#include <doctest/doctest.h>

#include "core/strings.h"
#include "db/testing.h"

namespace outrider::inbox {
namespace {

constexpr db::Query kInsertPerson{"inbox.search_test_person", R"sql(
  INSERT INTO lead (workspace_id, email, domain, first_name, last_name, created_at_ms, updated_at_ms)
  VALUES (1, 'zoe@acme.example', 'acme.example', 'Zoë', 'Čapek', 0, 0)
  RETURNING id
)sql"};

constexpr db::Query kInsertThread{"inbox.search_test_thread", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, lead_domain, state, created_at_ms,
                             updated_at_ms)
  VALUES (1, 7, $1, 'acme.example', 1, 0, 0)
  RETURNING id
)sql"};

constexpr db::Query kInsertMail{"inbox.search_test_mail", R"sql(
  INSERT INTO message (workspace_id, stats_id, campaign_lead_id, mailbox_id, direction, kind, header_id,
                       from_email, to_email, subject, at_ms, created_at_ms)
  VALUES (1, $3, $1, 3, 1, 3, 'x', 'zoe@acme.example', 'me@b.example', $2, 5, 0)
  RETURNING id
)sql"};

constexpr db::Query kInsertBody{"inbox.search_test_body", R"sql(
  INSERT INTO message_body (workspace_id, message_id, html, new_text)
  VALUES (1, $1, $2, $3)
)sql"};

constexpr db::Query kText{"inbox.search_test_text", R"sql(
  SELECT text
    FROM thread_text
   WHERE workspace_id = 1
     AND campaign_lead_id = $1
)sql"};

struct Mail {
  std::string_view subject;
  std::optional<std::string_view> html;
  std::optional<std::string_view> new_text;
};

Result<std::int64_t> store_thread(db::Tx& tx, const std::vector<Mail>& mails) {
  TRY_AS(const auto person, tx.row(kInsertPerson));
  TRY_AS(const auto thread, tx.row(kInsertThread, person->int64(0)));
  for (std::size_t i = 0; i < mails.size(); ++i) {
    TRY_AS(const auto mail, tx.row(kInsertMail, thread->int64(0), mails[i].subject, std::to_string(i)));
    TRY(tx.run(kInsertBody, mail->int64(0), mails[i].html, mails[i].new_text));
  }
  return thread->int64(0);
}

}  // namespace

TEST_CASE("a conversation is indexed by its people and the text of its mail, newest first") {
  db::for_each_migrated([](db::Database& database) {
    const auto done = database.write([](db::Tx& tx) -> Result<> {
      TRY_AS(const auto id,
             store_thread(tx,
                          {{"Old HTML", "<p>Ünder  <b>offer</b></p>", std::nullopt},
                           {"Re: New", "<p>quoted</p>", "Our\nBUDGET is open"}}));
      TRY(index_thread(tx, 1, id));
      TRY(index_thread(tx, 1, id));
      TRY_AS(const auto row, tx.row(kText, id));
      CHECK(row->text(0) == "zoe acme example capek re new our budget is open old html under offer");
      TRY(index_thread(tx, 2, id));
      TRY(index_thread(tx, 1, id + 1));
      return {};
    });
    CHECK(done);
  });
}

TEST_CASE("the words of a long conversation are cut") {
  db::for_each_migrated([](db::Database& database) {
    const auto done = database.write([](db::Tx& tx) -> Result<> {
      std::string text;
      for (int i = 0; text.size() < kThreadTextBytesMax * 2; ++i)
        text += "\u00e9word" + std::to_string(i) + ' ';
      TRY_AS(const auto id, store_thread(tx, {{"Long", std::nullopt, text}}));
      TRY(index_thread(tx, 1, id));
      TRY_AS(const auto row, tx.row(kText, id));
      CHECK(row->text(0).size() <= kThreadTextBytesMax);
      CHECK(row->text(0).size() > kThreadTextBytesMax / 2);
      return {};
    });
    CHECK(done);
  });
}

TEST_CASE("both engines find the same: every word, the last one by its beginning, without case or accents") {
  struct {
    const char* typed;
    bool is_found;
  } cases[] = {
      {"zoe@acme.example", true},
      {"ZOË Čap", true},
      {"capek zoe", true},
      {"budg", true},
      {"bud is", false},
      {"udget", false},
      {"NEW budget", true},
      {"budget, new!", true},
      {"offer' OR 'x", false},
      {"\"budget\"", true},
      {"bud* AND x", false},
      {"%", false},
      {"new NOT budget", false},
      {"re: n", true},
  };
  db::for_each_migrated([&](db::Database& database) {
    const auto id = database.write([](db::Tx& tx) -> Result<std::int64_t> {
      TRY_AS(const auto thread, store_thread(tx, {{"Re: New", "<p>quoted</p>", "Our\nBUDGET is open"}}));
      TRY(index_thread(tx, 1, thread));
      return thread;
    });
    REQUIRE(id);
    for (const auto& c : cases) {
      CAPTURE(c.typed);
      const auto found = database.read([&](db::Tx& tx) { return find_threads(tx, 1, c.typed); });
      REQUIRE(found);
      CHECK(*found == (c.is_found ? std::vector{*id} : std::vector<std::int64_t>()));
    }
  });
}

TEST_CASE("blanks alone are no search") {
  CHECK_FALSE(is_search(" \n"));
  CHECK(is_search("%"));
}

}  // namespace outrider::inbox
