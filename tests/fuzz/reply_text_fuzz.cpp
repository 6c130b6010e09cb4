// fuzz: receiving mail core
// Any bytes as the text and as the HTML of a reply.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "core/strings.h"
#include "mail/html_text.h"
#include "receiving/reply_text.h"
#include "receiving/return_date.h"
#include "receiving/unsubscribe_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outrider;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto plain = receiving::strip_quoted_text(text);
  OUTRIDER_ASSERT(plain.size() <= text.size() + 1, "stripping adds nothing");
  OUTRIDER_ASSERT(receiving::strip_quoted_html(text).size() <= text.size(), "stripping adds nothing");
  OUTRIDER_ASSERT(is_valid_utf8(mail::html_to_text(text)), "text of HTML is valid UTF-8");
  receiving::is_unsubscribe_request(plain);
  const TimeMs mail_ms = 1'772'524'800'000;
  const auto day =
      receiving::find_return_day({.text = plain, .mail_at_ms = mail_ms, .sender_domain = "acme.com"});
  receiving::names_return({.text = plain, .mail_at_ms = mail_ms});
  if (day)
    OUTRIDER_ASSERT(*day > mail_ms / kDayMs && *day <= mail_ms / kDayMs + receiving::kReturnDaysMax,
                    "it lies ahead");
  return 0;
}
