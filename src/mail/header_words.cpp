#include "mail/header_words.h"

#include <algorithm>

#include "core/encoding.h"
#include "core/strings.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kFoldAt = 76;
constexpr std::size_t kWordBytesMax =
    45;  // of UTF-8 in one encoded word: 60 characters of base64 and the frame
constexpr std::size_t kPlainTokenMax = 900;  // a longer one would break the 998 of RFC 5322

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Cuts `text` into pieces of at most `bytes_max`, never inside a character.
std::vector<std::string_view> pieces(std::string_view text, std::size_t bytes_max) {
  std::vector<std::string_view> cut;
  while (!text.empty()) {
    std::size_t end = std::min(bytes_max, text.size());
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    cut.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return cut;
}

std::string q_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || c == '-' || c == '!' || c == '*' || c == '/') {
      out += c;
    } else if (c == ' ') {
      out += '_';
    } else {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      out += '=';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

/// Encoded words of at most 75 characters; mostly-ASCII text stays readable as Q, the rest is B.
std::vector<std::string> encoded_words(std::string_view text) {
  std::vector<std::string> words;
  const auto encoded = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  const bool as_q = encoded * 6 <= text.size();
  // Worst case of Q: three characters a byte.
  for (const auto piece : pieces(text, as_q ? kWordBytesMax / 2 : kWordBytesMax))
    words.push_back(as_q ? "=?UTF-8?Q?" + q_encode(piece) + "?="
                         : "=?UTF-8?B?" + base64_encode(piece) + "?=");
  return words;
}

bool needs_encoding(std::string_view text) {
  if (!is_ascii(text) || text.find("=?") != std::string_view::npos) return true;
  return std::ranges::any_of(split(text, ' '), [](auto token) { return token.size() > kPlainTokenMax; });
}

/// Appends `token` behind a blank that becomes a fold when the line would get long; never right after the
/// name, where some readers see an empty field.
void append_folded(std::string& line, std::size_t& column, std::string_view token) {
  if (!line.ends_with(':') && column + 1 + token.size() > kFoldAt) {
    line += "\r\n";
    column = 0;
  }
  line += ' ';
  line += token;
  column += 1 + token.size();
}

bool is_phrase_byte(char c) {
  constexpr std::string_view kMarks = " !#$%&'*+-/=?^_`{|}~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

std::string display_name(std::string_view name) {
  if (needs_encoding(name)) return join(encoded_words(name), "\r\n ");
  if (std::ranges::all_of(name, is_phrase_byte)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string clean_header_text(std::string_view text) {
  std::string clean;
  bool gap = false;
  for (const char c : to_valid_utf8(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
    if (!control)
      clean += c;
    else if (!gap)
      clean += ' ';
    gap = control;
  }
  return std::string(trim(clean));
}

std::string text_field(std::string_view name, std::string_view text) {
  std::string field = std::string(name) + ':';
  std::size_t column = field.size();
  const auto clean = clean_header_text(text);
  if (needs_encoding(clean)) {
    for (const auto& word : encoded_words(clean)) append_folded(field, column, word);
    return field + "\r\n";
  }
  // A run of blanks stays whole: an empty token is glued to the next one.
  std::string token;
  for (const auto part : split(clean, ' ')) {
    token += part;
    if (part.empty()) {
      token += ' ';
      continue;
    }
    append_folded(field, column, token);
    token.clear();
  }
  return field + "\r\n";
}

std::string plain_field(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + clean_header_text(value) + "\r\n";
}

std::string list_field(std::string_view name,
                       const std::vector<std::string>& items,
                       std::string_view separator) {
  std::string field = std::string(name) + ':';
  std::size_t column = field.size();
  for (std::size_t i = 0; i < items.size(); ++i) {
    append_folded(field, column, items[i] + std::string(i + 1 < items.size() ? separator : ""));
    // An item with folds of its own ends on a short line.
    if (const auto fold = items[i].rfind('\n'); fold != std::string::npos) column = items[i].size() - fold;
  }
  return field + "\r\n";
}

std::string address_item(const Address& address) {
  const std::string email = wire_address(address.email);
  const std::string name = clean_header_text(address.name);
  return name.empty() ? email : display_name(name) + " <" + email + ">";
}

std::string parameter(std::string_view name, std::string_view value) {
  const std::string clean = clean_header_text(value);
  constexpr std::size_t kPieceBytesMax = 20;  // 60 characters when every byte is escaped
  if (is_ascii(clean) && clean.size() <= 60) {
    std::string quoted;
    for (const char c : clean) quoted += c == '"' || c == '\\' ? '_' : c;
    return ";\r\n " + std::string(name) + "=\"" + quoted + '"';
  }
  const auto parts = pieces(clean, kPieceBytesMax);
  if (parts.size() == 1) return ";\r\n " + std::string(name) + "*=utf-8''" + percent_encode(parts.front());
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += ";\r\n " + std::string(name) + '*' + std::to_string(i) + "*=" + (i == 0 ? "utf-8''" : "") +
           percent_encode(parts[i]);
  return out;
}

}  // namespace outrider::mail
