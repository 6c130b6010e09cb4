// The check of new account settings: logs in over SMTP and IMAP at the same time and says what each server
// said.
#pragma once

#include <optional>

#include "core/result.h"
#include "mail/imap_client.h"
#include "mail/smtp_client.h"
#include "net/task.h"

namespace outrider::mail {

/// Empty: the login worked. The messages name endpoint, step and the server's words.
struct LoginReport {
  std::optional<Error> smtp;
  std::optional<Error> imap;

  bool is_good() const { return !smtp && !imap; }
};

/// Patient enough for servers that make strangers wait before the greeting, short enough for a person who
/// waits for the answer.
inline constexpr net::Timeout kLoginCheckMax{30'000};

/// `deadline` is for each of the two, from connecting to logging out; the settings' timeouts are shortened to
/// fit. Never an error itself.
Task<LoginReport> check_logins(net::Network network,
                               SmtpSettings smtp,
                               ImapSettings imap,
                               net::Timeout deadline = kLoginCheckMax);

}  // namespace outrider::mail
