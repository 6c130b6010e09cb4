// A sending mailbox (on the wire: email account): its servers, settings and the state of its connections.
// Domain types and pure rules; passwords are here only in sealed form (client_settings.h opens them).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace outrider::mailboxes {

/// The provider. Stored as these numbers.
enum class Kind : std::uint8_t { Smtp, Gmail, Outlook, Zoho };

/// Of one protocol. Stored as these numbers. StartTls never goes on in clear text; None is for allowed
/// private hosts alone.
enum class Security : std::uint8_t { Tls, StartTls, None };

enum class Channel : std::uint8_t { Smtp, Imap };

/// Stored as these numbers. Failing: the last attempt did not work, others follow. Disconnected: nothing is
/// tried until somebody reconnects (BEHAVIOUR 1.8).
enum class ConnectionState : std::uint8_t { Connected, Failing, Disconnected };

/// One protocol's server and login.
struct Server {
  std::string host;
  int port = 0;
  Security security = Security::StartTls;
  std::string user;
  std::optional<std::string> sealed_secret = {};  // absent for IMAP: the one of SMTP
};

/// What the circuit breaker knows of one protocol.
struct Connection {
  ConnectionState state = ConnectionState::Connected;
  int auth_failures = 0;     // logins refused in a row
  int network_failures = 0;  // other failures in a row
  std::optional<TimeMs> failing_since_ms = {};
  TimeMs retry_at_ms = 0;
  std::optional<std::string> error = {};  // the last failure in words

  bool operator==(const Connection&) const = default;
};

/// As given; the warmup engine owns the rest.
struct Warmup {
  bool is_enabled = false;
  std::optional<std::int64_t> per_day;
  std::optional<std::int64_t> rampup;
  std::optional<std::int64_t> reply_rate;  // percent
  std::optional<std::string> key;
  std::optional<TimeMs> created_at_ms;  // absent: never set up
};

struct Mailbox {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::optional<std::int64_t> client_id;
  std::string from_name;
  std::string from_email;  // lower case
  Kind kind = Kind::Smtp;
  Server smtp;
  Server imap;
  std::optional<std::string> sealed_oauth_token;  // JSON inside

  std::optional<std::string> reply_to;
  std::optional<std::string> bcc;
  std::optional<std::string> signature;  // HTML
  std::optional<std::string> custom_tracking_url;
  std::optional<std::string> timezone;            // absent: the workspace's
  std::optional<std::int64_t> max_email_per_day;  // campaign mail; absent: the server's default
  std::optional<std::int64_t> min_gap_minutes;
  bool is_suspended = false;
  Warmup warmup;

  Connection smtp_connection;
  Connection imap_connection;
  TimeMs provider_limit_until_ms = 0;  // the provider said "no more today"
  TimeMs cap_halved_until_ms = 0;
  TimeMs last_send_at_ms = 0;
  TimeMs next_slot_at_ms = 0;
  TimeMs inbound_watermark_ms = 0;  // last complete scan of Inbox and Junk; 0 = never
  TimeMs created_at_ms = 0;
  TimeMs updated_at_ms = 0;

  /// Whether IMAP has a login of its own.
  bool has_imap_login() const { return imap.user != smtp.user || imap.sealed_secret.has_value(); }
};

/// Without a word about it the port decides (RULINGS 24): 465 and 993 are TLS from the first byte.
constexpr Security security_of_port(int port) {
  return port == 465 || port == 993 ? Security::Tls : Security::StartTls;
}

/// The provider behind a well-known SMTP host; Smtp for any other.
Kind kind_of_host(std::string_view smtp_host);

/// Two words that mark a mailbox's warmup mail, such as `maple-river`.
std::string make_warmup_key(std::uint64_t seed);

}  // namespace outrider::mailboxes
