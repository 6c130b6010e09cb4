// What happens to a request between its head and its answer, apart from sockets: routing, key, rate limit,
// body limit, idempotency, handler, headers, metrics, log. The connection calls the steps in order; handle()
// does them all, for tests that need no socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/answer.h"
#include "http/auth.h"
#include "http/context.h"
#include "http/idempotency.h"
#include "http/metrics.h"
#include "http/rate_limit.h"
#include "http/route.h"
#include "http/router.h"

namespace outrider::http {

struct DispatchOptions {
  std::string base_path = "/api/v1";
  int rate_limit_default = 60;              // requests in 60 s for a key; 0 is no limit
  bool refuse_unknown_keys = false;         // 422 for keys that no field has
  std::vector<std::string> cors_origins{};  // "*" is any; none switches CORS off
  bool trust_forwarded_for = false;      // behind a proxy: the last address of X-Forwarded-For is the client
  std::chrono::milliseconds slow{1000};  // logged at info from here on
  /// Whether a host (lower case, no port) only tracks opens and clicks.
  std::function<bool(std::string_view host)> is_tracking_host{};
};

/// What the dispatcher works with; all of it outlives the dispatcher.
struct DispatchServices {
  Clock& clock;
  Metrics& metrics;
  KeyCache& keys;
  Authenticator& authenticator;
  RateLimiter& rate_limiter;
  IdempotencyStore& idempotency;
};

/// One request on its way. Fill `request`, then call the dispatcher's steps.
struct Exchange {
  explicit Exchange(Clock& clock) : context{.request = request, .clock = clock} {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Request request;
  Context context;
  wire::Pairs query = {};
  Match match = {};
  std::optional<std::string> key = {};
  std::optional<RateState> rate = {};
  std::optional<Answer> answer = {};
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  const Route* route() const { return match.endpoint ? match.endpoint->route : nullptr; }
};

class Dispatcher {
 public:
  enum class Next : std::uint8_t { Answered, Authenticate, ReadBody };

  Dispatcher(DispatchOptions options, DispatchServices services, std::vector<Route> routes);
  ~Dispatcher();

  /// Names and counts the request. admit() does it itself; for a head that cannot be admitted it comes before
  /// refuse().
  void begin(Exchange& exchange) const;
  /// The client went away before its request was whole.
  void drop(Exchange& exchange) const;
  /// Decides what the head alone decides. Never blocks.
  Next admit(Exchange& exchange) const;
  /// Asks the authenticator, which may block. Answered or ReadBody.
  Next authenticate(Exchange& exchange) const;
  /// Runs the handler, which may block unless the route is inline. Never throws.
  void run(Exchange& exchange) const;
  /// Answers with an error of the API.
  void refuse(Exchange& exchange, const Error& error) const;
  /// Answers with what only HTTP knows: 405, 408, 431.
  void refuse(Exchange& exchange, int status, std::string_view code, std::string_view message) const;
  /// Adds the headers every answer has; counts and logs it. Once, last.
  void finish(Exchange& exchange) const;

  /// All steps, on the caller's thread.
  Answer handle(Request request) const;

  const std::vector<Route>& routes() const { return routes_; }
  const DispatchOptions& options() const { return options_; }
  Clock& clock() const { return services_.clock; }

 private:
  struct Figures;

  Next enter(Exchange& exchange, const Principal& principal) const;
  bool answer_preflight(Exchange& exchange) const;
  bool is_tracking_host(const Request& request) const;
  void call(Exchange& exchange) const;
  void call_once(Exchange& exchange, std::string_view key) const;
  void settle(const Exchange& exchange, std::string_view key) const;
  void log_answer(const Exchange& exchange, int status, std::chrono::microseconds took) const;

  DispatchOptions options_;
  DispatchServices services_;
  std::vector<Route> routes_;
  Router router_;
  std::unique_ptr<Figures> figures_;
};

}  // namespace outrider::http
