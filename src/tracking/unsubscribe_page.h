// The pages behind an unsubscribe link: GET shows a question with one button and changes nothing, POST
// answers with the second page. Plain HTML without scripts, cookies or anything loaded from elsewhere.
#pragma once

#include <string>
#include <string_view>

namespace outrider::tracking {

/// What the button posts and what a mail provider posts by itself (RFC 8058): the same form field.
inline constexpr std::string_view kOneClickField = "List-Unsubscribe";
inline constexpr std::string_view kOneClickValue = "One-Click";

/// For the Content-Security-Policy header of these pages.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors "
    "'none'";

/// The form posts to the address it was read from. The recipient is shown only in part: links get forwarded.
std::string unsubscribe_question_page(std::string_view email);
/// Also for the second and every later time.
std::string unsubscribe_done_page(std::string_view email);
/// For a token that is not ours: 404.
std::string unsubscribe_unknown_page();

/// `ada@example.com` as `a•••@example.com`.
std::string masked_email(std::string_view email);

}  // namespace outrider::tracking
