#include "mail/imap_cursor.h"

#include <algorithm>
#include <charconv>

#include "core/strings.h"

namespace outrider::mail {
namespace {

/// Of the response in an error message.
constexpr std::size_t kShownBytesMax = 60;

}  // namespace

bool ImapCursor::eat(char c) {
  if (done() || frame_[at_] != c) return false;
  ++at_;
  return true;
}

bool ImapCursor::eat_word(std::string_view word) {
  if (!starts_with_ignoring_case(rest(), word)) return false;
  const std::size_t after = at_ + word.size();
  if (after < frame_.size() && std::string_view(" ()[]\r\n").find(frame_[after]) == std::string_view::npos)
    return false;
  at_ = after;
  return true;
}

void ImapCursor::expect(char c) {
  if (!eat(c)) fail_here(std::string_view(&c, 1));
}

void ImapCursor::skip_blanks() {
  while (!done() && (frame_[at_] == ' ' || frame_[at_] == '\t')) ++at_;
}

std::string_view ImapCursor::take_until(std::string_view stops) {
  const std::size_t end = std::min(frame_.find_first_of(stops, at_), frame_.size());
  const std::string_view taken = frame_.substr(at_, end - at_);
  at_ = end;
  return taken;
}

std::string_view ImapCursor::atom() {
  const auto taken = take_until(" ()[]\"\r\n\t");
  if (taken.empty()) fail_here("a word");
  return taken;
}

std::string_view ImapCursor::flag() {
  const auto taken = take_until(" ()\"\r\n\t");
  if (taken.empty()) fail_here("a flag");
  return taken;
}

std::string_view ImapCursor::word() {
  return take_until(" ()\r\n\t");
}

ImapBytes ImapCursor::astring() {
  if (peek() == '"') return quoted();
  if (peek() == '{' || rest().starts_with("~{")) return literal();
  return ImapBytes(flag());
}

std::optional<ImapBytes> ImapCursor::nstring() {
  if (eat_word("NIL")) return std::nullopt;
  return astring();
}

std::uint64_t ImapCursor::number64() {
  std::uint64_t value = 0;
  const char* begin = frame_.data() + at_;
  const auto [stop, error] = std::from_chars(begin, frame_.data() + frame_.size(), value);
  if (error != std::errc()) {
    fail_here("a number");
    return 0;
  }
  at_ += static_cast<std::size_t>(stop - begin);
  return value;
}

std::uint32_t ImapCursor::number32() {
  const std::uint64_t value = number64();
  if (value > UINT32_MAX) fail_here("a number below 4294967296");
  return failed() ? 0 : static_cast<std::uint32_t>(value);
}

ImapBytes ImapCursor::quoted() {
  const std::size_t begin = ++at_;
  std::string unescaped;
  bool escapes = false;
  while (true) {
    const std::size_t stop = frame_.find_first_of("\"\\\r\n", at_);
    if (stop == std::string_view::npos || frame_[stop] == '\r' || frame_[stop] == '\n') {
      fail_here("a closing quote");
      return {};
    }
    if (frame_[stop] == '"') {
      const std::string_view last = frame_.substr(at_, stop - at_);
      at_ = stop + 1;
      if (!escapes) return ImapBytes(frame_.substr(begin, stop - begin));
      return ImapBytes(unescaped.append(last));
    }
    if (stop + 1 == frame_.size()) {
      fail_here("a closing quote");
      return {};
    }
    escapes = true;
    unescaped.append(frame_.substr(at_, stop - at_)).push_back(frame_[stop + 1]);
    at_ = stop + 2;
  }
}

ImapBytes ImapCursor::literal() {
  eat('~');
  expect('{');
  const std::uint64_t count = number64();
  if (!eat('+')) eat('-');
  expect('}');
  eat('\r');
  expect('\n');
  if (failed()) return {};
  if (count > frame_.size() - at_) {
    fail_here("as many bytes as the literal announces");
    return {};
  }
  const auto bytes = frame_.substr(at_, count);
  at_ += count;
  return ImapBytes(bytes);
}

void ImapCursor::skip_value() {
  int depth = 0;
  do {
    skip_blanks();
    if (eat('(')) {
      if (++depth > kImapDepthMax) fail_here("fewer parentheses");
    } else if (eat(')')) {
      if (--depth < 0) fail_here("a value");
    } else {
      astring();
    }
  } while (depth > 0 && !failed());
}

void ImapCursor::fail_here(std::string_view expected) {
  if (error_.empty()) {
    error_ = "the server's answer cannot be read: expected ";
    error_.append(expected).append(" at byte ").append(std::to_string(at_)).append(" of \"");
    error_ += to_valid_utf8(frame_.substr(0, std::min(kShownBytesMax, frame_.size()))) + "\"";
  }
  at_ = frame_.size();
}

}  // namespace outrider::mail
