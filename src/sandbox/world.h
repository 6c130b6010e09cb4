// The sandbox's world as the server sees it: a child process that lives as long as this object, or as the
// process that owns it, however that ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "core/result.h"
#include "sandbox/run_world.h"

namespace outrider::sandbox {

class World {
 public:
  /// Runs this program again, as `outrider sandbox-world`, and waits until its servers answer. Errors:
  /// Unavailable, after the child has said on standard error what is wrong.
  static Result<World> start(const WorldOptions& options, const std::string& log_level);

  /// Ends the world and waits for it.
  ~World();
  World(World&& other) noexcept;
  World& operator=(World&&) = delete;

  std::uint16_t smtp_port() const { return smtp_port_; }
  std::uint16_t imap_port() const { return imap_port_; }

  /// Where the prospects find tracking: HOST:PORT of the server.
  void tell_server(const std::string& address) const;

 private:
  World() = default;
  pid_t process_ = 0;
  int input_ = -1;  // the write end of the child's standard input
  std::uint16_t smtp_port_ = 0;
  std::uint16_t imap_port_ = 0;
};

}  // namespace outrider::sandbox
