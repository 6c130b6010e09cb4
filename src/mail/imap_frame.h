// Cuts the bytes of an IMAP server into whole responses (RFC 9051 section 2.2, RFC 7888, RFC 3516).
//
// A response ends at the first line end that does not announce a literal, and literals are passed over by
// their length: text inside a mail never ends a response, whatever it looks like. Used by the client and the
// fuzzer; does no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.h"

namespace outrider::mail {

/// What one response may cost before the connection is given up.
struct ImapLimits {
  std::size_t text_bytes_max = 4U << 20;      // everything but literals; a SEARCH answer is the longest
  std::size_t literal_bytes_max = 16U << 20;  // all literals of one response together
  std::size_t literals_max = 256;
};

class ImapFramer {
 public:
  explicit ImapFramer(ImapLimits limits = {}) : limits_(limits) {}

  /// Free space behind the bytes not yet taken, at least `bytes_min` long. Ends the life of every view that
  /// next() has given.
  std::span<char> room(std::size_t bytes_min);

  /// The first `bytes` of the last room() now hold what the server sent.
  void filled(std::size_t bytes);

  /// The next whole response without its last line end, literals inside; nothing when more bytes are needed.
  /// The view lives until room() or release(). Errors: TooLarge beyond a limit; the stream is then of no use.
  Result<std::optional<std::string_view>> next();

  /// Whether bytes wait that next() has not given.
  bool has_bytes() const { return begin_ != end_; }

  /// Gives the memory back when nothing waits, as before a long IDLE.
  void release();

 private:
  Result<std::optional<std::uint64_t>> announced_literal(std::string_view line) const;
  Result<> pass_over(std::uint64_t literal_bytes);
  bool may_hold_literals() const;

  ImapLimits limits_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // of the current response
  std::size_t line_ = 0;   // start of its current line
  std::size_t scan_ = 0;   // before it no line end remains to be found
  std::size_t end_ = 0;
  std::size_t literal_left_ = 0;
  std::size_t text_bytes_ = 0;
  std::size_t literal_bytes_ = 0;
  std::size_t literals_ = 0;
};

}  // namespace outrider::mail
