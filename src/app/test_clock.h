// POST /_test/clock {"advance_s": N}: moves the clock. Exists only with --test-clock, and only on loopback.
#pragma once

#include "core/clock.h"
#include "http/route.h"

namespace outrider::app {

http::Route test_clock_route(Clock& clock);

}  // namespace outrider::app
