// The words of out-of-office notes and other machines, by language, folded (mail/fold.h).
#pragma once

#include <span>
#include <string_view>

#include "receiving/auto_reply.h"

namespace outrider::receiving {

struct AutoReplyWords {
  AutoReplyKind kind;
  std::span<const std::string_view> phrases;
  bool is_hint = false;  // people write it too: alone it says nothing
};

/// Starts of subjects.
std::span<const AutoReplyWords> auto_subjects();
/// Anywhere in a short new text; the first that is found counts.
std::span<const AutoReplyWords> auto_bodies();
/// What notes of absence say beside the absence: thanks, whom to ask, when it is urgent.
std::span<const std::string_view> note_words();
/// What people say who tell of a holiday in an answer: that it is over, or what to do next.
std::span<const std::string_view> talk_words();

}  // namespace outrider::receiving
