// The world beside the server, in a process of its own: mailboxes in Dovecot, an SMTP server and the people
// behind it. `outrider serve --sandbox` starts it (world.h); the two speak through the world's standard
// input and output.
//
//   out  one line, `smtp=PORT imap=PORT`, when everything answers
//   in   one line, HOST:PORT, as soon as the server listens; its end means that the server is gone
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/result.h"

namespace outrider::sandbox {

struct WorldOptions {
  std::filesystem::path folder;  // its files; made when absent
  std::int64_t seed = 1;
  double speed = 1;
};

/// Returns when the standard input has ended, with everything it started. Errors: what kept it from starting,
/// or that Dovecot ended.
Result<> run_world(const WorldOptions& options);

}  // namespace outrider::sandbox
