// The words of the sandbox's prospects, by language.
#pragma once

#include <string_view>

#include "sandbox/temper.h"

namespace outrider::sandbox {

struct LanguageWords {
  std::string_view agrees;
  std::string_view refuses;
  std::string_view asks;
  std::string_view unsubscribes;
  std::string_view colleague;
  std::string_view colleague_forwarded;
  std::string_view greets;  // closes an answer
  // Around a quote; {date}, {name} and {email} are filled in.
  std::string_view wrote;
  std::string_view from, sent, to, subject;  // of Outlook's block
  std::string_view reply_prefix;             // Outlook's, in its language
  std::string_view forward_prefix;
  // The automatic note; {date} is the last day away.
  std::string_view away_subject;
  std::string_view away;
};

const LanguageWords& words_of(Language language);

}  // namespace outrider::sandbox
