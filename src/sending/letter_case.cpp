#include "sending/letter_case.h"

#include <cstdint>

#include "core/strings.h"

namespace outrider::sending {
namespace {

// Every letter mapped here has two bytes in UTF-8 (U+0080 to U+07FF), so a two-byte decoder is all that is
// needed.
using Letter = std::uint32_t;

bool within(Letter letter, Letter first, Letter last) {
  return letter >= first && letter <= last;
}

/// Latin Extended-A pairs its letters: upper then lower. In two ranges the upper one is odd.
bool upper_is_odd(Letter letter) {
  return within(letter, 0x139, 0x148) || within(letter, 0x179, 0x17E);
}
bool is_paired_latin(Letter letter) {
  constexpr Letter kUnpaired[] = {0x130, 0x131, 0x138, 0x149, 0x178, 0x17F};
  for (const Letter unpaired : kUnpaired)
    if (letter == unpaired) return false;
  return within(letter, 0x100, 0x17E) || within(letter, 0x218, 0x21B);
}

Letter upper(Letter letter) {
  if (within(letter, 'a', 'z')) return letter - 0x20;
  if (within(letter, 0xE0, 0xFE) && letter != 0xF7) return letter - 0x20;
  if (letter == 0xFF) return 0x178;
  if (is_paired_latin(letter)) return upper_is_odd(letter) ? letter - (letter % 2 == 0) : letter & ~1U;
  if (letter == 0x3AC) return 0x386;
  if (within(letter, 0x3AD, 0x3AF)) return letter - 0x25;
  if (within(letter, 0x3B1, 0x3CB) && letter != 0x3C2) return letter - 0x20;
  if (letter == 0x3C2) return 0x3A3;
  if (letter == 0x3CC) return 0x38C;
  if (within(letter, 0x3CD, 0x3CE)) return letter - 0x3F;
  if (within(letter, 0x430, 0x44F)) return letter - 0x20;
  if (within(letter, 0x450, 0x45F)) return letter - 0x50;
  if (within(letter, 0x490, 0x491)) return 0x490;
  return letter;
}

Letter lower(Letter letter) {
  if (within(letter, 'A', 'Z')) return letter + 0x20;
  if (within(letter, 0xC0, 0xDE) && letter != 0xD7) return letter + 0x20;
  if (letter == 0x178) return 0xFF;
  if (is_paired_latin(letter)) return upper_is_odd(letter) ? letter + letter % 2 : letter | 1U;
  if (letter == 0x386) return 0x3AC;
  if (within(letter, 0x388, 0x38A)) return letter + 0x25;
  if (within(letter, 0x391, 0x3AB) && letter != 0x3A2) return letter + 0x20;
  if (letter == 0x38C) return 0x3CC;
  if (within(letter, 0x38E, 0x38F)) return letter + 0x3F;
  if (within(letter, 0x410, 0x42F)) return letter + 0x20;
  if (within(letter, 0x400, 0x40F)) return letter + 0x50;
  if (within(letter, 0x490, 0x491)) return 0x491;
  return letter;
}

void append_mapped(std::string& out, std::string_view text, Letter (*map)(Letter)) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(text[i]);
    const bool pair = first >= 0xC2 && first <= 0xDF && i + 1 < text.size();
    if (!pair) {
      out += first < 0x80 ? static_cast<char>(map(first)) : text[i];
      continue;
    }
    const Letter mapped = map((first & 0x1FU) << 6 | (static_cast<std::uint8_t>(text[++i]) & 0x3FU));
    out += static_cast<char>(0xC0 | mapped >> 6);
    out += static_cast<char>(0x80 | (mapped & 0x3F));
  }
}

}  // namespace

std::string upper_case(std::string_view text) {
  std::string out;
  append_mapped(out, text, upper);
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out;
  append_mapped(out, text, lower);
  return out;
}

std::string capitalized(std::string_view text) {
  const std::string_view first = utf8_prefix(text, 1);
  std::string out;
  append_mapped(out, first, upper);
  append_mapped(out, text.substr(first.size()), lower);
  return out;
}

}  // namespace outrider::sending
