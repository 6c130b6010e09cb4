// HTML to readable plain text: the text part of an outgoing message and the plain view of a received one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outrider::mail {

inline constexpr std::size_t kHtmlBytesMax = 2 * 1024 * 1024;  // what lies behind is not read

/// Paragraphs, lists and quotes become lines; a link becomes `text (url)` unless its text is the URL;
/// scripts, styles and comments go. Any bytes are taken, the result is valid UTF-8 without tags. Linear time.
std::string html_to_text(std::string_view html);

/// Character references (`&amp;`, `&#8364;`, `&nbsp;` ...) as UTF-8; unknown ones stay as they are.
std::string decode_entities(std::string_view text);

}  // namespace outrider::mail
