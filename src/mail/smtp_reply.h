// SMTP replies as values (RFC 5321 section 4.2): a pure parser, fed with lines by smtp_client. The peer is
// not trusted: every length is bounded and the text is made printable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "mail/enhanced_status.h"

namespace outrider::mail {

/// RFC 5321 allows 512 bytes with CRLF; servers that print long policy texts do not keep to it.
inline constexpr std::size_t kReplyLineBytesMax = 4096;
inline constexpr std::size_t kReplyLinesMax = 128;
inline constexpr std::size_t kReplyTextBytesMax = 32 * 1024;

struct SmtpReply {
  int code = 0;  // 200..599
  EnhancedStatus status = {};
  std::vector<std::string> lines = {};  // valid UTF-8 without control characters, code and enhanced status

  bool positive() const { return code / 100 == 2; }
  bool intermediate() const { return code / 100 == 3; }
  bool transient() const { return code / 100 == 4; }
  bool permanent() const { return code / 100 == 5; }

  /// The lines joined by blanks.
  std::string text() const;
  /// "550 5.1.1 User unknown", for messages and records.
  std::string full_text() const;
};

class SmtpReplyParser {
 public:
  enum class State { More, Complete };

  /// `line` without its CRLF. Errors: Malformed when it is no reply line or its code differs from the first
  /// line's, TooLarge beyond the limits above. After an error or Complete the parser starts anew with take().
  Result<State> feed(std::string_view line);
  SmtpReply take();

 private:
  SmtpReply reply_;
  std::size_t text_bytes_ = 0;
};

}  // namespace outrider::mail
