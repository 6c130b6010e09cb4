#include "mail/smtp_client.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <ranges>

#include "core/assert.h"
#include "core/strings.h"
#include "mail/smtp_message.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kBlockBytes = 128 * 1024;  // what one body timeout covers
constexpr std::size_t kArgumentBytesMax = 4096;  // tokens of OAuth are long
constexpr int kServiceClosing = 421;
constexpr std::chrono::milliseconds kLastWordsWait{200};

using Failed = std::unexpected<SmtpFailure>;
template <class T = void>
using Outcome = std::expected<T, SmtpFailure>;

bool about_connection(SmtpStage stage, const SmtpReply& reply) {
  return stage < SmtpStage::MailFrom || reply.code == kServiceClosing;
}

Result<> check_settings(const SmtpSettings& settings) {
  TRY(check_smtp_argument("the host", settings.endpoint.host));
  TRY(check_smtp_argument("the user name", settings.user));
  TRY(check_smtp_argument("the password", settings.secret));
  TRY(check_smtp_argument("the host name for EHLO", settings.hello_name));
  if (settings.user.size() + settings.secret.size() > kArgumentBytesMax)
    return fail(Code::Invalid, "the user name and password are too long");
  return {};
}

Result<> check_envelope(const SmtpEnvelope& envelope) {
  if (envelope.to.empty() || envelope.to.size() > kSmtpRecipientsMax)
    return fail(Code::Invalid, "a message has 1 to " + std::to_string(kSmtpRecipientsMax) + " recipients");
  if (!envelope.from.empty()) TRY(check_smtp_address(envelope.from));
  for (const auto& address : envelope.to) TRY(check_smtp_address(address));
  return {};
}

bool needs_utf8(const SmtpEnvelope& envelope) {
  return !is_ascii(envelope.from) || !std::ranges::all_of(envelope.to, is_ascii);
}

}  // namespace

std::string_view name_of(SmtpStage stage) {
  switch (stage) {
    case SmtpStage::Connect:
      return "connect";
    case SmtpStage::Tls:
      return "TLS";
    case SmtpStage::Greeting:
      return "greeting";
    case SmtpStage::Hello:
      return "EHLO";
    case SmtpStage::StartTls:
      return "STARTTLS";
    case SmtpStage::Auth:
      return "AUTH";
    case SmtpStage::MailFrom:
      return "MAIL FROM";
    case SmtpStage::RcptTo:
      return "RCPT TO";
    case SmtpStage::BeforeData:
      return "before DATA";
    case SmtpStage::Data:
      return "DATA";
    case SmtpStage::Body:
      return "message";
  }
  return {};
}

SmtpClient::SmtpClient(net::Network network, SmtpSettings settings)
    : network_(std::move(network)), settings_(std::move(settings)) {}

void SmtpClient::cancel() {
  interrupt_->cancel();
  if (stream_) stream_->cancel();
}

// ---- failures

Failed SmtpClient::refused(SmtpStage stage, std::string_view doing, SmtpReply reply) {
  const bool connection = about_connection(stage, reply);
  SmtpFailure failure{.stage = stage,
                      .subject = connection ? SmtpSubject::Connection : SmtpSubject::Message,
                      .permanent = reply.permanent(),
                      .code = Code::Unavailable,
                      .message = stream_->name() + ": " + std::string(doing) + ": " + reply.full_text()};
  failure.reply = std::move(reply);
  if (connection) stream_->close();
  return Failed(std::move(failure));
}

Failed SmtpClient::broken(SmtpStage stage, Error error) {
  stream_->close();
  return Failed(SmtpFailure{.stage = stage,
                            .code = error.code,
                            .message = error.message + " (" + std::string(name_of(stage)) + ")"});
}

Failed SmtpClient::impossible(SmtpStage stage, SmtpSubject subject, Code code, std::string message) const {
  return Failed(SmtpFailure{.stage = stage,
                            .subject = subject,
                            .permanent = true,
                            .code = code,
                            .message = stream_->name() + ": " + std::move(message)});
}

// ---- one command, one reply

SmtpTask<> SmtpClient::write(SmtpStage stage, std::string_view text, std::chrono::milliseconds timeout) {
  auto done = co_await stream_->write(text, timeout);
  if (!done) co_return broken(stage, std::move(done.error()));
  co_return Outcome<>{};
}

SmtpTask<SmtpReply> SmtpClient::reply(SmtpStage stage, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  SmtpReplyParser parser;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    auto line = co_await reader_->read_line(kReplyLineBytesMax, left);
    if (!line) co_return broken(stage, std::move(line.error()));
    auto state = parser.feed(*line);
    if (!state) co_return broken(stage, std::move(state.error()).within(stream_->name()));
    if (*state == SmtpReplyParser::State::Complete) co_return parser.take();
  }
}

SmtpTask<SmtpReply> SmtpClient::command(SmtpStage stage,
                                        std::string line,
                                        std::chrono::milliseconds timeout) {
  line += "\r\n";
  CO_TRY(co_await write(stage, line, timeout));
  co_return co_await reply(stage, timeout);
}

// ---- from the connection to the login

SmtpTask<std::unique_ptr<SmtpClient>> SmtpClient::open(net::Network network, SmtpSettings settings) {
  auto client = std::make_unique<SmtpClient>(std::move(network), std::move(settings));
  CO_TRY(co_await client->connect());
  co_return client;
}

SmtpTask<> SmtpClient::connect() {
  if (auto valid = check_settings(settings_); !valid)
    co_return Failed(SmtpFailure{
        .permanent = true, .code = valid.error().code, .message = std::move(valid.error().message)});

  const net::ConnectOptions options{.timeout = settings_.timeouts.connect, .interrupt = interrupt_};
  auto stream = co_await net::Stream::connect(network_, settings_.endpoint, options);
  if (!stream) {
    const Code code = stream.error().code;
    co_return Failed(SmtpFailure{
        .permanent = code == Code::Invalid, .code = code, .message = std::move(stream.error().message)});
  }
  stream_ = *std::move(stream);
  reader_.emplace(*stream_);
  CO_TRY(co_await secure());
  co_return co_await log_in();
}

SmtpTask<> SmtpClient::secure() {
  if (settings_.security == SmtpSecurity::None) {
    boost::system::error_code unknown;
    const auto address = boost::asio::ip::make_address(stream_->remote_address(), unknown);
    if (unknown || net::special_kind(address).empty())
      co_return impossible(SmtpStage::Tls,
                           SmtpSubject::Connection,
                           Code::Invalid,
                           "a connection without TLS is only for private hosts; choose SSL or STARTTLS");
  }
  if (settings_.security == SmtpSecurity::Tls) {
    auto secured = co_await stream_->start_tls(settings_.endpoint.host, settings_.timeouts.tls);
    if (!secured) co_return broken(SmtpStage::Tls, std::move(secured.error()));
  }
  CO_TRY(co_await greet());
  CO_TRY(co_await hello());
  if (settings_.security == SmtpSecurity::StartTls) CO_TRY(co_await start_tls());
  if (const auto& facts = stream_->tls()) {
    peer_.tls_version = facts->version;
    peer_.tls_cipher = facts->cipher;
  }
  co_return Outcome<>{};
}

SmtpTask<> SmtpClient::greet() {
  CO_TRY_AS(auto greeting, co_await reply(SmtpStage::Greeting, settings_.timeouts.greeting));
  peer_.greeting = greeting.text();
  if (greeting.code != 220)
    co_return refused(SmtpStage::Greeting, "refused at the greeting", std::move(greeting));
  co_return Outcome<>{};
}

SmtpTask<> SmtpClient::hello() {
  forget_capabilities(peer_);
  CO_TRY_AS(auto extended,
            co_await command(SmtpStage::Hello, "EHLO " + settings_.hello_name, settings_.timeouts.command));
  if (extended.positive()) {
    for (const auto& line : extended.lines | std::views::drop(1)) read_capability(peer_, line);
    co_return Outcome<>{};
  }
  if (!extended.permanent()) co_return refused(SmtpStage::Hello, "EHLO", std::move(extended));
  CO_TRY_AS(auto plain,
            co_await command(SmtpStage::Hello, "HELO " + settings_.hello_name, settings_.timeouts.command));
  if (!plain.positive()) co_return refused(SmtpStage::Hello, "HELO", std::move(plain));
  co_return Outcome<>{};
}

SmtpTask<> SmtpClient::start_tls() {
  if (!peer_.start_tls)
    co_return impossible(SmtpStage::StartTls,
                         SmtpSubject::Connection,
                         Code::Unavailable,
                         "the server does not offer STARTTLS; nothing is sent in clear text");
  CO_TRY_AS(auto ready, co_await command(SmtpStage::StartTls, "STARTTLS", settings_.timeouts.command));
  if (ready.code != 220) co_return refused(SmtpStage::StartTls, "STARTTLS", std::move(ready));
  // What came in clear text behind the reply was put there by somebody else (CVE-2011-0411).
  if (!reader_->buffered().empty())
    co_return broken(
        SmtpStage::StartTls,
        Error{.code = Code::Malformed, .message = stream_->name() + ": text behind the reply to STARTTLS"});
  auto secured = co_await stream_->start_tls(settings_.endpoint.host, settings_.timeouts.tls);
  if (!secured) co_return broken(SmtpStage::Tls, std::move(secured.error()));
  co_return co_await hello();
}

SmtpTask<> SmtpClient::log_in() {
  if (settings_.login == SmtpLogin::None) co_return Outcome<>{};
  const auto mechanism = choose_mechanism(settings_.login, peer_.auth_offered);
  if (!mechanism) {
    const std::string offered = peer_.auth_offered.empty() ? "no login" : join(peer_.auth_offered, ", ");
    const std::string wanted = settings_.login == SmtpLogin::OAuth2 ? "XOAUTH2" : "PLAIN or LOGIN";
    co_return impossible(SmtpStage::Auth,
                         SmtpSubject::Connection,
                         Code::Unavailable,
                         "the server offers " + offered + "; " + wanted + " is needed");
  }
  SaslExchange exchange(*mechanism, settings_.user, settings_.secret);
  co_return co_await converse(exchange, name_of(*mechanism));
}

SmtpTask<> SmtpClient::converse(SaslExchange& exchange, std::string_view mechanism) {
  CO_TRY_AS(auto said, co_await command(SmtpStage::Auth, exchange.command(), settings_.timeouts.command));
  while (said.code == 334) {
    const auto answer = exchange.answer(said.text());
    std::string line = answer.value_or("*");
    CO_TRY_AS(said, co_await command(SmtpStage::Auth, std::move(line), settings_.timeouts.command));
    if (!answer) break;
  }
  if (said.positive()) {
    peer_.auth_mechanism = mechanism;
    co_return Outcome<>{};
  }
  std::string doing = "login with " + std::string(mechanism) + " refused";
  if (!exchange.refusal().empty()) doing += " " + exchange.refusal();
  co_return refused(SmtpStage::Auth, doing, std::move(said));
}

// ---- a message

/// The state of one transaction until the body starts.
struct SmtpClient::Dialogue {
  const SmtpEnvelope& envelope;
  const BeforeData& before_data;
  std::string mail_command = {};
  bool resets = false;       // RSET stands in front
  bool data_asked = false;   // DATA was part of the first write
  std::size_t accepted = 0;  // recipients
  std::vector<SmtpRefusal> refused = {};
  std::optional<SmtpFailure> failure = {};  // the first refusal, kept until all replies are read
};

SmtpTask<SmtpReceipt> SmtpClient::send(SmtpEnvelope envelope,
                                       std::string_view message,
                                       BeforeData before_data) {
  OUTRIDER_ASSERT(stream_, "a client connects before it sends");
  if (!is_open())
    co_return broken(
        SmtpStage::MailFrom,
        Error{.code = Code::Unavailable, .message = stream_->name() + ": the connection is closed"});
  Dialogue dialogue{.envelope = envelope, .before_data = before_data};
  CO_TRY_AS(dialogue.mail_command, mail_command(envelope, message));

  auto begun = co_await open_transaction(dialogue);
  if (begun) begun = co_await begin_data(dialogue);
  if (!begun) {
    // A server may refuse and hang up: its refusal is the story, not the lost connection.
    if (dialogue.failure) co_return Failed(*std::move(dialogue.failure));
    co_return Failed(std::move(begun.error()));
  }
  CO_TRY_AS(auto final_reply, co_await send_body(message));
  needs_reset_ = false;
  if (!final_reply.positive())
    co_return refused(SmtpStage::Body, "the message was refused", std::move(final_reply));
  co_return SmtpReceipt{.reply = std::move(final_reply), .refused = std::move(dialogue.refused)};
}

Outcome<std::string> SmtpClient::mail_command(const SmtpEnvelope& envelope, std::string_view message) const {
  const auto no = [this](Code code, std::string why) {
    return impossible(SmtpStage::MailFrom, SmtpSubject::Message, code, std::move(why));
  };
  if (auto valid = check_envelope(envelope); !valid) return no(Code::Invalid, valid.error().message);
  if (!has_clean_line_ends(message))
    return no(Code::Invalid, "the message has a line that does not end with CRLF");
  if (peer_.size_max && message.size() > *peer_.size_max)
    return no(Code::TooLarge,
              "the server takes messages up to " + std::to_string(*peer_.size_max) + " bytes");
  const bool utf8 = needs_utf8(envelope);
  if (utf8 && !peer_.utf8)
    return no(Code::Invalid, "the server does not take addresses beyond ASCII (SMTPUTF8)");
  const bool eight_bit = !is_ascii(message);
  if (eight_bit && !peer_.eight_bit)
    return no(Code::Invalid, "the server does not take 8-bit messages (8BITMIME)");

  std::string line = "MAIL FROM:<" + envelope.from + ">";
  if (peer_.size_max) line += " SIZE=" + std::to_string(message.size());
  if (eight_bit) line += " BODY=8BITMIME";
  if (utf8) line += " SMTPUTF8";
  return line + "\r\n";
}

/// MAIL and RCPT, in one write where the server allows it; with DATA when nothing is to be awaited before it.
SmtpTask<> SmtpClient::open_transaction(Dialogue& dialogue) {
  if (!peer_.pipelining && needs_reset_) CO_TRY(co_await reset());
  dialogue.resets = needs_reset_;
  needs_reset_ = true;
  std::string lines = (dialogue.resets ? "RSET\r\n" : "") + dialogue.mail_command;
  if (peer_.pipelining) {
    for (const auto& address : dialogue.envelope.to) lines += "RCPT TO:<" + address + ">\r\n";
    dialogue.data_asked = !dialogue.before_data;
    if (dialogue.data_asked) lines += "DATA\r\n";
  }
  CO_TRY(co_await write(SmtpStage::MailFrom, lines, settings_.timeouts.command));
  co_return co_await read_envelope_replies(dialogue);
}

/// Reads all replies that are due, so that the dialogue stays in step, and reports the first refusal
/// afterwards.
SmtpTask<> SmtpClient::read_envelope_replies(Dialogue& dialogue) {
  if (dialogue.resets) CO_TRY(co_await reply(SmtpStage::MailFrom, settings_.timeouts.command));
  CO_TRY_AS(auto sender, co_await reply(SmtpStage::MailFrom, settings_.timeouts.command));
  if (!sender.positive())
    dialogue.failure = refused(SmtpStage::MailFrom, "MAIL FROM", std::move(sender)).error();

  for (const auto& address : dialogue.envelope.to) {
    if (!is_open() || (dialogue.failure && !peer_.pipelining)) break;
    if (!peer_.pipelining)
      CO_TRY(co_await write(SmtpStage::RcptTo, "RCPT TO:<" + address + ">\r\n", settings_.timeouts.command));
    CO_TRY_AS(auto recipient, co_await reply(SmtpStage::RcptTo, settings_.timeouts.command));
    if (recipient.positive()) {
      ++dialogue.accepted;
      continue;
    }
    dialogue.refused.push_back({.address = address, .reply = recipient});
    if (recipient.code == kServiceClosing)
      co_return refused(SmtpStage::RcptTo, "RCPT TO <" + address + ">", std::move(recipient));
  }
  if (dialogue.accepted == 0 && !dialogue.failure && !dialogue.refused.empty()) {
    const auto& first = dialogue.refused.front();
    dialogue.failure = refused(SmtpStage::RcptTo, "RCPT TO <" + first.address + ">", first.reply).error();
  }
  co_return Outcome<>{};
}

SmtpTask<> SmtpClient::confirm(Dialogue& dialogue) {
  if (!dialogue.before_data) co_return Outcome<>{};
  auto wanted = co_await dialogue.before_data();
  if (wanted) co_return Outcome<>{};
  SmtpFailure stopped{.stage = SmtpStage::BeforeData,
                      .subject = SmtpSubject::Message,
                      .code = wanted.error().code,
                      .message = std::move(wanted.error().message)};
  co_await reset();  // a connection lost here is noticed by the next message
  co_return Failed(std::move(stopped));
}

/// Ends with the server's 354, or with nothing of the message sent.
SmtpTask<> SmtpClient::begin_data(Dialogue& dialogue) {
  if (dialogue.failure && (!dialogue.data_asked || !is_open())) co_return Failed(*dialogue.failure);
  if (!dialogue.data_asked) {
    CO_TRY(co_await confirm(dialogue));
    CO_TRY(co_await write(SmtpStage::Data, "DATA\r\n", settings_.timeouts.data));
  }
  CO_TRY_AS(auto go, co_await reply(SmtpStage::Data, settings_.timeouts.data));
  if (dialogue.failure) {
    // No recipient was accepted, yet the server asks for the message: an empty one has nowhere to go (RFC
    // 2920 3.1).
    if (go.code == 354) CO_TRY(co_await command(SmtpStage::Data, ".", settings_.timeouts.final_reply));
    co_return Failed(*dialogue.failure);
  }
  // Text behind the 354 would later pass for the answer to the message.
  if (go.code == 354 && reader_->buffered().empty()) co_return Outcome<>{};
  if (go.positive() || go.intermediate())
    co_return broken(
        SmtpStage::Data,
        Error{.code = Code::Malformed, .message = stream_->name() + ": DATA: " + go.full_text()});
  co_return refused(SmtpStage::Data, "DATA", std::move(go));
}

SmtpTask<SmtpReply> SmtpClient::send_body(std::string_view message) {
  const std::uint64_t written_before = stream_->bytes_written();
  const auto parts = dot_stuffed(message);
  std::vector<std::string_view> block;
  std::size_t block_bytes = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    block.push_back(parts[i]);
    block_bytes += parts[i].size();
    if (block_bytes < kBlockBytes && i + 1 < parts.size()) continue;
    auto done = co_await stream_->write(block, settings_.timeouts.block);
    if (!done) {
      SmtpFailure failure{
          .stage = SmtpStage::Body,
          .outcome = stream_->bytes_written() == written_before ? SmtpOutcome::NotSent : SmtpOutcome::Unknown,
          .code = done.error().code,
          .message = std::move(done.error().message) + " (message)"};
      co_return co_await after_broken_body(std::move(failure));
    }
    block.clear();
    block_bytes = 0;
  }

  auto final_reply = co_await reply(SmtpStage::Body, settings_.timeouts.final_reply);
  if (!final_reply) {
    final_reply.error().outcome = SmtpOutcome::Unknown;
    co_return Failed(std::move(final_reply.error()));
  }
  if (!final_reply->intermediate()) co_return *std::move(final_reply);
  auto odd =
      broken(SmtpStage::Body,
             Error{.code = Code::Malformed, .message = stream_->name() + ": " + final_reply->full_text()});
  odd.error().outcome = SmtpOutcome::Unknown;
  co_return odd;
}

/// A server that has had enough of a body says so and hangs up: its refusal is definite if it can still be
/// read.
SmtpTask<SmtpReply> SmtpClient::after_broken_body(SmtpFailure failure) {
  auto last_words = co_await reply(SmtpStage::Body, kLastWordsWait);
  stream_->close();
  if (last_words && (last_words->transient() || last_words->permanent())) co_return *std::move(last_words);
  co_return Failed(std::move(failure));
}

// ---- between messages

SmtpTask<> SmtpClient::reset() {
  CO_TRY_AS(auto done, co_await command(SmtpStage::MailFrom, "RSET", settings_.timeouts.command));
  if (!done.positive())
    co_return broken(
        SmtpStage::MailFrom,
        Error{.code = Code::Unavailable, .message = stream_->name() + ": RSET: " + done.full_text()});
  needs_reset_ = false;
  co_return Outcome<>{};
}

SmtpTask<> SmtpClient::noop() {
  if (!is_open())
    co_return broken(
        SmtpStage::Hello,
        Error{.code = Code::Unavailable, .message = stream_->name() + ": the connection is closed"});
  CO_TRY_AS(auto alive, co_await command(SmtpStage::Hello, "NOOP", settings_.timeouts.command));
  if (alive.code == kServiceClosing) co_return refused(SmtpStage::Hello, "NOOP", std::move(alive));
  co_return Outcome<>{};
}

boost::asio::awaitable<void> SmtpClient::quit() {
  if (!is_open()) co_return;
  co_await command(SmtpStage::Hello, "QUIT", settings_.timeouts.quit);
  stream_->close();
}

SmtpTask<SmtpPeer> check_smtp_login(net::Network network, SmtpSettings settings) {
  CO_TRY_AS(const auto client, co_await SmtpClient::open(std::move(network), std::move(settings)));
  SmtpPeer peer = client->peer();
  co_await client->quit();
  co_return peer;
}

}  // namespace outrider::mail
