// The SMTP client (RFC 5321) of one mailbox: a connection that is kept between messages. It says of every
// failure at which stage it came, whose fault it was and whether the message may have been delivered, so that
// the engine never sends anything twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/smtp_auth.h"
#include "mail/smtp_capabilities.h"
#include "mail/smtp_reply.h"
#include "net/stream.h"

namespace outrider::mail {

inline constexpr std::size_t kSmtpRecipientsMax =
    100;  // RFC 5321 section 4.5.3.1.8: every server takes these

enum class SmtpSecurity { Tls, StartTls, None };

enum class SmtpStage {
  Connect,
  Tls,
  Greeting,
  Hello,
  StartTls,
  Auth,
  MailFrom,
  RcptTo,
  BeforeData,
  Data,
  Body
};
std::string_view name_of(SmtpStage stage);

/// Whether the message can have been delivered. Unknown: bytes of it were sent and no final reply was read.
enum class SmtpOutcome { NotSent, Unknown };

/// What the failure is about: this message and its recipients, or the server, the login and the connection.
enum class SmtpSubject { Message, Connection };

struct SmtpFailure {
  SmtpStage stage = SmtpStage::Connect;
  SmtpOutcome outcome = SmtpOutcome::NotSent;
  SmtpSubject subject = SmtpSubject::Connection;
  bool permanent = false;               // the same attempt cannot succeed later
  Code code = Code::Unavailable;        // Timeout, Unavailable, Invalid, TooLarge, NotFound, Malformed
  std::optional<SmtpReply> reply = {};  // the server's words, when it was a reply that refused
  std::string message = {};  // the whole story for people: "smtp.example.com:587: AUTH PLAIN: 535 ..."

  /// The hook before DATA said no: nothing was sent, the connection stays.
  bool stopped() const { return stage == SmtpStage::BeforeData; }
};

/// Like Task, with the detail the engine decides by. CO_TRY and CO_TRY_AS work with it.
template <class T = void>
using SmtpTask = boost::asio::awaitable<std::expected<T, SmtpFailure>>;

/// Defaults of RFC 5321 section 4.5.3.2.
struct SmtpTimeouts {
  std::chrono::milliseconds connect{30'000};
  std::chrono::milliseconds tls{60'000};
  std::chrono::milliseconds greeting{300'000};
  std::chrono::milliseconds command{300'000};  // EHLO, AUTH, MAIL, RCPT, RSET, NOOP
  std::chrono::milliseconds data{120'000};
  std::chrono::milliseconds block{180'000};  // each kBlockBytes of the body
  std::chrono::milliseconds final_reply{600'000};
  std::chrono::milliseconds quit{2'000};
};

struct SmtpSettings {
  net::Endpoint endpoint;
  SmtpSecurity security = SmtpSecurity::StartTls;
  SmtpLogin login = SmtpLogin::None;
  std::string user = {};
  std::string secret = {};                 // password, or access token with OAuth2
  std::string hello_name = "[127.0.0.1]";  // a host name or an address literal
  SmtpTimeouts timeouts = {};
};

struct SmtpEnvelope {
  std::string from;             // empty is the null sender
  std::vector<std::string> to;  // 1..kSmtpRecipientsMax
};

struct SmtpRefusal {
  std::string address;
  SmtpReply reply;
};

struct SmtpReceipt {
  SmtpReply reply;                   // to the final dot; some servers give their own message id in it
  std::vector<SmtpRefusal> refused;  // recipients that were not accepted while others were
};

/// Awaited between the last accepted recipient and DATA. An error stops the message: nothing is sent.
using BeforeData = std::function<Task<>()>;

/// One message at a time, on the executor of the coroutine that opened it. After a failure with subject
/// Connection it is closed; otherwise the next message may follow.
class SmtpClient {
 public:
  /// What the network holds outlives the client.
  SmtpClient(net::Network network, SmtpSettings settings);
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  /// Connects, greets, secures and logs in; once. StartTls never goes on in clear text; None is only for
  /// private addresses that the policy allows.
  SmtpTask<> connect();
  /// A client that is connected.
  static SmtpTask<std::unique_ptr<SmtpClient>> open(net::Network network, SmtpSettings settings);

  /// `message` has CRLF line ends and outlives the call; dots are doubled here. With PIPELINING the commands
  /// up to DATA are one write; with a hook, those up to RCPT. If some recipients are accepted the message
  /// goes to them.
  SmtpTask<SmtpReceipt> send(SmtpEnvelope envelope, std::string_view message, BeforeData before_data = {});

  /// Whether the server still answers; keeps an idle connection alive.
  SmtpTask<> noop();
  /// Says goodbye, waits a moment for the answer and closes. Never fails.
  boost::asio::awaitable<void> quit();

  /// Ends the operation in progress, also connect(); on the client's executor only. A send that is cut in its
  /// body is Unknown.
  void cancel();
  bool is_open() const { return stream_ && stream_->is_open(); }
  const SmtpPeer& peer() const { return peer_; }

 private:
  struct Dialogue;

  SmtpTask<> greet();
  SmtpTask<> hello();
  SmtpTask<> secure();
  SmtpTask<> start_tls();
  SmtpTask<> log_in();
  SmtpTask<> converse(SaslExchange& exchange, std::string_view mechanism);
  SmtpTask<SmtpReply> command(SmtpStage stage, std::string line, std::chrono::milliseconds timeout);
  SmtpTask<> write(SmtpStage stage, std::string_view text, std::chrono::milliseconds timeout);
  SmtpTask<SmtpReply> reply(SmtpStage stage, std::chrono::milliseconds timeout);
  SmtpTask<> reset();

  std::expected<std::string, SmtpFailure> mail_command(const SmtpEnvelope& envelope,
                                                       std::string_view message) const;
  SmtpTask<> open_transaction(Dialogue& dialogue);
  SmtpTask<> read_envelope_replies(Dialogue& dialogue);
  SmtpTask<> confirm(Dialogue& dialogue);
  SmtpTask<> begin_data(Dialogue& dialogue);
  SmtpTask<SmtpReply> send_body(std::string_view message);
  SmtpTask<SmtpReply> after_broken_body(SmtpFailure failure);

  std::unexpected<SmtpFailure> refused(SmtpStage stage, std::string_view doing, SmtpReply reply);
  std::unexpected<SmtpFailure> broken(SmtpStage stage, Error error);
  std::unexpected<SmtpFailure> impossible(SmtpStage stage,
                                          SmtpSubject subject,
                                          Code code,
                                          std::string message) const;

  net::Network network_;
  SmtpSettings settings_;
  std::shared_ptr<net::Interrupt> interrupt_ = std::make_shared<net::Interrupt>();
  std::unique_ptr<net::Stream> stream_;
  std::optional<net::LineReader> reader_;
  SmtpPeer peer_;
  bool needs_reset_ = false;  // a transaction was left open
};

/// For saving a mailbox: logs in and out. The failure's message says exactly what failed.
SmtpTask<SmtpPeer> check_smtp_login(net::Network network, SmtpSettings settings);

}  // namespace outrider::mail
