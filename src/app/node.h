// The work one process does besides answering requests: sending and receiving, as its roles say.
#pragma once

#include <memory>
#include <string>

#include "app/routes.h"
#include "app/services.h"

namespace outrider::app {

class Node {
 public:
  /// `services` and `signer` outlive the node.
  Node(Services& services, const tracking::TokenSigner& signer);
  /// Stops.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// What the API calls when something changed; without effect while the node is not started.
  EngineHooks hooks();

  /// `public_url` is where recipients reach this server. Errors: those of the database.
  Result<> start(const std::string& public_url);
  /// Claims nothing more and finishes what is on the wire, within 15 seconds. Idempotent.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace outrider::app
