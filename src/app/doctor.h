// `outrider doctor`: looks at what the server needs and says what to do about what is wrong.
#pragma once

#include "app/config.h"

namespace outrider::app {

/// Prints one line a check. Errors: Unavailable when a check failed.
Result<> doctor(const Config& config);

}  // namespace outrider::app
