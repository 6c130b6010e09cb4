#include "mail/html_tags.h"

#include <algorithm>
#include <array>

#include "core/strings.h"
#include "mail/html_text.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kTagNameBytesMax = 32;

// Their content is not text of the document.
constexpr auto kRawTextTags =
    std::to_array<std::string_view>({"script", "style", "title", "template", "xmp", "iframe"});

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_byte(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == ':' || c == '-';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

}  // namespace

bool HtmlReader::next(HtmlToken& token) {
  while (at_ < html_.size()) {
    if (html_[at_] == '<') {
      if (html_.substr(at_, 4) == "<!--") {
        skip_comment();
        continue;
      }
      if (read_tag(token)) return true;
      if (token.kind != HtmlToken::Kind::Text) continue;
    }
    // A "<" that starts no tag is text.
    const std::size_t start = at_;
    at_ = std::min(html_.find('<', at_ + 1), html_.size());
    token = {.kind = HtmlToken::Kind::Text,
             .name = {},
             .raw = html_.substr(start, at_ - start),
             .start = start,
             .end = at_};
    return true;
  }
  return false;
}

/// False with Kind::Text when no tag starts here, false with another kind when a declaration was passed over.
bool HtmlReader::read_tag(HtmlToken& token) {
  token.kind = HtmlToken::Kind::Text;
  const std::size_t start = at_;
  std::size_t name_at = start + 1;
  const bool closes = name_at < html_.size() && html_[name_at] == '/';
  if (closes) ++name_at;
  if (name_at >= html_.size()) return false;
  const bool declaration = html_[name_at] == '!' || html_[name_at] == '?';
  if (!declaration && !is_letter(html_[name_at])) return false;

  std::size_t name_end = name_at;
  while (name_end < html_.size() && name_end - name_at < kTagNameBytesMax && is_name_byte(html_[name_end]))
    ++name_end;
  const std::size_t end = tag_end(name_end);
  token.kind = closes ? HtmlToken::Kind::Close : HtmlToken::Kind::Open;
  token.name = to_lower(html_.substr(name_at, name_end - name_at));
  token.raw = html_.substr(name_end, end - name_end);
  token.start = start;
  at_ = std::min(end + 1, html_.size());
  if (declaration) return false;
  if (!closes && std::ranges::find(kRawTextTags, token.name) != kRawTextTags.end()) skip_raw_text(token.name);
  token.end = at_;
  return true;
}

/// Position of the `>` that ends the tag; the end of the input when there is none.
std::size_t HtmlReader::tag_end(std::size_t from) {
  if (quotes_close_) {
    char quote = 0;
    char before = 0;
    for (std::size_t i = from; i < html_.size(); ++i) {
      const char c = html_[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      } else if (c == '>') {
        return i;
      }
      if (!is_space(c)) before = c;
    }
    quotes_close_ = false;
  }
  return std::min(html_.find('>', from), html_.size());
}

void HtmlReader::skip_comment() {
  const auto end = html_.find("-->", at_ + 2);
  at_ = end == std::string_view::npos ? html_.size() : end + 3;
}

void HtmlReader::skip_raw_text(std::string_view name) {
  for (auto close = html_.find("</", at_); close != std::string_view::npos;
       close = html_.find("</", close + 2)) {
    if (!starts_with_ignoring_case(html_.substr(close + 2, name.size()), name)) continue;
    at_ = close;
    return;
  }
  at_ = html_.size();
}

std::string html_attribute(std::string_view raw, std::string_view name) {
  for (std::size_t i = 0; i < raw.size();) {
    while (i < raw.size() && (is_space(raw[i]) || raw[i] == '/')) ++i;
    const std::size_t name_at = i;
    while (i < raw.size() && !is_space(raw[i]) && raw[i] != '=' && raw[i] != '/') ++i;
    const auto found = raw.substr(name_at, i - name_at);
    while (i < raw.size() && is_space(raw[i])) ++i;
    if (i >= raw.size() || raw[i] != '=') {
      if (found.empty() && i < raw.size()) ++i;
      continue;
    }
    ++i;
    while (i < raw.size() && is_space(raw[i])) ++i;
    const bool quoted = i < raw.size() && (raw[i] == '"' || raw[i] == '\'');
    const std::size_t value_at = quoted ? i + 1 : i;
    const std::size_t value_end =
        std::min(quoted ? raw.find(raw[i], value_at) : raw.find_first_of(" \t\r\n\f", i), raw.size());
    if (equal_ignoring_case(found, name)) return decode_entities(raw.substr(value_at, value_end - value_at));
    i = quoted ? std::min(value_end + 1, raw.size()) : value_end;
  }
  return {};
}

}  // namespace outrider::mail
