// The words by which conversations are found, made the same from what is stored and from what is typed, so
// that both engines answer alike: they only compare whole words and beginnings of words, byte by byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::inbox {

inline constexpr std::size_t kSearchWordBytesMax = 64;  // longer ones are cut

/// Each word once, in order: runs of letters and digits, lower case, without accents ("Été" is "ete",
/// "Straße" "strasse"). Of scripts without blanks, each two neighbouring characters and the last one of a
/// run. Stops after `bytes_max` bytes of words.
std::vector<std::string> search_words(std::string_view text, std::size_t bytes_max = SIZE_MAX);

}  // namespace outrider::inbox
