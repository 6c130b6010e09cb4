#include "sandbox/smtp_world.h"

#include <doctest/doctest.h>

#include <future>

#include "mail/smtp_client.h"
#include "net/io_pool.h"

using namespace outrider;

TEST_CASE("the sandbox's SMTP server takes mail from the SMTP client") {
  net::IoPool pool(1);
  std::promise<sandbox::TakenMail> taken;
  auto world =
      sandbox::SmtpWorld::listen(pool.next(),
                                 0,
                                 {.refuse = [](const std::string& address) -> std::optional<std::string> {
                                    if (address.starts_with("bounce")) return "550 5.1.1 User unknown";
                                    return std::nullopt;
                                  },
                                  .take = [&](sandbox::TakenMail mail) { taken.set_value(std::move(mail)); },
                                  .pause = [] { return std::chrono::milliseconds(0); }});
  REQUIRE(world);
  const auto resolver = net::Resolver::create({});
  REQUIRE(resolver);
  const net::Network network{
      .resolver = **resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Only), .tls = nullptr};
  mail::SmtpSettings settings{.endpoint = {.host = "127.0.0.1", .port = (*world)->port()},
                              .security = mail::SmtpSecurity::None,
                              .login = mail::SmtpLogin::Password,
                              .user = "ada@sandbox.example",
                              .secret = "sandbox"};

  const auto send = [&](std::string to) -> mail::SmtpTask<mail::SmtpReceipt> {
    CO_TRY_AS(const auto client, co_await mail::SmtpClient::open(network, settings));
    mail::SmtpEnvelope envelope{.from = "ada@sandbox.example", .to = {to}};
    auto receipt = co_await client->send(envelope, "Subject: Hi\r\n\r\n.hello\r\n");
    co_await client->quit();
    co_return receipt;
  };
  const auto blocking = [&](std::string to) {
    return boost::asio::co_spawn(pool.next(), send(std::move(to)), boost::asio::use_future).get();
  };

  const auto refused = blocking("bounce@x.example");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reply->full_text() == "550 5.1.1 User unknown");

  const auto accepted = blocking("keen@x.example");
  REQUIRE(accepted);
  const auto mail = taken.get_future().get();
  CHECK(mail.user == "ada@sandbox.example");
  CHECK(mail.bytes == "Subject: Hi\r\n\r\n.hello\r\n");

  settings.secret = "wrong";
  const auto no_login = blocking("keen@x.example");
  REQUIRE_FALSE(no_login);
  CHECK(no_login.error().stage == mail::SmtpStage::Auth);
}
