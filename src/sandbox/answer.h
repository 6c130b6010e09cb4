// What prospects write: answers in the shape their mail program gives them, automatic notes and delivery
// reports. Pure; the words are in answer_words.cpp.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "mail/mime.h"
#include "sandbox/temper.h"

namespace outrider::sandbox {

/// The mail that is answered.
struct Letter {
  const mail::ParsedMessage& mail;
  std::string recipient;  // the prospect's address as the envelope had it
};

struct Writing {
  std::string from;   // envelope; empty is the null sender
  std::string to;     // the mailbox it goes to
  std::string bytes;  // CRLF line ends
};

/// What the temper says, as a reply with the mail quoted. A colleague writes from an address of their own.
/// Errors: those of compose.
Result<Writing> write_answer(const Prospect& prospect, const Letter& letter, TimeMs now_ms);

/// An out-of-office note that names the day of return (RFC 3834).
Result<Writing> write_office_note(const Prospect& prospect, const Letter& letter, TimeMs now_ms);

/// A delivery report: user unknown (RFC 3464).
Writing write_bounce(const Letter& letter, TimeMs now_ms);

}  // namespace outrider::sandbox
