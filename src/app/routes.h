// The whole API: the route tables of the areas joined, with what they need from each other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/services.h"
#include "http/route.h"
#include "tracking/token.h"

namespace outrider::app {

/// What the areas ask of the running engine. Without an engine (a node that only serves the API) they do
/// nothing: other nodes find the work in the database.
struct EngineHooks {
  std::function<void()> wake_sending = [] {};
  std::function<void()> wake_receiving = [] {};
};

/// Owns the areas; the routes refer to it.
class Areas {
 public:
  /// `services` and `signer` outlive the areas.
  Areas(Services& services, const tracking::TokenSigner& signer, EngineHooks hooks);
  ~Areas();
  Areas(const Areas&) = delete;
  Areas& operator=(const Areas&) = delete;

  /// Begins what the areas run by themselves.
  void start();
  /// Ends what the areas run by themselves; after it no request may come.
  void stop();

  /// Every route of the API, without those that run the server (health, figures, documents).
  std::vector<http::Route> routes();

 private:
  struct All;
  std::unique_ptr<All> all_;
};

/// The key of open, click and unsubscribe links, always the same for the same key file.
tracking::TokenSigner make_signer(const MasterKey& key);

/// The OpenAPI document of the API, as JSON.
std::string openapi_document();

}  // namespace outrider::app
