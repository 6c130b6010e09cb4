#include "mail/fold.h"

#include <cstdint>
#include <cstring>

#include "core/strings.h"

namespace outrider::mail {
namespace {

/// Lower case of a code point below U+0800 whose lower case has two bytes too.
std::uint32_t lower(std::uint32_t c) {
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
    return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c == 0x178) return 0xFF;
  const bool odd_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_upper) return c % 2 == 1 ? c + 1 : c;
  const bool even_upper = (c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177) ||
                          (c >= 0x218 && c <= 0x21B) || (c >= 0x490 && c <= 0x4FF);
  return even_upper && c % 2 == 0 ? c + 1 : c;
}

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0;
}

bool is_word_byte(std::uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Chinese, Japanese kana and their full-width forms: three bytes from E3 to E9, and EF.
bool starts_ideograph(std::uint8_t c) {
  return (c >= 0xE3 && c <= 0xE9) || c == 0xEF;
}

/// As text.find(), by memmem: find() stops at every first letter, which takes most of the time over the
/// phrases of all languages.
std::size_t find_bytes(std::string_view text, std::string_view part, std::size_t from) {
  if (from >= text.size()) return std::string_view::npos;
  const void* found = ::memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (!found) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace

std::string fold_case(std::string_view utf8) {
  std::string folded = to_lower(utf8);
  for (std::size_t i = 0; i + 1 < folded.size(); ++i) {
    const std::uint8_t first = byte_at(folded, i);
    if (first < 0xC3 || first > 0xD3) continue;
    const std::uint32_t c = lower((first & 0x1Fu) << 6 | (byte_at(folded, i + 1) & 0x3Fu));
    folded[i] = static_cast<char>(0xC0 | c >> 6);
    folded[++i] = static_cast<char>(0x80 | (c & 0x3F));
  }
  return folded;
}

std::string fold_text(std::string_view utf8) {
  const std::string folded = fold_case(utf8);
  std::string out;
  out.reserve(folded.size());
  const auto gap = [&] {
    if (!out.empty() && out.back() != ' ') out += ' ';
  };
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const std::uint8_t first = byte_at(folded, i);
    if (first <= ' ') {
      gap();
      continue;
    }
    if (first < 0xC2) {
      out += folded[i];
      continue;
    }
    const std::string_view rest = std::string_view(folded).substr(i, 3);
    if (rest.starts_with("\xC2\xA0")) {
      gap();
      ++i;
    } else if (rest == "\u2019" || rest == "\u2018") {
      out += '\'';
      i += 2;
    } else if (rest == "\u3000" || rest == "\u200B") {
      gap();
      i += 2;
    } else {
      out += folded[i];
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::size_t count_words(std::string_view utf8) {
  std::size_t words = 0;
  std::size_t ideographs = 0;
  bool in_word = false;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const std::uint8_t c = byte_at(utf8, i);
    if (starts_ideograph(c)) {
      ++ideographs;
      in_word = false;
      i += 2;
    } else if (c <= ' ') {
      in_word = false;
    } else if (!in_word) {
      in_word = true;
      ++words;
    }
  }
  return words + (ideographs + 1) / 2;
}

bool contains_phrase(std::string_view text, std::string_view phrase) {
  if (phrase.empty()) return false;
  const bool needs_edge = !starts_ideograph(byte_at(phrase, 0));
  for (auto at = find_bytes(text, phrase, 0); at != std::string_view::npos;
       at = find_bytes(text, phrase, at + 1)) {
    if (!needs_edge) return true;
    const bool open = at == 0 || !is_word_byte(byte_at(text, at - 1)) || !is_word_byte(byte_at(phrase, 0));
    const std::size_t end = at + phrase.size();
    const bool closed =
        !is_word_byte(byte_at(text, end)) || !is_word_byte(byte_at(phrase, phrase.size() - 1));
    if (open && closed) return true;
  }
  return false;
}

}  // namespace outrider::mail
