#include "mail/imap_client.h"

#include <doctest/doctest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <vector>

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::mail {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// What the client must send next, without its tag, and what it gets; `$` in the answer is the tag. An answer
/// that ends in `<cut>` is followed by the end of the connection.
struct Step {
  std::string expected;
  std::string answer;
};

/// A server for one connection that plays a script in the client's own io_context.
class Peer {
 public:
  Peer(asio::io_context& io, std::string greeting, std::vector<Step> script)
      : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(io, play(std::move(greeting), std::move(script)), asio::detached);
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// Empty when the client did as the script expects, to its end.
  const std::string& complaint() const { return complaint_; }

 private:
  asio::awaitable<void> play(std::string greeting, std::vector<Step> script) {
    tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(greeting), asio::use_awaitable);
    std::string received;
    std::string tag;
    for (const auto& step : script) {
      complaint_ = "never came: " + step.expected;
      const auto [error, bytes] = co_await asio::async_read_until(
          socket, asio::dynamic_buffer(received), "\r\n", asio::as_tuple(asio::use_awaitable));
      if (error) co_return;
      std::string line = received.substr(0, bytes - 2);
      received.erase(0, bytes);
      if (line.starts_with('A') && line.contains(' ')) {
        tag = line.substr(0, line.find(' '));
        line.erase(0, tag.size() + 1);
      }
      if (line != step.expected) {
        complaint_ = "expected: " + step.expected + ", got: " + line;
        co_return;
      }
      complaint_.clear();
      std::string answer = replace_all(step.answer, "$", tag);
      const bool cut = answer.ends_with("<cut>");
      if (cut) answer.erase(answer.size() - 5);
      co_await asio::async_write(socket, asio::buffer(answer), asio::as_tuple(asio::use_awaitable));
      if (cut) co_return;
    }
    // The client ends the connection; until then nothing more may come.
    const auto [error, bytes] = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(received), "\r\n", asio::as_tuple(asio::use_awaitable));
    if (!error) complaint_ = "not in the script: " + received.substr(0, bytes - 2);
  }

  tcp::acceptor acceptor_;
  std::string complaint_;
};

const std::string kGreeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LITERAL+ IDLE] ready\r\n";
const Step kLogin = {"AUTHENTICATE PLAIN " + base64_encode(std::string("\0u\0pw", 5)),
                     "$ OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE UIDPLUS ESEARCH] in\r\n"};

using Scene = std::function<Task<>(ImapClient&)>;

/// Plays `script` against `scene` and returns how the scene ended.
Result<> play(std::string greeting, std::vector<Step> script, Scene scene, ImapSettings settings = {}) {
  asio::io_context io;
  static const auto kResolver = net::Resolver::create({}).value();
  Peer peer(io, std::move(greeting), std::move(script));
  settings.endpoint = {.host = "127.0.0.1", .port = peer.port()};
  settings.security = settings.security == ImapSecurity::Tls ? ImapSecurity::None : settings.security;
  settings.user = "u";
  settings.secret = "pw";
  ImapClient client(
      {.resolver = *kResolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = nullptr},
      settings);
  Result<> ended = fail(Code::Internal, "the scene did not end");
  const auto act = [&]() -> asio::awaitable<void> {
    auto opened = co_await client.open();
    ended = opened && scene ? co_await scene(client) : opened;
    client.stop();
  };
  asio::co_spawn(io, act(), [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  io.run();
  CHECK(peer.complaint() == "");
  return ended;
}

Task<> select_inbox(ImapClient& client) {
  CO_TRY(co_await client.select("INBOX", ImapAccess::ReadWrite));
  co_return Result<>{};
}

const Step kSelect = {
    "SELECT \"INBOX\"",
    "* 3 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n* OK [UIDNEXT 12] x\r\n$ OK [READ-WRITE] done\r\n"};

}  // namespace

TEST_CASE("the kind of login follows what the server offers") {
  const std::string plain = base64_encode(std::string("\0u\0pw", 5));
  const std::string bearer = base64_encode(
      "user=u\x01"
      "auth=Bearer pw\x01\x01");
  const Step asked = {"CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n$ OK\r\n"};
  struct {
    const char* name;
    std::string greeting;
    ImapLogin login;
    std::vector<Step> script;
  } cases[] = {
      {"PLAIN at once", kGreeting, ImapLogin::Password, {kLogin}},
      {"PLAIN after a go-ahead",
       "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n",
       ImapLogin::Password,
       {{"AUTHENTICATE PLAIN", "+ \r\n"}, {plain, "$ OK in\r\n"}, asked}},
      {"LOGIN, capabilities asked for before and after",
       "* OK hello\r\n",
       ImapLogin::Password,
       {{"CAPABILITY", "* CAPABILITY IMAP4rev1\r\n$ OK\r\n"}, {"LOGIN \"u\" \"pw\"", "$ OK in\r\n"}, asked}},
      {"XOAUTH2",
       "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] x\r\n",
       ImapLogin::OAuth2,
       {{"AUTHENTICATE XOAUTH2 " + bearer, "* CAPABILITY IMAP4rev1 ID\r\n$ OK in\r\n"},
        {"ID (\"name\" \"Outrider\")", "* ID NIL\r\n$ OK\r\n"}}},
      {"nothing, when the connection is already trusted",
       "* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n",
       ImapLogin::Password,
       {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto ended = play(c.greeting, c.script, {}, {.login = c.login});
    CHECK(ended.has_value());
  }
}

TEST_CASE("a wrong password is told apart from a server that cannot now") {
  struct {
    const char* answer;
    Code code;
    const char* words;
  } cases[] = {
      {"$ NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n",
       Code::Unauthorized,
       "Invalid credentials"},
      {"$ NO Login failed.\r\n", Code::Unauthorized, "refused the login: \"Login failed.\""},
      {"$ NO [UNAVAILABLE] Temporary failure\r\n", Code::Unavailable, "Temporary failure"},
      {"$ NO [ALERT] Too many simultaneous connections. (Failure)\r\n", Code::Unavailable, "Too many"},
      {"$ BAD User is authenticated but not connected.\r\n", Code::Unavailable, "not connected"},
      {"* BYE shutting down\r\n<cut>", Code::Unavailable, "shutting down"},
      {"<cut>", Code::Unavailable, "closed the connection"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.answer);
    const auto ended = play(kGreeting, {{kLogin.expected, c.answer}}, {});
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().code == c.code);
    CHECK(ended.error().message.contains(c.words));
    CHECK(ended.error().message.starts_with("127.0.0.1:"));
  }
}

TEST_CASE("XOAUTH2 answers the reason of a refusal with an empty line") {
  const auto ended = play("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] x\r\n",
                          {{"AUTHENTICATE XOAUTH2 " + base64_encode("user=u\x01"
                                                                    "auth=Bearer pw\x01\x01"),
                            "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n"},
                           {"", "$ NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"}},
                          {},
                          {.login = ImapLogin::OAuth2});
  CHECK(ended.error().code == Code::Unauthorized);
}

TEST_CASE("settings that the server cannot fulfil end before a secret is sent") {
  struct {
    const char* name;
    std::string greeting;
    ImapSettings settings;
    std::vector<Step> script;
    Code code;
  } cases[] = {
      {"no STARTTLS", kGreeting, {.security = ImapSecurity::StartTls}, {}, Code::Invalid},
      {"PREAUTH instead of STARTTLS",
       "* PREAUTH [CAPABILITY STARTTLS] x\r\n",
       {.security = ImapSecurity::StartTls},
       {},
       Code::Invalid},
      {"STARTTLS refused",
       "* OK [CAPABILITY STARTTLS] x\r\n",
       {.security = ImapSecurity::StartTls},
       {{"STARTTLS", "$ NO not today\r\n"}},
       Code::Invalid},
      {"text put behind STARTTLS",
       "* OK [CAPABILITY STARTTLS] x\r\n",
       {.security = ImapSecurity::StartTls},
       {{"STARTTLS", "$ OK go\r\n* CAPABILITY IMAP4rev1\r\n"}},
       Code::Unavailable},
      {"LOGINDISABLED", "* OK [CAPABILITY LOGINDISABLED] x\r\n", {}, {}, Code::Invalid},
      {"no XOAUTH2", kGreeting, {.login = ImapLogin::OAuth2}, {}, Code::Invalid},
      {"not an IMAP server", "220 mx ESMTP\r\n", {}, {}, Code::Unavailable},
      {"a server that says BYE", "* BYE overloaded\r\n", {}, {}, Code::Unavailable},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto ended = play(c.greeting, c.script, {}, c.settings);
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().code == c.code);
  }
}

TEST_CASE("the check of new settings looks into INBOX and leaves") {
  asio::io_context io;
  const auto resolver = net::Resolver::create({}).value();
  Peer peer(
      io, kGreeting, {kLogin, {"EXAMINE \"INBOX\"", kSelect.answer}, {"LOGOUT", "* BYE\r\n$ OK\r\n<cut>"}});
  const net::Network network{
      .resolver = *resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = nullptr};
  ImapSettings settings{.endpoint = {.host = "127.0.0.1", .port = peer.port()},
                        .security = ImapSecurity::None};
  settings.user = "u";
  settings.secret = "pw";
  bool accepted = false;
  const auto check = [&]() -> asio::awaitable<void> {
    accepted = (co_await check_imap_login(network, settings)).has_value();
  };
  asio::co_spawn(io, check, asio::detached);
  io.run();
  CHECK(accepted);
  CHECK(peer.complaint() == "");
}

TEST_CASE("SELECT gives the identity of the mailbox") {
  const Step condstore = {"SELECT \"INBOX\" (CONDSTORE)",
                          "* 172 EXISTS\r\n* OK [UIDVALIDITY 3857529045] x\r\n* OK [UIDNEXT 4392] x\r\n"
                          "* OK [HIGHESTMODSEQ 715194045007] x\r\n$ OK [READ-WRITE] done\r\n"};
  const auto ended =
      play("* PREAUTH [CAPABILITY CONDSTORE] x\r\n", {condstore}, [](ImapClient& client) -> Task<> {
        CO_TRY_AS(const auto inbox, co_await client.select("INBOX", ImapAccess::ReadWrite));
        CHECK(inbox.messages == 172);
        CHECK(inbox.uid_validity == 3857529045);
        CHECK(inbox.uid_next == 4392);
        CHECK(inbox.highest_modseq == 715194045007);
        CHECK_FALSE(inbox.read_only);
        co_return Result<>{};
      });
  CHECK(ended.has_value());
}

TEST_CASE("a refused command leaves the session usable") {
  const auto ended = play(kGreeting,
                          {kLogin, {"EXAMINE \"x\"", "$ NO no such mailbox\r\n"}, kSelect},
                          [](ImapClient& client) -> Task<> {
                            const auto absent = co_await client.select("x", ImapAccess::ReadOnly);
                            CHECK(absent.error().code == Code::NotFound);
                            co_return co_await select_inbox(client);
                          });
  CHECK(ended.has_value());
}

TEST_CASE("SEARCH drops the last message when its UID is below the range") {
  const std::vector<Step> script = {
      kLogin,
      kSelect,
      {"UID SEARCH RETURN (ALL) UID 12:* SINCE 1-Feb-2026 HEADER Message-ID \"<a@b>\"",
       "* ESEARCH (TAG \"A3\") UID ALL 11,15,12:13\r\n$ OK\r\n"},
      {"UID SEARCH RETURN (ALL) UID 1:*", "* ESEARCH (TAG \"A4\") UID ALL 1:4294967295\r\n$ OK\r\n"}};
  const auto ended = play(kGreeting, script, [](ImapClient& client) -> Task<> {
    CO_TRY(co_await select_inbox(client));
    CO_TRY_AS(const auto uids,
              co_await client.search({.uid_first = 12, .since_ms = 1769940000000, .message_id = "<a@b>"}));
    CHECK(uids == std::vector<std::uint32_t>{12, 13, 15});
    const auto flood = co_await client.search({});
    CHECK(flood.error().code == Code::TooLarge);
    co_return Result<>{};
  });
  CHECK(ended.has_value());
}

TEST_CASE("FETCH gives what was asked for and nothing the server adds") {
  const std::vector<Step> script = {
      kLogin,
      kSelect,
      {"UID FETCH 5:6,9:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.100>)",
       "* 1 FETCH (UID 5 FLAGS () RFC822.SIZE 5 BODY[]<0> {6}\r\n$ OK\n)\r\n"
       "* 2 FETCH (UID 6 FLAGS (\\Seen))\r\n"
       "* 2 FETCH (UID 7 FLAGS () RFC822.SIZE 1 BODY[]<0> {1}\r\nx)\r\n"
       "* 3 FETCH (UID broken)\r\n"
       "* 4 FETCH (UID 9 FLAGS () RFC822.SIZE 500 BODY[]<0> \"cut\")\r\n"
       "* 4 EXISTS\r\n$ OK done\r\n"}};
  const auto ended = play(kGreeting, script, [](ImapClient& client) -> Task<> {
    CO_TRY(co_await select_inbox(client));
    std::vector<std::string> bodies;
    const auto fetched = co_await client.fetch(
        {.uids = {{9, UINT32_MAX}, {5, 6}}, .body = ImapBody::Whole, .body_bytes_max = 100},
        [&](const ImapFetch& fetch) { bodies.emplace_back(fetch.sections.front().bytes.view()); });
    CHECK(fetched.error().code == Code::Malformed);
    REQUIRE(bodies.size() == 2);
    CHECK(bodies[0].ends_with(" OK\n"));
    CHECK(bodies[1] == "cut");
    // The arrival told meanwhile is not lost: no IDLE is needed to know it.
    CO_TRY_AS(const auto change, co_await client.wait_for_change(std::chrono::seconds(60)));
    CHECK(change.arrived);
    co_return Result<>{};
  });
  CHECK(ended.has_value());
}

TEST_CASE("a cut in the middle of a literal is an error, not a short message") {
  const std::vector<Step> script = {
      kLogin,
      kSelect,
      {"UID FETCH 5 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.5242880>)",
       "* 1 FETCH (UID 5 RFC822.SIZE 5 BODY[HEADER]<0> {500}\r\nSubject: half<cut>"}};
  std::size_t given = 0;
  const auto ended = play(kGreeting, script, [&given](ImapClient& client) -> Task<> {
    CO_TRY(co_await select_inbox(client));
    CO_TRY(co_await client.fetch({.uids = {{5, 5}}, .body = ImapBody::Header},
                                 [&given](const ImapFetch&) { ++given; }));
    co_return Result<>{};
  });
  CHECK(ended.error().code == Code::Unavailable);
  CHECK(given == 0);
}

TEST_CASE("IDLE ends with DONE on a change and passes over keep-alives") {
  const std::vector<Step> script = {
      kLogin,
      kSelect,
      {"IDLE", "+ idling\r\n* OK Still here\r\n* 3 EXISTS\r\n* 4 EXISTS\r\n* 1 RECENT\r\n"},
      {"DONE", "* 5 EXISTS\r\n$ OK\r\n"},
      {"IDLE", "+\r\n* 2 EXPUNGE\r\n"},
      {"DONE", "$ OK\r\n"},
      {"NOOP", "$ OK\r\n"}};
  const auto ended = play(kGreeting, script, [](ImapClient& client) -> Task<> {
    CO_TRY(co_await select_inbox(client));
    CO_TRY_AS(const auto first, co_await client.wait_for_change(std::chrono::seconds(60)));
    CHECK(first.arrived);
    CHECK_FALSE(first.altered);
    CO_TRY_AS(const auto second, co_await client.wait_for_change(std::chrono::seconds(60)));
    CHECK(second.altered);
    CHECK_FALSE(second.arrived);
    co_return co_await client.noop();
  });
  CHECK(ended.has_value());
}

TEST_CASE("a wait without news ends with DONE when its time is up") {
  const std::vector<Step> script = {kLogin, kSelect, {"IDLE", "+ idling\r\n"}, {"DONE", "$ OK\r\n"}};
  const auto ended = play(kGreeting, script, [](ImapClient& client) -> Task<> {
    CO_TRY(co_await select_inbox(client));
    CO_TRY_AS(const auto change, co_await client.wait_for_change(std::chrono::seconds(0)));
    CHECK_FALSE(change);
    co_return Result<>{};
  });
  CHECK(ended.has_value());
}

TEST_CASE("a wait can be woken, and a session stopped, from outside") {
  for (const bool wakes : {true, false}) {
    CAPTURE(wakes);
    std::vector<Step> script = {kLogin, kSelect, {"IDLE", "+ idling\r\n"}};
    if (wakes) script.push_back({"DONE", "$ OK\r\n"});
    const auto ended = play(kGreeting, script, [wakes](ImapClient& client) -> Task<> {
      CO_TRY(co_await select_inbox(client));
      const auto executor = co_await asio::this_coro::executor;
      asio::post(executor, [&client, wakes] { wakes ? client.wake() : client.stop(); });
      CO_TRY_AS(const auto change, co_await client.wait_for_change(std::chrono::seconds(60)));
      CHECK_FALSE(change);
      co_return Result<>{};
    });
    CHECK(ended.has_value() == wakes);
    if (!wakes) CHECK(ended.error().code == Code::Unavailable);
  }
}

TEST_CASE("without IDLE the caller is told to poll") {
  const auto ended =
      play("* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", {kSelect}, [](ImapClient& client) -> Task<> {
        CO_TRY(co_await select_inbox(client));
        CO_TRY(co_await client.wait_for_change(std::chrono::seconds(60)));
        co_return Result<>{};
      });
  CHECK(ended.error().code == Code::Invalid);
}

TEST_CASE("APPEND waits for the go-ahead where literals must be announced, and tells the UID") {
  const std::string text = "Subject: x\r\n\r\n";
  const std::vector<Step> announced = {
      {"APPEND \"Sent\" (\\Seen) \" 1-Feb-2026 10:00:00 +0000\" {14}", "+ go\r\n"},
      {"Subject: x", ""},
      {"", ""},
      {"", "$ OK [APPENDUID 7 42] done\r\n"}};
  const std::vector<Step> at_once = {{"APPEND \"Sent\" (\\Seen) \" 1-Feb-2026 10:00:00 +0000\" {14+}", ""},
                                     {"Subject: x", ""},
                                     {"", ""},
                                     {"", "$ OK [APPENDUID 7 42] done\r\n"}};
  const std::vector<Step> refused = {
      {"APPEND \"Sent\" (\\Seen) \" 1-Feb-2026 10:00:00 +0000\" {14}", "$ NO [TRYCREATE] none\r\n"}};
  struct {
    const char* greeting;
    std::vector<Step> script;
    bool accepted;
  } cases[] = {
      {"* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", announced, true},
      {"* PREAUTH [CAPABILITY LITERAL+] x\r\n", at_once, true},
      {"* PREAUTH [CAPABILITY LITERAL-] x\r\n", at_once, true},
      {"* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", refused, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.greeting);
    const auto ended = play(c.greeting, c.script, [&text](ImapClient& client) -> Task<> {
      CO_TRY_AS(const auto where, co_await client.append("Sent", text, {"\\Seen"}, 1769940000000));
      REQUIRE(where);
      CHECK(where->uid_validity == 7);
      CHECK(where->uid == 42);
      co_return Result<>{};
    });
    CHECK(ended.has_value() == c.accepted);
    if (!c.accepted) CHECK(ended.error().code == Code::NotFound);
  }
}

TEST_CASE("MOVE falls back to COPY and an EXPUNGE of its own UIDs only") {
  const std::vector<Step> script = {{"UID COPY 4:5 \"Junk\"", "$ OK [COPYUID 1 4:5 8:9] done\r\n"},
                                    {"UID STORE 4:5 +FLAGS.SILENT (\\Deleted)", "$ OK\r\n"},
                                    {"UID EXPUNGE 4:5", "$ OK\r\n"}};
  const auto scene = [](ImapClient& client) -> Task<> {
    CO_TRY_AS(const auto where, co_await client.move({{4, 5}}, "Junk"));
    REQUIRE(where);
    CHECK(where->target == std::vector<ImapRange>{{8, 9}});
    co_return Result<>{};
  };
  CHECK(play("* PREAUTH [CAPABILITY UIDPLUS] x\r\n", script, scene).has_value());
  CHECK(play("* PREAUTH [CAPABILITY MOVE] x\r\n",
             {{"UID MOVE 4:5 \"Junk\"",
               "* OK [COPYUID 1 4:5 8:9] x\r\n* 4 EXPUNGE\r\n* 4 EXPUNGE\r\n$ OK\r\n"}},
             scene)
            .has_value());
  CHECK(play("* PREAUTH [CAPABILITY IMAP4rev1] x\r\n", {}, scene).error().code == Code::Invalid);
}

TEST_CASE("a server that floods or answers out of step is left") {
  ImapSettings small;
  small.limits.text_bytes_max = 200;
  const std::string flood = "* OK " + std::string(300, 'x') + "\r\n$ OK\r\n";
  for (const std::string& answer : {flood, std::string("Z9 OK done\r\n")}) {
    bool open = true;
    const auto ended = play(
        "* PREAUTH [CAPABILITY IMAP4rev1] x\r\n",
        {{"NOOP", answer}},
        [&open](ImapClient& client) -> Task<> {
          const auto done = co_await client.noop();
          open = client.is_open();
          co_return done;
        },
        small);
    CHECK_FALSE(ended.has_value());
    CHECK_FALSE(open);
  }
}

}  // namespace outrider::mail
