#include "mail/smtp_client.h"

#include <doctest/doctest.h>

#include "../tests/support/certificates.h"
#include "../tests/support/scripted_peer.h"
#include "net/io_pool.h"

using namespace outrider;
using namespace outrider::mail;
using namespace outrider::tests;
using std::chrono::milliseconds;

namespace {

constexpr std::string_view kMessage = "Subject: x\r\n\r\n.dot\r\nbye\r\n";
constexpr std::string_view kMessageHeard = "Subject: x\r\n\r\n..dot\r\nbye";

std::string plain_hello() {
  return "250-peer.example\r\n250 SIZE 1000\r\n";
}
std::string pipelining_hello() {
  return "250-peer.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
}

Script joined(Script first, const Script& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Script greeted(const std::string& hello = pipelining_hello()) {
  return {say("220 peer.example ready\r\n"), hear(), say(hello)};
}

struct World {
  explicit World(std::vector<Script> scripts, const std::string& ca_file = {})
      : peer(std::move(scripts)), tls(*net::TlsClient::create(ca_file)) {
    settings.endpoint = {.host = "127.0.0.1", .port = peer.port()};
    settings.security = SmtpSecurity::None;
    settings.timeouts.command = settings.timeouts.data = settings.timeouts.final_reply = milliseconds(2000);
  }

  net::Network network() const {
    return {.resolver = *resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = tls};
  }
  template <class T>
  std::expected<T, SmtpFailure> run(SmtpTask<T> task) {
    return boost::asio::co_spawn(executor, std::move(task), boost::asio::use_future).get();
  }
  std::expected<std::unique_ptr<SmtpClient>, SmtpFailure> open() {
    return run(SmtpClient::open(network(), settings));
  }
  std::expected<SmtpReceipt, SmtpFailure> send(SmtpClient& client,
                                               std::vector<std::string> to = {"jane@example.com"},
                                               BeforeData before_data = {}) {
    return run(
        client.send({.from = "joe@example.org", .to = std::move(to)}, kMessage, std::move(before_data)));
  }

  ScriptedPeer peer;
  std::unique_ptr<net::Resolver> resolver = *net::Resolver::create({});
  std::shared_ptr<net::TlsClient> tls;
  net::IoPool pool{1};
  boost::asio::any_io_executor executor = pool.next();
  SmtpSettings settings;
};

Task<> go_ahead() {
  co_return Result<>{};
}
Task<> stop() {
  co_return fail(Code::Conflict, "the lead has answered");
}

}  // namespace

TEST_CASE("a message goes out in two writes where the server pipelines") {
  World world({joined(greeted(),
                      {hear(3),
                       say("250 ok\r\n250 ok\r\n354 go\r\n"),
                       hear_text(),
                       say("250 2.0.0 OK <id@peer.example>\r\n"),
                       hear(),
                       say("221 bye\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  const auto receipt = world.send(**client);
  boost::asio::co_spawn(world.executor, (*client)->quit(), boost::asio::use_future).get();

  REQUIRE(receipt);
  CHECK(receipt->reply.text() == "OK <id@peer.example>");
  CHECK((*client)->peer().greeting == "peer.example ready");
  const auto heard = world.peer.heard();
  REQUIRE(heard.size() == 6);
  CHECK(heard[0] == "EHLO [127.0.0.1]");
  CHECK(heard[1] == "MAIL FROM:<joe@example.org>");
  CHECK(heard[2] == "RCPT TO:<jane@example.com>");
  CHECK(heard[3] == "DATA");
  CHECK(heard[4] == kMessageHeard);
  CHECK(heard[5] == "QUIT");
}

TEST_CASE("without PIPELINING each command waits for its reply, and SIZE is told") {
  World world({joined(greeted(plain_hello()),
                      {hear(),
                       say("250 ok\r\n"),
                       hear(),
                       say("250 ok\r\n"),
                       hear(),
                       say("354 go\r\n"),
                       hear_text(),
                       say("250 ok\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  REQUIRE(world.send(**client));

  CHECK(world.peer.heard()[1] == "MAIL FROM:<joe@example.org> SIZE=" + std::to_string(kMessage.size()));
}

TEST_CASE("a connection carries several messages and forgets a refused one with RSET") {
  World world({joined(greeted(),
                      {hear(3),
                       say("250 ok\r\n550 5.1.1 User unknown\r\n554 no valid recipients\r\n"),
                       hear(4),
                       say("250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n"),
                       hear_text(),
                       say("250 one\r\n"),
                       hear(3),
                       say("250 ok\r\n250 ok\r\n354 go\r\n"),
                       hear_text(),
                       say("250 two\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  const auto unknown = world.send(**client);
  const auto one = world.send(**client);
  const auto two = world.send(**client);

  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().stage == SmtpStage::RcptTo);
  CHECK(unknown.error().permanent);
  CHECK(unknown.error().subject == SmtpSubject::Message);
  CHECK(unknown.error().outcome == SmtpOutcome::NotSent);
  CHECK(unknown.error().reply->status == EnhancedStatus{5, 1, 1});
  REQUIRE(one);
  REQUIRE(two);
  CHECK(two->reply.text() == "two");
  CHECK(world.peer.heard()[4] == "RSET");
}

TEST_CASE("recipients that are refused while others are accepted are listed") {
  World world({joined(
      greeted(),
      {hear(4), say("250 ok\r\n550 5.1.1 no\r\n250 ok\r\n354 go\r\n"), hear_text(), say("250 ok\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  const auto receipt = world.send(**client, {"a@example.com", "b@example.com"});

  REQUIRE(receipt);
  REQUIRE(receipt->refused.size() == 1);
  CHECK(receipt->refused[0].address == "a@example.com");
}

TEST_CASE("a server that asks for the message of nobody gets an empty one") {
  World world({joined(greeted(),
                      {hear(3),
                       say("250 ok\r\n450 4.2.0 Greylisted\r\n354 go\r\n"),
                       hear(),
                       say("554 nobody\r\n"),
                       stall()})});
  auto client = world.open();
  REQUIRE(client);

  const auto failure = world.send(**client);

  REQUIRE_FALSE(failure);
  CHECK(failure.error().reply->code == 450);
  CHECK_FALSE(failure.error().permanent);
  CHECK((*client)->is_open());
  client->reset();
  CHECK(world.peer.heard().back() == ".");
}

TEST_CASE("the hook before DATA holds it back and can stop the message") {
  World world({joined(greeted(),
                      {hear(2),
                       say("250 ok\r\n250 ok\r\n"),
                       hear(),
                       say("250 reset\r\n"),
                       hear(2),
                       say("250 ok\r\n250 ok\r\n"),
                       hear(),
                       say("354 go\r\n"),
                       hear_text(),
                       say("250 ok\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  const auto stopped = world.send(**client, {"jane@example.com"}, stop);
  const auto sent = world.send(**client, {"jane@example.com"}, go_ahead);

  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().stopped());
  CHECK(stopped.error().outcome == SmtpOutcome::NotSent);
  CHECK(stopped.error().message == "the lead has answered");
  CHECK(sent);
  const auto heard = world.peer.heard();
  CHECK(heard[3] == "RSET");
  CHECK(heard[6] == "DATA");
}

TEST_CASE("a cut is sure to be unsent before the body and unknown from its first byte on") {
  const std::string accepted = "250 ok\r\n250 ok\r\n354 go\r\n";
  struct {
    const char* when;
    Script script;
    SmtpStage stage;
    SmtpOutcome outcome;
  } cases[] = {
      {"instead of MAIL's reply", {hear(3), hang_up()}, SmtpStage::MailFrom, SmtpOutcome::NotSent},
      {"instead of RCPT's reply",
       {hear(3), say("250 ok\r\n"), hang_up()},
       SmtpStage::RcptTo,
       SmtpOutcome::NotSent},
      {"in RCPT's reply", {hear(3), say("250 ok\r\n25"), hang_up()}, SmtpStage::RcptTo, SmtpOutcome::NotSent},
      {"instead of DATA's reply",
       {hear(3), say("250 ok\r\n250 ok\r\n"), hang_up()},
       SmtpStage::Data,
       SmtpOutcome::NotSent},
      {"in the body",
       {hear(3), say(accepted), hear_bytes(5), hang_up()},
       SmtpStage::Body,
       SmtpOutcome::Unknown},
      {"after the final dot",
       {hear(3), say(accepted), hear_text(), hang_up()},
       SmtpStage::Body,
       SmtpOutcome::Unknown},
      {"in the final reply",
       {hear(3), say(accepted), hear_text(), say("250-almost\r\n250 o"), hang_up()},
       SmtpStage::Body,
       SmtpOutcome::Unknown},
      {"with nonsense for a final reply",
       {hear(3), say(accepted), hear_text(), say("fine\r\n"), stall()},
       SmtpStage::Body,
       SmtpOutcome::Unknown},
      {"with 354 for a final reply",
       {hear(3), say(accepted), hear_text(), say("354 more\r\n"), stall()},
       SmtpStage::Body,
       SmtpOutcome::Unknown},
      {"with an answer before the message",
       {hear(3), say(accepted + "250 ok\r\n"), stall()},
       SmtpStage::Data,
       SmtpOutcome::NotSent},
  };
  for (auto& c : cases) {
    CAPTURE(c.when);
    World world({joined(greeted(), c.script)});
    const auto client = world.open();
    REQUIRE(client);

    const auto failure = world.send(**client);

    REQUIRE_FALSE(failure);
    CHECK(name_of(failure.error().stage) == name_of(c.stage));
    CHECK(failure.error().outcome == c.outcome);
    CHECK(failure.error().subject == SmtpSubject::Connection);
    CHECK_FALSE(failure.error().permanent);
    CHECK_FALSE((*client)->is_open());
  }
}

TEST_CASE("an explicit refusal is definite wherever it stands") {
  struct {
    const char* when;
    Script script;
    SmtpStage stage;
    int code;
    bool open;
  } cases[] = {
      {"MAIL refused, then gone",
       {hear(3), say("550 5.7.1 no\r\n"), hang_up()},
       SmtpStage::MailFrom,
       550,
       false},
      {"MAIL deferred",
       {hear(3), say("451 4.3.0 later\r\n503 no\r\n503 no\r\n"), stall()},
       SmtpStage::MailFrom,
       451,
       true},
      {"421 at RCPT",
       {hear(3), say("250 ok\r\n421 4.3.2 closing\r\n"), hang_up()},
       SmtpStage::RcptTo,
       421,
       false},
      {"RCPT refused, then gone",
       {hear(3), say("250 ok\r\n550 5.1.1 no\r\n"), hang_up()},
       SmtpStage::RcptTo,
       550,
       false},
      {"DATA refused",
       {hear(3), say("250 ok\r\n250 ok\r\n451 4.3.0 no\r\n"), stall()},
       SmtpStage::Data,
       451,
       true},
      {"message refused",
       {hear(3), say("250 ok\r\n250 ok\r\n354 go\r\n"), hear_text(), say("554 5.7.1 spam\r\n"), stall()},
       SmtpStage::Body,
       554,
       true},
      {"message deferred",
       {hear(3), say("250 ok\r\n250 ok\r\n354 go\r\n"), hear_text(), say("452 4.2.2 full\r\n"), stall()},
       SmtpStage::Body,
       452,
       true},
      {"421 for the message",
       {hear(3),
        say("250 ok\r\n250 ok\r\n354 go\r\n"),
        hear_text(),
        say("421 4.7.0 slow down\r\n"),
        hang_up()},
       SmtpStage::Body,
       421,
       false},
  };
  for (auto& c : cases) {
    CAPTURE(c.when);
    World world({joined(greeted(), c.script)});
    auto client = world.open();
    REQUIRE(client);

    const auto failure = world.send(**client);

    REQUIRE_FALSE(failure);
    CHECK(name_of(failure.error().stage) == name_of(c.stage));
    CHECK(failure.error().outcome == SmtpOutcome::NotSent);
    REQUIRE(failure.error().reply);
    CHECK(failure.error().reply->code == c.code);
    CHECK(failure.error().permanent == (c.code >= 500));
    CHECK((*client)->is_open() == c.open);
    client->reset();
  }
}

TEST_CASE("a silent server times out, unknown once the body was sent") {
  for (const bool in_body : {false, true}) {
    CAPTURE(in_body);
    const Script silent = in_body
                              ? Script{hear(3), say("250 ok\r\n250 ok\r\n354 go\r\n"), hear_text(), stall()}
                              : Script{hear(3), stall()};
    World world({joined(greeted(), silent)});
    world.settings.timeouts.command = world.settings.timeouts.final_reply = milliseconds(15);
    const auto client = world.open();
    REQUIRE(client);

    const auto failure = world.send(**client);

    REQUIRE_FALSE(failure);
    CHECK(failure.error().code == Code::Timeout);
    CHECK(failure.error().outcome == (in_body ? SmtpOutcome::Unknown : SmtpOutcome::NotSent));
  }
}

TEST_CASE("opening says exactly what failed") {
  struct {
    const char* when;
    Script script;
    SmtpStage stage;
    bool permanent;
    const char* words;
  } cases[] = {
      {"refused at once",
       {say("554 5.7.1 go away\r\n"), hang_up()},
       SmtpStage::Greeting,
       true,
       ": refused at the greeting: 554 5.7.1 go away"},
      {"busy",
       {say("421 4.3.2 busy\r\n"), hang_up()},
       SmtpStage::Greeting,
       false,
       ": refused at the greeting: 421 4.3.2 busy"},
      {"not SMTP",
       {say("SSH-2.0-OpenSSH\r\n"), stall()},
       SmtpStage::Greeting,
       false,
       ": \"SSH-2.0-OpenSSH\" is not an SMTP reply (greeting)"},
      {"cut at the greeting",
       {hang_up()},
       SmtpStage::Greeting,
       false,
       ": the server closed the connection (greeting)"},
      {"cut at EHLO",
       {say("220 hi\r\n"), hear(), hang_up()},
       SmtpStage::Hello,
       false,
       ": the server closed the connection (EHLO)"},
      {"EHLO deferred",
       {say("220 hi\r\n"), hear(), say("451 later\r\n"), stall()},
       SmtpStage::Hello,
       false,
       ": EHLO: 451 later"},
      {"no login offered",
       {say("220 hi\r\n"), hear(), say("250 peer\r\n"), stall()},
       SmtpStage::Auth,
       true,
       ": the server offers no login; PLAIN or LOGIN is needed"},
      {"other logins offered",
       {say("220 hi\r\n"), hear(), say("250-peer\r\n250 AUTH GSSAPI xoauth2\r\n"), stall()},
       SmtpStage::Auth,
       true,
       ": the server offers GSSAPI, XOAUTH2; PLAIN or LOGIN is needed"},
      {"wrong password",
       {say("220 hi\r\n"),
        hear(),
        say("250-peer\r\n250 AUTH PLAIN\r\n"),
        hear(),
        say("535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 Bye\r\n"),
        stall()},
       SmtpStage::Auth,
       true,
       ": login with PLAIN refused: 535 5.7.8 Username and Password not accepted. Bye"},
      {"login deferred",
       {say("220 hi\r\n"),
        hear(),
        say("250-peer\r\n250 AUTH=LOGIN\r\n"),
        hear(),
        say("334 VXNlcm5hbWU6\r\n"),
        hear(),
        say("454 4.7.0 later\r\n"),
        stall()},
       SmtpStage::Auth,
       false,
       ": login with LOGIN refused: 454 4.7.0 later"},
  };
  for (auto& c : cases) {
    CAPTURE(c.when);
    World world({c.script});
    world.settings.login = SmtpLogin::Password;
    world.settings.user = "joe";
    world.settings.secret = "sesame";

    const auto peer = world.run(check_smtp_login(world.network(), world.settings));

    REQUIRE_FALSE(peer);
    CHECK(name_of(peer.error().stage) == name_of(c.stage));
    CHECK(peer.error().permanent == c.permanent);
    CHECK(peer.error().message == world.settings.endpoint.text() + c.words);
    CHECK(peer.error().subject == SmtpSubject::Connection);
  }
}

TEST_CASE("a server without EHLO is greeted with HELO") {
  World world({{say("220 old\r\n"), hear(), say("502 what?\r\n"), hear(), say("250 old\r\n"), stall()}});

  auto client = world.open();

  REQUIRE(client);
  CHECK_FALSE((*client)->peer().pipelining);
  client->reset();
  CHECK(world.peer.heard()[1] == "HELO [127.0.0.1]");
}

TEST_CASE("XOAUTH2 answers the refusal with an empty line and tells the reason") {
  World world({{say("220 hi\r\n"),
                hear(),
                say("250-peer\r\n250 AUTH XOAUTH2\r\n"),
                hear(),
                say("334 eyJzdGF0dXMiOiI0MDAifQ==\r\n"),
                hear(),
                say("535 5.7.8 no\r\n"),
                stall()}});
  world.settings.login = SmtpLogin::OAuth2;
  world.settings.user = "joe";
  world.settings.secret = "t";

  const auto client = world.open();

  REQUIRE_FALSE(client);
  CHECK(client.error().message ==
        world.settings.endpoint.text() + ": login with XOAUTH2 refused {\"status\":\"400\"}: 535 5.7.8 no");
  const auto heard = world.peer.heard();
  CHECK(heard[1] == "AUTH XOAUTH2 dXNlcj1qb2UBYXV0aD1CZWFyZXIgdAEB");
  CHECK(heard[2].empty());
}

TEST_CASE("STARTTLS greets again inside, and TLS from the start needs no STARTTLS") {
  const TestAuthority authority;
  SSL_CTX* context = authority.server("127.0.0.1");
  const Script inside{hear(),
                      say("250-peer\r\n250 AUTH PLAIN\r\n"),
                      hear(),
                      say("235 2.7.0 ok\r\n"),
                      hear(),
                      say("221 bye\r\n")};
  const Script start{say("220 hi\r\n"),
                     hear(),
                     say("250-peer\r\n250 STARTTLS\r\n"),
                     hear(),
                     say("220 go\r\n"),
                     start_tls(context)};
  World world({joined(start, inside), joined({start_tls(context), say("220 hi\r\n")}, inside)},
              authority.ca_file());
  world.settings.login = SmtpLogin::Password;
  for (const auto security : {SmtpSecurity::StartTls, SmtpSecurity::Tls}) {
    world.settings.security = security;
    const auto peer = world.run(check_smtp_login(world.network(), world.settings));
    REQUIRE(peer);
    CHECK(peer->tls_version == "TLSv1.3");
    CHECK(peer->auth_mechanism == "PLAIN");
  }
  SSL_CTX_free(context);
}

TEST_CASE("nothing is said in clear text to a server whose STARTTLS fails") {
  const TestAuthority authority;
  SSL_CTX* context = authority.server("other.example");
  struct {
    const char* when;
    Script script;
    SmtpStage stage;
    const char* words;
  } cases[] = {
      {"not offered",
       {say("220 hi\r\n"), hear(), say("250 peer\r\n"), stall()},
       SmtpStage::StartTls,
       ": the server does not offer STARTTLS; nothing is sent in clear text"},
      {"refused",
       {say("220 hi\r\n"),
        hear(),
        say("250-p\r\n250 STARTTLS\r\n"),
        hear(),
        say("454 4.7.0 no\r\n"),
        stall()},
       SmtpStage::StartTls,
       ": STARTTLS: 454 4.7.0 no"},
      {"text behind it",
       {say("220 hi\r\n"),
        hear(),
        say("250-p\r\n250 STARTTLS\r\n"),
        hear(),
        say("220 go\r\n250 injected\r\n"),
        stall()},
       SmtpStage::StartTls,
       ": text behind the reply to STARTTLS (STARTTLS)"},
      {"another's certificate",
       {say("220 hi\r\n"),
        hear(),
        say("250-p\r\n250 STARTTLS\r\n"),
        hear(),
        say("220 go\r\n"),
        start_tls(context),
        stall()},
       SmtpStage::Tls,
       ": IP address mismatch (TLS)"},
  };
  for (auto& c : cases) {
    CAPTURE(c.when);
    World world({c.script}, authority.ca_file());
    world.settings.security = SmtpSecurity::StartTls;
    world.settings.login = SmtpLogin::Password;

    const auto client = world.open();

    REQUIRE_FALSE(client);
    CHECK(name_of(client.error().stage) == name_of(c.stage));
    CHECK(client.error().message == world.settings.endpoint.text() + c.words);
    for (const auto& line : world.peer.heard()) CHECK_FALSE(line.starts_with("AUTH"));
  }
  SSL_CTX_free(context);
}

TEST_CASE("what the server cannot take is refused before a word is said") {
  struct {
    const char* what;
    std::string to;
    std::string message;
    Code code;
  } cases[] = {
      {"an address with a line end", "a@b.example>\r\nDATA", "x\r\n", Code::Invalid},
      {"an address beyond ASCII", "jürgen@b.example", "x\r\n", Code::Invalid},
      {"bytes beyond ASCII", "a@b.example", "ü\r\n", Code::Invalid},
      {"a bare line feed", "a@b.example", "x\n.\n", Code::Invalid},
      {"more than SIZE", "a@b.example", std::string(1000, 'x') + "\r\n", Code::TooLarge},
  };
  World world({joined(greeted(plain_hello()), {stall()})});
  auto client = world.open();
  REQUIRE(client);
  for (const auto& c : cases) {
    CAPTURE(c.what);
    const auto failure = world.run((*client)->send({.from = "joe@example.org", .to = {c.to}}, c.message));
    REQUIRE_FALSE(failure);
    CHECK(failure.error().code == c.code);
    CHECK(failure.error().permanent);
    CHECK(failure.error().subject == SmtpSubject::Message);
    CHECK(failure.error().outcome == SmtpOutcome::NotSent);
  }
  client->reset();
  CHECK(world.peer.heard().size() == 1);
}

TEST_CASE("SMTPUTF8 and 8BITMIME are asked for when they are needed") {
  World world({joined(greeted("250-peer\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"),
                      {hear(3), say("250 ok\r\n250 ok\r\n354 go\r\n"), hear_text(), say("250 ok\r\n")})});
  const auto client = world.open();
  REQUIRE(client);

  REQUIRE(world.run((*client)->send({.from = "", .to = {"jürgen@example.com"}}, "ü\r\n")));

  CHECK(world.peer.heard()[1] == "MAIL FROM:<> BODY=8BITMIME SMTPUTF8");
}

TEST_CASE("settings with a line end never reach the wire") {
  World world({});
  world.settings.secret = "a\r\nRSET";

  const auto client = world.open();

  REQUIRE_FALSE(client);
  CHECK(client.error().code == Code::Invalid);
  CHECK(client.error().permanent);
}

TEST_CASE("an idle connection is kept alive with NOOP, and its end is noticed") {
  World world({joined(greeted(), {hear(), say("250 ok\r\n"), hear(), say("421 4.4.2 idle\r\n"), hang_up()})});
  const auto client = world.open();
  REQUIRE(client);

  CHECK(world.run((*client)->noop()));
  const auto gone = world.run((*client)->noop());

  REQUIRE_FALSE(gone);
  CHECK(gone.error().reply->code == 421);
  CHECK_FALSE((*client)->is_open());
}
