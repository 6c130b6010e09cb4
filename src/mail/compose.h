// Builds the bytes of an outgoing message. The same draft always gives the same bytes: the boundary comes
// from the Message-ID, the date from the caller. Header injection is impossible: every value passes one door
// that removes line ends and control characters. What a message says is decided by the caller.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "mail/address.h"
#include "mail/header_fields.h"

namespace outrider::mail {

inline constexpr std::size_t kRecipientsMax = 100;
inline constexpr std::size_t kBodyBytesMax = 1024 * 1024;
inline constexpr std::size_t kAttachmentsMax = 25;
inline constexpr std::size_t kAttachmentBytesMax = 20 * 1024 * 1024;  // all of a message together
inline constexpr std::size_t kLastReferencesMax = 10;
inline constexpr std::size_t kHeaderLineBytesMax = 998;  // RFC 5322 section 2.1.1

struct Attachment {
  std::string name;
  std::string content_type;  // application/octet-stream when it is not a media type
  std::string bytes;
};

/// RFC 2369 and RFC 8058.
struct Unsubscribe {
  std::string https_url;    // "" leaves it and List-Unsubscribe-Post out
  std::string mailto = {};  // address?subject=..., without the scheme; "" leaves it out
};

enum class BodyMode : std::uint8_t {
  Alternative,  // text and HTML; the text is made from the HTML when it is not given
  TextOnly,     // text/plain alone, made from the HTML when it is not given
};

struct Draft {
  Address from;
  std::vector<Address> to;
  std::vector<Address> cc = {};
  std::optional<Address> reply_to = {};
  std::string subject;
  TimeMs date_ms = 0;
  std::string message_id;                    // without brackets: <ulid.token@sender-domain>
  std::string in_reply_to = {};              // without brackets, "" when it starts a thread
  std::vector<std::string> references = {};  // oldest first; the first and the last kLastReferencesMax go out
  std::optional<Unsubscribe> unsubscribe = {};
  std::vector<Header> extra_headers = {};  // UTF-8 values; names the draft itself writes are refused
  std::string text = {};
  std::string html = {};
  BodyMode body_mode = BodyMode::Alternative;
  std::vector<Attachment> attachments = {};
};

struct Composed {
  std::string bytes;            // CRLF line ends, 7-bit unless needs_smtputf8; dots are not stuffed
  bool needs_smtputf8 = false;  // an address has a non-ASCII local part
};

/// Errors: Invalid (no recipient, an address or the Message-ID cannot be written, a list-unsubscribe line of
/// 998 or more, a refused extra header), TooLarge (a limit above).
Result<Composed> compose(const Draft& draft);

/// A Message-ID without brackets: `unique` (no two mails share it) at the domain of
/// `sender`. Never a host name of ours: that would link all customers.
std::string make_message_id(std::string_view unique, std::string_view sender);

}  // namespace outrider::mail
