// Cuts HTML into text and tags in one pass, as robustly as mail needs it. For html_to_text and for finding
// quotes in a reply; knows no document tree.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outrider::mail {

struct HtmlToken {
  enum class Kind : std::uint8_t { Text, Open, Close };
  Kind kind = Kind::Text;
  std::string name;       // of a tag, lower case
  std::string_view raw;   // the text, or what stands between the tag's name and `>`
  std::size_t start = 0;  // offsets in the input
  std::size_t end = 0;
};

/// Comments, declarations and the content of script, style and their kin are passed over. Linear in the input
/// whatever it holds: an unclosed quote or comment is looked for once.
class HtmlReader {
 public:
  explicit HtmlReader(std::string_view html) : html_(html) {}

  /// False at the end.
  bool next(HtmlToken& token);

 private:
  bool read_tag(HtmlToken& token);
  std::size_t tag_end(std::size_t from);
  void skip_comment();
  void skip_raw_text(std::string_view name);

  std::string_view html_;
  std::size_t at_ = 0;
  bool quotes_close_ = true;  // until a tag is seen whose quote never closes
};

/// The value of an attribute out of HtmlToken::raw, entities decoded; "" when absent.
std::string html_attribute(std::string_view raw, std::string_view name);

}  // namespace outrider::mail
