// Text made comparable: for finding phrases of people's languages in subjects and bodies.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outrider::mail {

/// Lower case for Latin, Greek and Cyrillic; other scripts as they are. Keeps the length in bytes, so offsets
/// hold.
std::string fold_case(std::string_view utf8);

/// fold_case, typographic apostrophes made straight, every run of blanks one blank, trimmed. What the phrase
/// tables are written in.
std::string fold_text(std::string_view utf8);

/// Words between blanks; in scripts without blanks (Chinese, Japanese) two characters count as one word.
std::size_t count_words(std::string_view utf8);

/// Whether `phrase` stands in `text` as whole words: no ASCII letter or digit touches it. Both folded.
/// Scripts without blanks need no edge.
bool contains_phrase(std::string_view text, std::string_view phrase);

}  // namespace outrider::mail
