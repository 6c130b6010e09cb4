// Whether new account settings work, by trying them.
#pragma once

#include "core/result.h"
#include "mail/login_check.h"
#include "net/io_pool.h"
#include "net/stream.h"

namespace outrider::mailboxes {

class LoginChecker {
 public:
  virtual ~LoginChecker() = default;
  /// Blocks for as long as the servers take, at most about mail::kLoginCheckMax. Not on an I/O thread.
  /// Errors: those of the machinery; a refused login is in the report.
  virtual Result<mail::LoginReport> check(mail::SmtpSettings smtp, mail::ImapSettings imap) = 0;
  /// Whether hosts on private addresses may be used.
  virtual bool allows_private() const = 0;
};

/// The real one. The pool and what the network refers to outlive it.
class NetLoginChecker final : public LoginChecker {
 public:
  NetLoginChecker(net::Network network, net::IoPool& pool) : network_(std::move(network)), pool_(pool) {}

  Result<mail::LoginReport> check(mail::SmtpSettings smtp, mail::ImapSettings imap) override {
    return net::block_on(pool_.next(), mail::check_logins(network_, std::move(smtp), std::move(imap)));
  }
  bool allows_private() const override { return network_.policy.allows_private(); }

 private:
  net::Network network_;
  net::IoPool& pool_;
};

}  // namespace outrider::mailboxes
