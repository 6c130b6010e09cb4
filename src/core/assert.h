// Assertions that stay on in release: they guard the programmer's own claims, never user input.
#pragma once

namespace outrider {
[[noreturn]] void assertion_failed(const char* condition, const char* what, const char* file, int line);
}  // namespace outrider

#define OUTRIDER_ASSERT(condition, what) \
  ((condition) ? void() : ::outrider::assertion_failed(#condition, what, __FILE__, __LINE__))
