// First pass over a template: where its tags and spintax stand. One walk, linear in the text whatever stands
// in it.
//
// In HTML, spintax lives in text and in href, alt and title only; braces of styles, scripts, comments and
// other attributes are characters. Everywhere a block is a block only if it closes in the same place and has
// a `|` of its own, so CSS and JSON pass untouched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace outrider::sending {

inline constexpr std::size_t kTemplateBytesMax = std::size_t{512} * 1024;
inline constexpr std::size_t kNotesMax = 100;

/// What a rendered text is for: it decides escaping and where spintax may stand.
enum class Medium : std::uint8_t { Html, Text, Header };

enum class TokenKind : std::uint8_t {
  Text,
  Variable,        // inside of {{...}}
  RawVariable,     // inside of {{{...}}}
  SenderVariable,  // inside of %...%
  If,              // the condition
  Elsif,           // the condition
  Else,
  Endif,
  SpinOpen,
  SpinBar,
  SpinClose,
};

struct Token {
  TokenKind kind = TokenKind::Text;
  std::size_t at = 0;     // where it stands in the source
  std::size_t begin = 0;  // its inside
  std::size_t end = 0;
  bool in_tag = false;   // inside an HTML tag: a value there is never given line breaks as <br>
  bool trimmed = false;  // SpinOpen of {{RANDOM | a | b}}: blanks around its alternatives are not meant
};

/// Something that is allowed and probably not meant.
struct Note {
  std::size_t at = 0;
  std::string message;
};

struct Scan {
  std::vector<Token> tokens;
  std::vector<Note> notes;  // at most kNotesMax
};

/// Errors: Invalid with line and column for a tag that is unknown or not closed; TooLarge above
/// kTemplateBytesMax.
Result<Scan> scan_template(std::string_view source, Medium medium);

/// `line 2, column 7: ...`, both from 1, columns in characters.
std::string located(std::string_view source, std::size_t at, std::string_view message);

}  // namespace outrider::sending
