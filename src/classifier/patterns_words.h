// Phrases that decide a category, by language, folded (mail/fold.h).
#pragma once

#include <span>
#include <string_view>

namespace outrider::classifier {

std::span<const std::string_view> objection_phrases();     // 4: delete me, never again
std::span<const std::string_view> wrong_person_phrases();  // 7
std::span<const std::string_view> refusal_phrases();       // 3
std::span<const std::string_view> refusal_words();         // 3, when they are the whole text
std::span<const std::string_view> scheduling_hosts();      // 2: links of calendars
std::span<const std::string_view> meeting_phrases();       // 2
std::span<const std::string_view> information_phrases();   // 5
std::span<const std::string_view> information_words();     // 5, in a question
std::span<const std::string_view> interest_phrases();      // 1

}  // namespace outrider::classifier
