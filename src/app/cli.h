// The command line: outrider COMMAND [FLAGS]. Its commands and flags are fixed: other programs rely on them.
#pragma once

namespace outrider::app {

/// Runs the command and returns the exit status: 0 done, 1 failed (the reason stands on standard error), 2
/// wrong use.
int run(int argc, char** argv);

}  // namespace outrider::app
