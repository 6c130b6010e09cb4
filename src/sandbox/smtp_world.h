// The SMTP server of the sandbox: the one way mail takes out of its mailboxes, and it ends here. Listens on
// loopback only; runs on the executor it was made with.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "net/task.h"
#include "sandbox/smtp_session.h"

namespace outrider::sandbox {

class SmtpWorld {
 public:
  static constexpr int kConnectionsMax = 1000;
  static constexpr std::chrono::minutes kIdleMax{10};

  struct Hooks {
    SmtpSession::Refuse refuse;
    std::function<void(TakenMail)> take;               // called before the mail is acknowledged
    std::function<std::chrono::milliseconds()> pause;  // how long a server ponders a message
  };

  /// Errors: Unavailable when the port is taken. Port 0 takes a free one.
  static Result<std::unique_ptr<SmtpWorld>> listen(const boost::asio::any_io_executor& executor,
                                                   std::uint16_t port,
                                                   Hooks hooks);
  ~SmtpWorld();
  SmtpWorld(const SmtpWorld&) = delete;
  SmtpWorld& operator=(const SmtpWorld&) = delete;

  std::uint16_t port() const;

 private:
  SmtpWorld(boost::asio::ip::tcp::acceptor acceptor, Hooks hooks);
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace outrider::sandbox
