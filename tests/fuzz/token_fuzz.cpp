// fuzz: tracking core
// Tokens and addresses from outside: nothing but what was signed verifies, and a destination is always one
// line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "tracking/links.h"
#include "tracking/machine_hit.h"
#include "tracking/rewrite.h"
#include "tracking/unsubscribe_page.h"

namespace {

using namespace outrider;
using namespace outrider::tracking;

const TokenSigner& signer() {
  static const TokenSigner kSigner({{.id = 1, .bytes = "a key that no fuzzer knows........"}});
  return kSigner;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {TokenKind::Open, TokenKind::Click, TokenKind::Unsubscribe, TokenKind::Trap})
    if (const auto token = signer().verify(text, kind))
      OUTRIDER_ASSERT(signer().sign(*token) == text, "a token has one spelling");
  static_cast<void>(unsubscribe_token(text));
  if (const auto url = clean_url(text)) {
    const bool is_plain = std::ranges::all_of(*url, [](char c) { return c > 0x20 && c < 0x7F; });
    OUTRIDER_ASSERT(is_plain && url->size() <= kUrlBytesMax, "a destination fits a header");
    OUTRIDER_ASSERT(clean_url(*url) == url, "cleaning is done once");
  }
  static_cast<void>(classify({.kind = HitKind::Click, .at_ms = 1, .user_agent = text}, {}));
  OUTRIDER_ASSERT(unsubscribe_question_page(text).find("<script") == std::string::npos,
                  "a page runs nothing");
  return 0;
}
