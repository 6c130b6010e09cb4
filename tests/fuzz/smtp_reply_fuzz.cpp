// fuzz: mail net core
// The bytes of a hostile SMTP server: replies, login challenges and bounce classes; and DNS answers, which
// come from the same kind of stranger.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "core/strings.h"
#include "mail/bounce_class.h"
#include "mail/smtp_auth.h"
#include "mail/smtp_reply.h"
#include "net/dns_message.h"

namespace {

using namespace outrider;
using namespace outrider::mail;

void judge(const SmtpReply& reply) {
  const auto text = reply.full_text();
  OUTRIDER_ASSERT(is_valid_utf8(text), "a reply's text can be stored");
  OUTRIDER_ASSERT(text.size() <= 4 * kReplyTextBytesMax, "a reply's text is bounded");
  const auto bounce = classify_bounce(reply.code, reply.status, text);
  if (reply.transient())
    OUTRIDER_ASSERT(bounce != BounceClass::Invalid && bounce != BounceClass::Content,
                    "a transient refusal condemns nobody");
  SaslExchange exchange(SaslMechanism::XOAuth2, "user", "token");
  exchange.answer(text);
  OUTRIDER_ASSERT(is_valid_utf8(exchange.refusal()), "a refusal can be stored");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  SmtpReplyParser parser;
  for (auto line : split(bytes, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto state = parser.feed(line);
    if (!state) {
      parser.take();
    } else if (*state == SmtpReplyParser::State::Complete) {
      judge(parser.take());
    }
  }
  static_cast<void>(classify_bounce(0, {}, bytes));
  static_cast<void>(net::parse_mx(bytes));
  static_cast<void>(net::parse_txt(bytes));
  static_cast<void>(net::parse_ptr(bytes));
  return 0;
}
