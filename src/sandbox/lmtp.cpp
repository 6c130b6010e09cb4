#include "sandbox/lmtp.h"

#include "mail/smtp_message.h"
#include "mail/smtp_reply.h"

namespace outrider::sandbox {
namespace {

constexpr net::Timeout kTimeout{30'000};

Task<mail::SmtpReply> read_reply(net::LineReader& reader) {
  mail::SmtpReplyParser parser;
  for (;;) {
    CO_TRY_AS(const auto line, co_await reader.read_line(mail::kReplyLineBytesMax, kTimeout));
    CO_TRY_AS(const auto state, parser.feed(line));
    if (state == mail::SmtpReplyParser::State::Complete) co_return parser.take();
  }
}

Task<> say(net::Stream& stream, net::LineReader& reader, std::string line, int expected) {
  CO_TRY(co_await stream.write(line, kTimeout));
  CO_TRY_AS(const auto reply, co_await read_reply(reader));
  if (reply.code / 100 != expected)
    co_return fail(Code::Invalid, "delivery into the sandbox refused: " + reply.full_text());
  co_return Result<>();
}

}  // namespace

Task<> deliver(
    net::Network network, net::Endpoint lmtp, std::string from, std::string to, std::string bytes) {
  CO_TRY_AS(const auto stream, co_await net::Stream::connect(network, lmtp, {.timeout = kTimeout}));
  net::LineReader reader(*stream);
  CO_TRY_AS(const auto greeting, co_await read_reply(reader));
  if (!greeting.positive()) co_return fail(Code::Unavailable, "LMTP: " + greeting.full_text());
  CO_TRY(co_await say(*stream, reader, "LHLO prospects.example\r\n", 2));
  CO_TRY(co_await say(*stream, reader, "MAIL FROM:<" + from + ">\r\n", 2));
  CO_TRY(co_await say(*stream, reader, "RCPT TO:<" + to + ">\r\n", 2));
  CO_TRY(co_await say(*stream, reader, "DATA\r\n", 3));
  const auto parts = mail::dot_stuffed(bytes);
  CO_TRY(co_await stream->write(parts, kTimeout));
  CO_TRY_AS(const auto accepted, co_await read_reply(reader));
  if (!accepted.positive())
    co_return fail(Code::Invalid, "delivery into the sandbox refused: " + accepted.full_text());
  CO_TRY(co_await stream->write("QUIT\r\n", kTimeout));
  co_return Result<>();
}

}  // namespace outrider::sandbox
