// What a person newly wrote: a message without the quoted mail and without the signature. The full body is
// kept elsewhere; this is what is classified and shown first. Linear time on any input.
#pragma once

#include <string>
#include <string_view>

#include "mail/mime.h"

namespace outrider::receiving {

/// Cuts the quoted history (`>` lines, "On ... wrote:" and header blocks in 20 languages, "-----Original
/// Message-----") and the signature behind "-- ". Answers between quoted lines stay.
std::string strip_quoted_text(std::string_view text);

/// Cuts gmail_quote, blockquote type=cite, the blocks of Outlook, Yahoo, Apple, Thunderbird and Proton, and
/// marked signatures. What stays is the HTML as it was.
std::string strip_quoted_html(std::string_view html);

/// The new text of a message as plain text, from its text part, or else from its HTML.
std::string new_text(const mail::ParsedMessage& message);

}  // namespace outrider::receiving
