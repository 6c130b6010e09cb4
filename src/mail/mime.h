// Reads a message as it came from the mailbox. Knows MIME and nothing of campaigns: what a message means is
// decided in receiving/. GMime is used in mime.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "mail/address.h"
#include "mail/compose.h"
#include "mail/header_fields.h"

namespace outrider::mail {

inline constexpr std::size_t kMessageBytesMax = 32 * 1024 * 1024;  // what lies behind is not read
inline constexpr std::size_t kTextBytesMax = 1024 * 1024;          // of text and of html, each, decoded
inline constexpr std::size_t kReportBytesMax = 256 * 1024;
inline constexpr std::size_t kMimePartsMax = 400;
inline constexpr int kMimeDepthMax = 50;

/// A part that is not shown as the text of the message.
struct AttachmentInfo {
  std::string name = {};  // decoded, "" when it has none; never a path
  std::string content_type = {};
  std::string content_id = {};  // without brackets
  std::string part_path = {};   // IMAP section: "2.1"
  std::size_t size_bytes = 0;   // decoded; for base64 worked out from the encoded length
  bool is_inline = false;
};

/// The machine-readable parts of a multipart/report (RFC 6522), and of whatever looks like one.
struct ReportParts {
  std::string fields;                    // text of message/delivery-status, feedback-report or
                                         // disposition-notification; groups stand apart by empty lines
  std::vector<Header> returned_headers;  // of the returned message or of text/rfc822-headers
};

struct ParsedMessage {
  std::vector<Header> headers;  // all, raw, in order
  std::string message_id;       // ids without angle brackets
  std::vector<std::string> in_reply_to;
  std::vector<std::string> references;
  std::vector<Address> from;
  std::vector<Address> reply_to;
  std::vector<Address> to;
  std::vector<Address> cc;
  std::string subject;            // decoded, one line
  std::optional<TimeMs> date_ms;  // of the Date field
  std::string content_type;       // of the whole message, lower case: "multipart/report"
  std::string report_type;        // its report-type parameter, lower case
  std::string text;               // all text/plain shown inline, valid UTF-8, LF line ends
  std::string html;               // all text/html shown inline, valid UTF-8
  std::vector<AttachmentInfo> attachments;
  ReportParts report;
  bool is_cut = false;  // a limit above dropped something

  /// The raw value of the first field of that name, "" when absent.
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  bool has(std::string_view name) const { return has_header(headers, name); }
  /// The first From address, "" when there is none that can be read.
  std::string_view sender() const {
    return from.empty() ? std::string_view() : std::string_view(from.front().email);
  }
};

/// Never fails: broken MIME gives what can be read of it. Bounded by the limits above; thread-safe.
ParsedMessage parse_message(std::string_view raw);

/// The files that parse_message lists as attachments, decoded, in the same order; an attached message is one
/// as it stands. Errors: TooLarge when they exceed `bytes_max` together.
Result<std::vector<Attachment>> read_attachments(std::string_view raw, std::size_t bytes_max);

/// A header value with its encoded words (RFC 2047) decoded: one line of valid UTF-8. For a raw value out of
/// ParsedMessage::headers.
std::string decode_header(std::string_view raw_value);

}  // namespace outrider::mail
