#include "inbox/search_words.h"

#include <unordered_set>

#include "core/strings.h"
#include "mail/fold.h"

namespace outrider::inbox {
namespace {

/// The letter without its mark, for U+00C0 to U+024F and U+1E00 to U+1EFF; a dash where there is none.
constexpr std::string_view kLatin =
    "aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-yaaaaaaccccccccddddeeeeeeeeeegggggggg"
    "hhhhiiiiiiiiii--jjkkkllllllllllnnnnnnnnnoooooo--rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs--------"
    "------------------------oo-------------uu----------------------------aaiioouuuuuuuuuu-aaaa----ggkkoo"
    "oo--j---gg--nnaa--ooaaaaeeeeiiiioooorrrruuuusstt--hh------aaeeooooooooyy----------------------------";
constexpr std::string_view kLatinAdditional =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss"
    "ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas----aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee"
    "iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy------";
constexpr char32_t kLatinFirst = 0xC0;
constexpr char32_t kLatinAdditionalFirst = 0x1E00;
static_assert(kLatin.size() == 0x250 - kLatinFirst && kLatinAdditional.size() == 0x100);

struct Spelling {
  char32_t letter;
  std::string_view folded;
};

/// What is neither one Latin letter nor lower case already.
constexpr Spelling kSpellings[] = {
    {U'\u00df', "ss"}, {U'\u1e9e', "ss"}, {U'\u00e6', "ae"}, {U'\u0153', "oe"}, {U'\u00fe', "th"},
    {U'\u0133', "ij"}, {U'\u0386', "α"},  {U'\u0388', "ε"},  {U'\u0389', "η"},  {U'\u038a', "ι"},
    {U'\u038c', "ο"},  {U'\u038e', "υ"},  {U'\u038f', "ω"},  {U'\u0390', "ι"},  {U'\u03ac', "α"},
    {U'\u03ad', "ε"},  {U'\u03ae', "η"},  {U'\u03af', "ι"},  {U'\u03b0', "υ"},  {U'\u03c2', "σ"},
    {U'\u03ca', "ι"},  {U'\u03cb', "υ"},  {U'\u03cc', "ο"},  {U'\u03cd', "υ"},  {U'\u03ce', "ω"},
    {U'\u0439', "и"},  {U'\u0451', "е"},  {U'\u0457', "і"},
};

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kJoined[] = {
    {0xAD, 0xAD}, {0x300, 0x36F}, {0x200B, 0x200D}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
constexpr Range kSeparators[] = {{0x80, 0xBF},
                                 {0xD7, 0xD7},
                                 {0xF7, 0xF7},
                                 {0x2000, 0x2BFF},
                                 {0x3000, 0x3004},
                                 {0x3006, 0x303F},
                                 {0xFF00, 0xFF0F},
                                 {0xFF1A, 0xFF20},
                                 {0xFF3B, 0xFF40},
                                 {0xFF5B, 0xFF65},
                                 {0x1F000, 0x1FAFF},
                                 {0xE000, 0xF8FF},
                                 {0xFFF0, 0xFFFF}};
/// Chinese and Japanese, which put no blanks between words.
constexpr Range kUnspaced[] = {{0x3040, 0x30FF},
                               {0x3400, 0x4DBF},
                               {0x4E00, 0x9FFF},
                               {0xF900, 0xFAFF},
                               {0xFF66, 0xFF9F},
                               {0x20000, 0x3FFFF}};
constexpr Range kFullWidth = {0xFF01, 0xFF5E};
constexpr char32_t kFullWidthOffset = 0xFEE0;

template <std::size_t N>
bool is_in(const Range (&ranges)[N], char32_t c) {
  for (const auto& range : ranges)
    if (c >= range.first && c <= range.last) return true;
  return false;
}

/// Bytes of the UTF-8 character that begins with this byte.
std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte < 0x80) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t code_of(std::string_view character) {
  constexpr unsigned kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t code = static_cast<unsigned char>(character[0]) & kFirstBits[character.size()];
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return code;
}

class Splitter {
 public:
  explicit Splitter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void add(std::string_view character) {
    const char32_t code = code_of(character);
    if (code < 0x80) return add_ascii(character[0]);
    if (is_in(kJoined, code)) return;
    if (is_in(kSeparators, code)) return end_word();
    if (is_in(kUnspaced, code)) return add_unspaced(character);
    if (code >= kFullWidth.first && code <= kFullWidth.last)
      return add_ascii(static_cast<char>(code - kFullWidthOffset));
    end_unspaced();
    append(folded(code, character));
  }

  std::vector<std::string> take() && {
    end_word();
    return std::move(words_);
  }

  bool full() const { return bytes_ >= bytes_max_; }

 private:
  void add_ascii(char c) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) return end_word();
    end_unspaced();
    append({&c, 1});
  }

  /// Each two neighbours are a word, and so is the last one alone: then every part of a run is found by its
  /// own neighbours, and one sign alone as the beginning of a pair.
  void add_unspaced(std::string_view character) {
    if (previous_.empty()) end_word();
    if (!previous_.empty()) keep(previous_ + std::string(character));
    previous_ = character;
  }

  void end_unspaced() {
    if (!previous_.empty()) keep(previous_);
    previous_.clear();
  }

  void end_word() {
    end_unspaced();
    if (!word_.empty()) keep(word_);
    word_.clear();
  }

  void append(std::string_view letters) {
    if (word_.size() + letters.size() <= kSearchWordBytesMax) word_ += letters;
  }

  void keep(const std::string& word) {
    if (full() || !known_.insert(word).second) return;
    bytes_ += word.size() + 1;
    words_.push_back(word);
  }

  static std::string_view folded(char32_t code, std::string_view character) {
    std::string_view letter;
    if (code >= kLatinFirst && code < kLatinFirst + kLatin.size())
      letter = kLatin.substr(code - kLatinFirst, 1);
    else if (code >= kLatinAdditionalFirst && code < kLatinAdditionalFirst + kLatinAdditional.size())
      letter = kLatinAdditional.substr(code - kLatinAdditionalFirst, 1);
    if (!letter.empty() && letter != "-") return letter;
    for (const auto& spelling : kSpellings)
      if (spelling.letter == code) return spelling.folded;
    return character;
  }

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::string word_;
  std::string previous_;  // of a run without blanks
  std::vector<std::string> words_;
  std::unordered_set<std::string> known_;
};

}  // namespace

std::vector<std::string> search_words(std::string_view text, std::size_t bytes_max) {
  const std::string lower = mail::fold_case(to_valid_utf8(text));
  Splitter splitter(bytes_max);
  for (std::size_t at = 0; at < lower.size() && !splitter.full();) {
    const std::size_t length = length_of(lower[at]);
    splitter.add(std::string_view(lower).substr(at, length));
    at += length;
  }
  return std::move(splitter).take();
}

}  // namespace outrider::inbox
