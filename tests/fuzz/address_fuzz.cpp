// fuzz: mail core
// Any text as an address list; what is accepted as a lead must be writable in a header without harm.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/domain.h"
#include "mail/subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outrider;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& address : mail::parse_addresses(text)) {
    mail::organisational_domain(mail::domain_of(address.email));
    if (!mail::is_valid_email(address.email)) continue;
    const auto once = mail::normalise_address(address.email);
    OUTRIDER_ASSERT(mail::normalise_address(once) == once, "normalising twice changes nothing");
    const auto composed = mail::compose({.from = address,
                                         .to = {address},
                                         .subject = std::string(text),
                                         .message_id = "1@us.com",
                                         .text = "x"});
    if (!composed) continue;
    OUTRIDER_ASSERT(composed->bytes.find("\r\nBcc:") == std::string::npos, "no header can be added");
    OUTRIDER_ASSERT(composed->bytes.find("\r\n\r\n") == composed->bytes.rfind("\r\n\r\n"), "one body only");
  }
  mail::reply_subject(text);
  return 0;
}
