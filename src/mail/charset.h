// Bytes in any charset to valid UTF-8. Called by the MIME reader only.
#pragma once

#include <string>
#include <string_view>

namespace outrider::mail {

/// Never fails: what cannot be read becomes U+FFFD. `charset` may be empty, wrong or unknown: then valid
/// UTF-8 stays as it is and anything else is read as windows-1252. Latin-1 and its kin are read as the
/// Windows code pages that contain them, as mail clients do. Thread-safe.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace outrider::mail
