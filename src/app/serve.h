// `outrider serve`: the program itself.
#pragma once

#include "app/config.h"

namespace outrider::app {

/// Serves until SIGTERM or SIGINT; then stops claiming work, finishes what is on the wire and returns, within
/// 15 s. Prints one line `listening on http://HOST:PORT` when ready. Errors: what kept it from starting.
Result<> serve(const Config& config);

}  // namespace outrider::app
