// `--sandbox`: the mail world beside the server and the workspace that uses it.
#pragma once

#include <string>

#include "app/listen_address.h"
#include "app/services.h"
#include "sandbox/world.h"

namespace outrider::app {

/// Lives longer than the services: mail that is on the wire at the stop still finds its peer.
class Sandbox {
 public:
  /// Starts the world. Errors: what kept it from starting.
  static Result<Sandbox> start(const Config& config);

  /// Makes the workspace at the first start; a new API key at every one.
  Result<> open(const Services& services);

  /// Prints how to get in, and tells the prospects where the server is.
  void announce(const ListenAddress& address) const;

 private:
  explicit Sandbox(sandbox::World world) : world_(std::move(world)) {}

  sandbox::World world_;
  std::string key_;
};

}  // namespace outrider::app
