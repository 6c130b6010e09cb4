#include "mail/login_check.h"

#include <doctest/doctest.h>

#include "../tests/support/scripted_peer.h"
#include "net/io_pool.h"

using namespace outrider;
using namespace outrider::mail;
using namespace outrider::tests;

namespace {

Script smtp_script(const std::string& login_reply) {
  return {say("220 peer.example ready\r\n"),
          hear(),
          say("250-peer.example\r\n250 AUTH PLAIN\r\n"),
          hear(),
          say(login_reply),
          hear(),
          say("221 bye\r\n")};
}

LoginReport check(ScriptedPeer& smtp, ScriptedPeer& imap, net::Timeout deadline) {
  net::IoPool pool(1);
  const auto resolver = *net::Resolver::create({});
  const net::Network network{.resolver = *resolver,
                             .policy = net::AddressPolicy(net::PrivateAddresses::Allow),
                             .tls = *net::TlsClient::create({})};
  const SmtpSettings smtp_settings{.endpoint = {.host = "127.0.0.1", .port = smtp.port()},
                                   .security = SmtpSecurity::None,
                                   .login = SmtpLogin::Password,
                                   .user = "sam",
                                   .secret = "x"};
  const ImapSettings imap_settings{.endpoint = {.host = "127.0.0.1", .port = imap.port()},
                                   .security = ImapSecurity::None,
                                   .user = "sam",
                                   .secret = "x"};
  auto report = net::block_on(pool.next(), check_logins(network, smtp_settings, imap_settings, deadline));
  REQUIRE(report);
  return *std::move(report);
}

}  // namespace

TEST_CASE("both logins are tried, and each failure is told in the server's words") {
  ScriptedPeer smtp({smtp_script("535 5.7.8 wrong password\r\n")});
  ScriptedPeer imap({{say("* BYE closed for today\r\n"), hang_up()}});
  const auto report = check(smtp, imap, kLoginCheckMax);

  REQUIRE(report.smtp);
  REQUIRE(report.imap);
  CHECK(report.smtp->message.find("535 5.7.8 wrong password") != std::string::npos);
  CHECK(report.imap->message.find("closed for today") != std::string::npos);
  CHECK_FALSE(report.is_good());
}

TEST_CASE("servers that say nothing end at the deadline, both at once") {
  ScriptedPeer smtp({{stall()}});
  ScriptedPeer imap({{stall()}});
  const auto started = std::chrono::steady_clock::now();
  const auto report = check(smtp, imap, net::Timeout(30));
  const auto took = std::chrono::steady_clock::now() - started;

  REQUIRE(report.smtp);
  REQUIRE(report.imap);
  CHECK(report.smtp->code == Code::Timeout);
  CHECK(report.imap->code == Code::Timeout);
  CHECK(report.smtp->message.starts_with("127.0.0.1:"));
  CHECK(took < std::chrono::seconds(5));
}

TEST_CASE("a server that answers each step but never ends is cut off") {
  Script slow;
  for (int i = 0; i < 500; ++i) slow.push_back(say("220-please wait\r\n"));
  slow.push_back(stall());
  ScriptedPeer smtp({slow});
  ScriptedPeer imap({{say("* OK ready\r\n"), hear(), stall()}});
  const auto report = check(smtp, imap, net::Timeout(30));

  CHECK(report.smtp);
  CHECK(report.imap);
}
