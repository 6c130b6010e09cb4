// fuzz: mail core
// Any bytes as a message: everything read must be valid UTF-8 and within the limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/assert.h"
#include "core/strings.h"
#include "mail/mime.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace outrider;
  const auto message = mail::parse_message({reinterpret_cast<const char*>(data), size});
  OUTRIDER_ASSERT(is_valid_utf8(message.subject), "the subject is valid UTF-8");
  OUTRIDER_ASSERT(is_valid_utf8(message.text), "the text is valid UTF-8");
  OUTRIDER_ASSERT(is_valid_utf8(message.html), "the HTML is valid UTF-8");
  OUTRIDER_ASSERT(message.headers.size() <= mail::kHeaderFieldsMax, "header fields are bounded");
  OUTRIDER_ASSERT(message.attachments.size() <= mail::kMimePartsMax, "parts are bounded");
  for (const auto& attachment : message.attachments) {
    OUTRIDER_ASSERT(is_valid_utf8(attachment.name), "names are valid UTF-8");
    OUTRIDER_ASSERT(attachment.name.find('/') == std::string::npos, "names are no paths");
  }
  return 0;
}
