// fuzz: mail core
// The bytes of a hostile IMAP server: framed in two ways, which must agree, and every frame parsed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/assert.h"
#include "mail/imap_frame.h"
#include "mail/imap_parse.h"
#include "mail/imap_text.h"

namespace {

using namespace outrider;
using namespace outrider::mail;

constexpr ImapLimits kLimits{.text_bytes_max = 4096, .literal_bytes_max = 2048, .literals_max = 8};

/// The responses when the stream arrives in pieces of `piece` bytes, up to the first error.
std::vector<std::string> frames(std::string_view stream, std::size_t piece) {
  ImapFramer framer(kLimits);
  std::vector<std::string> found;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size()))) {
    const auto bytes = stream.substr(0, piece);
    std::ranges::copy(bytes, framer.room(bytes.size()).begin());
    framer.filled(bytes.size());
    while (true) {
      const auto next = framer.next();
      if (!next) return found;
      if (!*next) break;
      found.emplace_back(**next);
    }
  }
  return found;
}

void use(const ImapStatusLine& line) {
  (void)line.code.number();
  (void)line.code.words();
  if (const auto copied = parse_copy_uid(line.code))
    OUTRIDER_ASSERT(count_of(copied->source) == count_of(copied->target), "as many UIDs arrive as leave");
}

void use(const ImapFetch& fetch) {
  for (const auto& section : fetch.sections)
    OUTRIDER_ASSERT(section.bytes.view().size() <= kLimits.literal_bytes_max + kLimits.text_bytes_max,
                    "no part is larger than a response may be");
}

void use(const ImapListEntry& entry) {
  const std::string name = imap_name_to_utf8(entry.name);
  (void)imap_name_to_utf8(imap_name_from_utf8(name));
}

void use(const auto&) {}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const auto whole = frames(stream, std::max<std::size_t>(size, 1));
  OUTRIDER_ASSERT(whole == frames(stream, 1), "where the stream is cut does not matter");

  for (const auto& frame : whole) {
    // Of its own size and on the heap, so that a byte read too far is seen.
    const std::vector<char> exact(frame.begin(), frame.end());
    const auto response = parse_imap_response(std::string_view(exact.data(), exact.size()));
    if (response) std::visit([](const auto& value) { use(value); }, *response);
  }
  return 0;
}
