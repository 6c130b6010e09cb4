#include "classifier/features.h"

#include <algorithm>
#include <cmath>

#include "core/strings.h"
#include "mail/fold.h"

namespace outrider::classifier {
namespace {

constexpr std::size_t kWordsMax = 300;
constexpr std::size_t kPieceMax = 4;
constexpr std::size_t kWordLettersMax = 40;  // pieces of the first letters of a longer word
constexpr float kWordWeight = 1.0F;
constexpr float kPairWeight = 1.0F;
constexpr float kPieceWeight = 0.45F;

// Base letters of U+00DF to U+017F as they are left by fold_text; '.' keeps the letter.
constexpr std::string_view kBase =
    "saaaaaaaceeeeiiiidnooooo.ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiii"
    "iiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz"
    "s";
static_assert(kBase.size() == 0x17F - 0xDF + 1);

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string without_accents(std::string_view folded) {
  std::string plain;
  plain.reserve(folded.size());
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const auto first = static_cast<unsigned char>(folded[i]);
    if (first >= 0xC3 && first <= 0xC5 && i + 1 < folded.size()) {
      const auto second = static_cast<unsigned char>(folded[i + 1]);
      const std::size_t c = (first & 0x1FU) << 6U | (second & 0x3FU);
      if (c >= 0xDF && c <= 0x17F && kBase[c - 0xDF] != '.') {
        plain += kBase[c - 0xDF];
        ++i;
        continue;
      }
    }
    plain += folded[i];
  }
  return plain;
}

/// Marks of other scripts that end a word: 、。！？「」（），：；
bool is_wide_mark(std::string_view three) {
  return three.starts_with("\xE3\x80") || three.starts_with("\xEF\xBC") || three.starts_with("\xEF\xBD") ||
         three.starts_with("\xE2\x80");
}

void add_chunk(std::string_view chunk, std::vector<std::string>& words) {
  if (chunk.find("://") != std::string_view::npos || chunk.starts_with("www.")) {
    words.emplace_back("<link>");
    if (chunk.find("cal") != std::string_view::npos || chunk.find("meet") != std::string_view::npos)
      words.emplace_back("<calendar>");
    return;
  }
  if (chunk.find('@') != std::string_view::npos && chunk.find('.') != std::string_view::npos) {
    words.emplace_back("<address>");
    return;
  }
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const char c = chunk[i];
    const auto rest = chunk.substr(i, 3);
    if (c == '?' || rest == "？") {
      finish();
      words.emplace_back("?");
      if (c != '?') i += 2;
    } else if (is_wide_mark(rest)) {
      finish();
      i += 2;
    } else if (is_letter(c)) {
      if (word == "0") finish();
      word += c;
    } else if (is_digit(c)) {
      if (word != "0") finish();
      word = "0";
    } else if (c != '\'') {
      finish();
    }
  }
  finish();
}

std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = 0xCBF29CE484222325 ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  hash ^= hash >> 32U;
  return hash * 0x9E3779B97F4A7C15;
}

std::uint32_t bucket_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 40U) % kBuckets;
}

/// Pieces of two to four characters with the ends of the word marked; of one for scripts without blanks.
void add_pieces(std::string_view word, std::vector<Feature>& into) {
  std::vector<std::size_t> starts;
  const std::string marked = '^' + std::string(word) + '$';
  for (std::size_t i = 0; i < marked.size() && starts.size() < kWordLettersMax; ++i)
    if ((static_cast<unsigned char>(marked[i]) & 0xC0U) != 0x80U) starts.push_back(i);
  starts.push_back(marked.size());
  const bool is_wide = starts.size() > 2 && starts[2] - starts[1] >= 3;
  const std::size_t shortest = is_wide ? 1 : 3;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    for (std::size_t count = shortest; count <= kPieceMax && i + count < starts.size(); ++count) {
      const auto piece = std::string_view(marked).substr(starts[i], starts[i + count] - starts[i]);
      into.push_back({bucket_of(hash_of(piece, 3)), is_wide ? 2 * kPieceWeight : kPieceWeight});
    }
}

/// Adds up what fell into the same bucket, damped, and brings the whole to length 1.
void normalise(std::vector<Feature>& features) {
  std::ranges::sort(features, {}, &Feature::bucket);
  std::size_t last = 0;
  for (std::size_t i = 1; i < features.size(); ++i) {
    if (features[i].bucket == features[last].bucket)
      features[last].value = std::max(features[last].value, features[i].value);
    else
      features[++last] = features[i];
  }
  if (!features.empty()) features.resize(last + 1);
  float square = 0;
  for (const auto& feature : features) square += feature.value * feature.value;
  const float length = std::sqrt(square);
  for (auto& feature : features) feature.value /= length;
}

}  // namespace

std::vector<std::string> words_of(std::string_view utf8) {
  const std::string text = without_accents(mail::fold_text(utf8.substr(0, kTextBytesMax)));
  std::vector<std::string> words;
  for (const auto chunk : split(text, ' ')) {
    if (words.size() >= kWordsMax) break;
    add_chunk(chunk, words);
  }
  return words;
}

std::vector<Feature> features_of(std::string_view utf8) {
  const auto words = words_of(utf8);
  std::vector<Feature> features;
  features.reserve(words.size() * 12);
  for (std::size_t i = 0; i < words.size(); ++i) {
    features.push_back({bucket_of(hash_of(words[i], 1)), kWordWeight});
    if (i + 1 < words.size())
      features.push_back({bucket_of(hash_of(words[i] + ' ' + words[i + 1], 2)), kPairWeight});
    add_pieces(words[i], features);
  }
  normalise(features);
  return features;
}

}  // namespace outrider::classifier
