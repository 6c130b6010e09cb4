#include "sending/html_place.h"

#include <algorithm>

#include "core/strings.h"

namespace outrider::sending {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f";

bool is_blank(char c) {
  return kBlank.contains(c);
}

bool is_letter(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

bool ends_name(char c) {
  return is_blank(c) || c == '=' || c == '>' || c == '/' || c == '{' || c == '%' || c == '"' || c == '\'';
}

bool is_tag_start(std::string_view rest) {
  return rest.size() > 1 && rest[0] == '<' &&
         (is_letter(rest[1]) || rest[1] == '/' || rest[1] == '!' || rest[1] == '?');
}

}  // namespace

std::size_t HtmlPlace::step(std::size_t at) {
  const std::string_view rest = source_.substr(at);
  switch (state_) {
    case State::Content:
      return step_content(at);
    case State::Tag:
      return step_tag(at);
    case State::Value:
      return step_value(at);
    case State::Comment:
      if (!rest.starts_with("-->")) return at + 1;
      state_ = State::Content;
      return at + 3;
    case State::RawText:
      if (!rest.starts_with("</") || !starts_with_ignoring_case(rest.substr(2), tag_)) return at + 1;
      state_ = State::Tag;
      tag_ = {};
      return at + 2;
  }
  return at + 1;
}

std::size_t HtmlPlace::step_content(std::size_t at) {
  const std::string_view rest = source_.substr(at);
  if (rest.starts_with("<!--")) {
    state_ = State::Comment;
    return at + 4;
  }
  if (!is_tag_start(rest)) return at + 1;
  state_ = State::Tag;
  tag_ = {};
  for (const std::string_view name : {"style", "script"})
    if (starts_with_ignoring_case(rest.substr(1), name) &&
        (rest.size() == name.size() + 1 || ends_name(rest[name.size() + 1])))
      tag_ = name;
  std::size_t end = at + 2;
  while (end < source_.size() && !ends_name(source_[end])) ++end;
  return end;
}

std::size_t HtmlPlace::step_tag(std::size_t at) {
  if (source_[at] == '>') {
    state_ = tag_.empty() ? State::Content : State::RawText;
    return at + 1;
  }
  if (ends_name(source_[at])) return at + 1;
  std::size_t end = at;
  while (end < source_.size() && !ends_name(source_[end])) ++end;
  const std::string_view name = source_.substr(at, end - at);
  std::size_t equals = std::min(source_.find_first_not_of(kBlank, end), source_.size());
  if (equals == source_.size() || source_[equals] != '=') return end;
  std::size_t value = std::min(source_.find_first_not_of(kBlank, equals + 1), source_.size());
  if (value == source_.size() || source_[value] == '>') return value;
  const bool quoted = source_[value] == '"' || source_[value] == '\'';
  state_ = State::Value;
  quote_ = quoted ? source_[value] : '\0';
  speech_ = equal_ignoring_case(name, "href") || equal_ignoring_case(name, "alt") ||
            equal_ignoring_case(name, "title");
  ++region_;
  return quoted ? value + 1 : value;
}

std::size_t HtmlPlace::step_value(std::size_t at) {
  const char c = source_[at];
  if (quote_ != 0) {
    if (c == quote_) state_ = State::Tag;
    return at + 1;
  }
  if (!is_blank(c) && c != '>') return at + 1;
  state_ = State::Tag;
  return at;  // the tag's own step sees it
}

}  // namespace outrider::sending
