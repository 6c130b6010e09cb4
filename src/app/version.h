#pragma once

namespace outrider::app {

/// As in CMakeLists.txt and CHANGELOG.md.
inline constexpr const char* kVersion = OUTRIDER_VERSION;

}  // namespace outrider::app
