// The people the sandbox's mail goes to: takes mail from the SMTP server and does what each person's temper
// says, by HTTP and by mail. Runs on one executor; everything it connects to is on this machine.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "net/stream.h"
#include "sandbox/answer.h"
#include "sandbox/smtp_session.h"
#include "sandbox/temper.h"

namespace outrider::sandbox {

class Prospects {
 public:
  struct Options {
    std::int64_t seed = 1;
    double speed = 1;
    net::Endpoint lmtp;
  };
  static constexpr std::size_t kGreylistMax = 100'000;
  static constexpr std::size_t kReactionsMax = 200'000;  // that wait

  /// `network` outlives the prospects, and they outlive the executor's run.
  Prospects(boost::asio::any_io_executor executor, net::Network network, Options options);

  /// Where tracking is served. Until it is known nobody opens anything.
  void set_server(net::Endpoint server) { server_ = std::move(server); }

  /// For SmtpSession.
  std::optional<std::string> refuse(const std::string& address);
  void take(const TakenMail& mail);
  /// How long a mail server takes to accept a message.
  std::chrono::milliseconds pause();

 private:
  struct Delivery;
  void put_into_mailbox(const TakenMail& mail, const std::string& to);
  void react(const std::shared_ptr<const Delivery>& delivery);
  boost::asio::awaitable<void> carry_out(std::shared_ptr<const Delivery> delivery, Reaction reaction);
  Task<> act(const std::shared_ptr<const Delivery>& delivery, Deed deed);
  Task<> visit(std::shared_ptr<const Delivery> delivery, std::string url, std::string form);
  Task<> write(std::shared_ptr<const Delivery> delivery, Deed deed);

  boost::asio::any_io_executor executor_;
  net::Network network_;
  Options options_;
  net::Endpoint server_;
  std::unordered_map<std::string, int> greylisted_;
  std::size_t waiting_ = 0;
  std::uint64_t taken_ = 0;
};

/// Addresses in a mail that a person can act on; "" when there is none.
struct TrackedUrls {
  std::string pixel;
  std::string click;  // the first link that is shown
  std::string unsubscribe;
  std::string one_click;  // out of List-Unsubscribe, when List-Unsubscribe-Post allows it
};
TrackedUrls tracked_urls(const mail::ParsedMessage& mail);

}  // namespace outrider::sandbox
