// Where in an HTML text a scanner stands: text, a tag, an attribute's value, a comment, a style or script.
// Tolerant as mail clients are; one step per character; never looks back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outrider::sending {

class HtmlPlace {
 public:
  enum class State : std::uint8_t { Content, Tag, Value, Comment, RawText };

  explicit HtmlPlace(std::string_view source) : source_(source) {}

  /// Goes over what stands at `at` and returns the position after it.
  std::size_t step(std::size_t at);

  State state() const { return state_; }
  /// Text, or the value of href, alt or title.
  bool is_speech() const { return state_ == State::Content || (state_ == State::Value && speech_); }
  /// 0 in text; each attribute value has a number of its own.
  std::uint32_t region() const { return state_ == State::Value ? region_ : 0; }

 private:
  std::size_t step_content(std::size_t at);
  std::size_t step_tag(std::size_t at);
  std::size_t step_value(std::size_t at);
  std::size_t skip_to(std::size_t at, char first) const;

  std::string_view source_;
  State state_ = State::Content;
  std::string_view tag_;  // style or script, whose content is not HTML; else empty
  char quote_ = 0;        // of the value, 0 when bare
  bool speech_ = false;
  std::uint32_t region_ = 0;
};

}  // namespace outrider::sending
