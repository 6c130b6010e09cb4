// The words of out-of-office notes and other machines, by language, folded (mail/fold.h).
#pragma once

#include <span>
#include <string_view>

#include "receiving/auto_reply.h"

namespace outrider::receiving {

struct AutoReplyPhrase {
  std::string_view phrase;
  AutoReplyKind kind;
};

/// Starts of subjects.
std::span<const AutoReplyPhrase> auto_subjects();
/// Anywhere in a short new text.
std::span<const AutoReplyPhrase> auto_bodies();

}  // namespace outrider::receiving
