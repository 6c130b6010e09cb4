#include "mail/subject.h"

#include <algorithm>
#include <array>

#include "core/strings.h"
#include "mail/fold.h"

namespace outrider::mail {
namespace {

// Folded. Replies and forwards of mail clients in some thirty languages.
constexpr auto kPrefixes = std::to_array<std::string_view>({
    "re",     "aw",   "antw",  "antwort", "sv",   "vs",         "tr",   "ref",  "rv",   "res",  "rif",
    "r",      "i",    "odp",   "ynt",     "ilt",  "i̇lt",        "fwd",  "fw",   "wg",   "vb",   "vl",
    "doorst", "enc",  "pd",    "pozn",    "vá",   "továbbítás", "отв",  "ha",   "на",   "пер",  "απ",
    "σχετ",   "πρθ",  "ответ", "відп",    "fyl",  "ks",         "atb",  "bls",  "trs",  "yml",  "fs",
    "回复",   "答复", "回覆",  "转发",    "轉寄", "返信",       "転送", "답장", "회신", "전달",
});

constexpr auto kTags = std::to_array<std::string_view>({
    "[external]",
    "[ext]",
    "[extern]",
    "[external email]",
    "[external sender]",
    "(external)",
    "*external*",
    "[suspected spam]",
    "[spam]",
});

/// `[2]`, `(3)` or `^4` behind a prefix.
std::string_view without_counter(std::string_view text) {
  if (text.starts_with('^')) {
    const auto end = text.find_first_not_of("0123456789", 1);
    return end == std::string_view::npos || end == 1 ? text : text.substr(end);
  }
  if (!text.starts_with('[') && !text.starts_with('(')) return text;
  const auto end = text.find_first_not_of("0123456789", 1);
  const char close = text.front() == '[' ? ']' : ')';
  return end == std::string_view::npos || end == 1 || text[end] != close ? text : text.substr(end + 1);
}

/// Bytes of one mark at the front of the folded text, its colon included; 0 when there is none.
std::size_t mark_bytes(std::string_view folded) {
  for (const auto tag : kTags)
    if (folded.starts_with(tag)) return tag.size();
  std::size_t longest = 0;
  for (const auto prefix : kPrefixes) {
    if (!folded.starts_with(prefix)) continue;
    const auto rest = without_counter(trim(folded.substr(prefix.size())));
    const std::size_t colon = rest.starts_with(':') ? 1 : rest.starts_with("：") ? 3 : 0;
    if (colon > 0) longest = std::max(longest, static_cast<std::size_t>(rest.data() - folded.data()) + colon);
  }
  return longest;
}

}  // namespace

std::string_view strip_subject_prefixes(std::string_view subject) {
  subject = trim(subject);
  const std::string folded = fold_case(subject);
  std::size_t at = 0;
  for (;;) {
    while (at < folded.size() && folded[at] == ' ') ++at;
    const std::size_t bytes = mark_bytes(std::string_view(folded).substr(at));
    if (bytes == 0) return subject.substr(at);
    at += bytes;
  }
}

std::string reply_subject(std::string_view subject) {
  return "Re: " + std::string(strip_subject_prefixes(subject));
}

std::string forward_subject(std::string_view subject) {
  return "Fwd: " + std::string(strip_subject_prefixes(subject));
}

std::string normalised_subject(std::string_view subject) {
  return fold_text(strip_subject_prefixes(subject));
}

bool same_subject(std::string_view a, std::string_view b) {
  return normalised_subject(a) == normalised_subject(b);
}

}  // namespace outrider::mail
