#include "mail/transfer_encoding.h"

#include <utility>

#include "core/encoding.h"

namespace outrider::mail {
namespace {

constexpr std::size_t kLineMax = 76;
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

/// Writes one line at a time; soft breaks go where the line would get too long.
class QuotedPrintable {
 public:
  explicit QuotedPrintable(std::size_t bytes) { out_.reserve(bytes + bytes / 8 + 16); }

  void literal(char c) {
    make_room(1);
    // What a relay or an mbox file treats specially at the start of a line.
    if (column_ == 0 && (c == '.' || c == 'F')) return escaped(c);
    out_ += c;
    ++column_;
  }

  void escaped(char c) {
    make_room(3);
    const auto byte = static_cast<unsigned char>(c);
    out_ += '=';
    out_ += kHexDigits[byte >> 4];
    out_ += kHexDigits[byte & 15];
    column_ += 3;
  }

  void line_end() {
    out_ += "\r\n";
    column_ = 0;
  }

  std::string take() { return std::move(out_); }

 private:
  void make_room(std::size_t width) {
    // One column is kept for the "=" of a soft break.
    if (column_ + width < kLineMax) return;
    out_ += "=\r\n";
    column_ = 0;
  }

  std::string out_;
  std::size_t column_ = 0;
};

bool is_plain(char c) {
  return c > ' ' && c < '\x7f' && c != '=';
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  QuotedPrintable out(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) {
      if (c == '\r') ++i;
      out.line_end();
      continue;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : '\n';
    const bool blank_inside = (c == ' ' || c == '\t') && next != '\n' && next != '\r';
    if (is_plain(c) || blank_inside)
      out.literal(c);
    else
      out.escaped(c);
  }
  return out.take();
}

std::string base64_lines(std::string_view bytes) {
  constexpr std::size_t kBytesPerLine = kLineMax / 4 * 3;
  std::string out;
  out.reserve(bytes.size() / 57 * 78 + 80);
  for (std::size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    out += base64_encode(bytes.substr(at, kBytesPerLine));
    out += "\r\n";
  }
  return out;
}

}  // namespace outrider::mail
