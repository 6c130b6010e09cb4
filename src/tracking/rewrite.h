// Puts tracking into a rendered mail: click addresses in place of its links, the unsubscribe line and the
// pixel at its end. Linear in the text, tolerant of broken HTML; touches nothing but the values it replaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracking/links.h"

namespace outrider::tracking {

inline constexpr std::size_t kUrlBytesMax = 2048;
inline constexpr std::size_t kUnsubscribeTextBytesMax = 2000;

enum class Switch : bool { Off, On };

struct Tracking {
  Switch clicks = Switch::Off;
  Switch opens = Switch::Off;
  Switch trap = Switch::Off;     // a link that only machines find
  std::string unsubscribe_text;  // plain text; it becomes the link at the end. Empty: no line
};

struct Tracked {
  std::string body;
  std::vector<std::string> destinations;  // by link index; the same address twice is one destination
};

/// Rewrites href of <a> and <area> when it is http or https. Left as they are: links to the tracking host,
/// and those whose text shows an address of another domain than the tracking host's, because a text that does
/// not match its target is what phishing looks like.
Tracked track_html(std::string_view html, const Tracking& tracking, const MessageLinks& links);

/// For text/plain: bare http and https addresses are replaced; the unsubscribe line is `text: address`. No
/// pixel.
Tracked track_text(std::string_view text, const Tracking& tracking, const MessageLinks& links);

/// An http or https address that is safe in a Location header: no blanks or control characters, the host in
/// ASCII. Nothing when it has no host, credentials, or more than kUrlBytesMax bytes.
std::optional<std::string> clean_url(std::string_view url);

}  // namespace outrider::tracking
