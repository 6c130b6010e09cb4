// The words by which mail clients introduce quoted mail, in many languages, folded (mail/fold.h).
#pragma once

#include <span>
#include <string_view>

namespace outrider::receiving {

/// "wrote": ends the line "On ... Ada wrote:".
std::span<const std::string_view> wrote_words();
/// "From" of a quoted header block.
std::span<const std::string_view> from_labels();
/// "Sent", "Date", "To", "Subject" of a quoted header block.
std::span<const std::string_view> header_labels();
/// "Original message", "Forwarded message" between dashes.
std::span<const std::string_view> separator_phrases();
/// "Sent from my iPhone" and its kin: start of a line.
std::span<const std::string_view> device_signatures();

}  // namespace outrider::receiving
