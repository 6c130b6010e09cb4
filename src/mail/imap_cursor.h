// Walks over the text of one IMAP response for imap_parse.cpp. Keeps the first error; from then on every take
// gives nothing and done() holds, so that callers check once at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "mail/imap_parse.h"

namespace outrider::mail {

class ImapCursor {
 public:
  explicit ImapCursor(std::string_view frame) : frame_(frame) {}

  bool done() const { return at_ == frame_.size(); }
  bool failed() const { return !error_.empty(); }
  /// '\0' at the end.
  char peek() const { return done() ? '\0' : frame_[at_]; }
  std::string_view rest() const { return frame_.substr(at_); }

  bool eat(char c);
  /// Eats `word`, in any case, when a blank, a bracket or the end follows.
  bool eat_word(std::string_view word);
  void expect(char c);
  void skip_blanks();
  /// `bytes` are within rest().
  void skip(std::size_t bytes) { at_ += bytes; }

  /// Up to a blank, a parenthesis, a bracket or a quote; empty is an error.
  std::string_view atom();
  /// A flag: an atom that may begin with a backslash and hold brackets.
  std::string_view flag();
  /// A quoted string, a literal or (as servers are careless) an atom that may hold brackets.
  ImapBytes astring();
  /// Like astring, or NIL.
  std::optional<ImapBytes> nstring();
  std::uint64_t number64();
  std::uint32_t number32();
  /// Up to the next blank, parenthesis or end.
  std::string_view word();
  /// Passes over one value of any kind.
  void skip_value();

  void fail_here(std::string_view expected);
  Error error() const { return Error{.code = Code::Malformed, .message = error_}; }

 private:
  ImapBytes quoted();
  ImapBytes literal();
  std::string_view take_until(std::string_view stops);

  std::string_view frame_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace outrider::mail
