// Whether a reply asks for no more mail (BEHAVIOUR 3.5). Only clear words in a short new text count; anything
// longer is for a person to confirm.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace outrider::receiving {

inline constexpr std::size_t kUnsubscribeWordsMax = 25;

/// `new_text` without quotes and signature. True for clear wording in the languages of the table, and for a
/// bare "stop" or "remove". "no" alone is a refusal of the offer, not of mail.
bool is_unsubscribe_request(std::string_view new_text);

/// The token of a subject that our mailto: List-Unsubscribe link made: `unsubscribe-TOKEN`.
std::optional<std::string_view> unsubscribe_token(std::string_view subject);

}  // namespace outrider::receiving
