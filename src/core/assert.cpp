#include "core/assert.h"

#include <cstdio>
#include <cstdlib>

namespace outrider {

void assertion_failed(const char* condition, const char* what, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: %s must hold: %s\n", file, line, condition, what);
  std::abort();
}

}  // namespace outrider
