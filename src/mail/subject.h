// Subjects across replies: what remains when the reply and forward marks of any language are taken off.
#pragma once

#include <string>
#include <string_view>

namespace outrider::mail {

/// Without leading Re:, AW:, SV:, Fwd:, WG:, 回复： ... (also `Re[2]:`) and without gateway tags like
/// [EXTERNAL]. Points into `subject`.
std::string_view strip_subject_prefixes(std::string_view subject);

/// `Re: ` once in front of the stripped subject.
std::string reply_subject(std::string_view subject);

/// `Fwd: `, likewise.
std::string forward_subject(std::string_view subject);

/// Stripped and folded: equal for every mail of one thread.
std::string normalised_subject(std::string_view subject);
bool same_subject(std::string_view a, std::string_view b);

}  // namespace outrider::mail
