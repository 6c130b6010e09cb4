#include "http/dispatcher.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "core/encoding.h"
#include "core/ids.h"
#include "core/log.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "http/error_body.h"

namespace outrider::http {
namespace {

constexpr std::size_t kRequestIdMax = 64;
constexpr std::string_view kUnmatched = "(none)";

bool is_request_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kRequestIdMax && std::ranges::all_of(text, is_allowed);
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& h) { return equal_ignoring_case(h.name, name); });
}

int status_of_answer(const Answer& answer) {
  const auto* raw = std::get_if<Raw>(&answer);
  return raw ? raw->status : 200;
}

/// What a repeated request must share with the first: verb, target without the key, body.
std::string request_hash(const Request& request) {
  const std::string head = request.method + ' ' + redacted_target(request.target) + '\n';
  return hex_encode(sha256(head + request.body));
}

/// Callers choose their keys by themselves, so each has its own: nobody is given another's answer.
std::string stored_key(const Principal& caller, std::string_view key) {
  const std::string client = caller.client_id ? '.' + std::to_string(*caller.client_id) : std::string();
  return std::to_string(caller.user_id) + client + '/' + std::string(key);
}

void add_cors(const Request& request, const std::vector<std::string>& origins, Headers& headers) {
  const auto origin = request.header("Origin");
  if (origin.empty()) return;
  headers.push_back({"Vary", "Origin"});
  const auto is_allowed = [&](const std::string& allowed) { return allowed == "*" || allowed == origin; };
  if (!std::ranges::any_of(origins, is_allowed)) return;
  headers.push_back({"Access-Control-Allow-Origin", std::string(origin)});
  headers.push_back(
      {"Access-Control-Expose-Headers",
       "X-Request-Id, Retry-After, Idempotent-Replay, x-ratelimit-limit, x-ratelimit-remaining, "
       "x-ratelimit-reset"});
}

bool may_repeat(const Exchange& exchange) {
  return exchange.request.method != "GET" && exchange.request.method != "HEAD" &&
         !exchange.route()->is_public;
}

}  // namespace

/// Figures per route, made when first needed: most pairs of route and status never occur.
struct Dispatcher::Figures {
  struct OfRoute {
    std::string label;
    Histogram seconds;
    std::map<int, Counter> by_status;
    std::mutex mutex;

    OfRoute(Metrics& metrics, std::string name)
        : label(std::move(name)),
          seconds(metrics.histogram("outrider_http_request_seconds",
                                    "Time from the request's head to its answer.",
                                    latency_bounds(),
                                    {{"route", label}})) {}
  };

  Figures(Metrics& m, const std::vector<Route>& routes, std::string_view base_path)
      : metrics(m), in_flight(m.gauge("outrider_http_requests_in_flight", "Requests being answered.")) {
    for (const auto& route : routes) {
      std::string label{verb_text(route.verb)};
      label += ' ';
      if (!route.is_at_root) label += base_path;
      by_route.push_back(std::make_unique<OfRoute>(m, label + route.path));
    }
    by_route.push_back(std::make_unique<OfRoute>(m, std::string(kUnmatched)));
  }

  void count(std::size_t route, int status, double seconds) {
    auto& of_route = *by_route[route];
    of_route.seconds.observe(seconds);
    const std::lock_guard lock(of_route.mutex);
    auto found = of_route.by_status.find(status);
    if (found == of_route.by_status.end()) {
      const std::string status_text = std::to_string(status);
      auto counter = metrics.counter("outrider_http_requests_total",
                                     "Answered requests.",
                                     {{"route", of_route.label}, {"status", status_text}});
      found = of_route.by_status.emplace(status, counter).first;
    }
    found->second.add();
  }

  Metrics& metrics;
  Gauge in_flight;
  std::vector<std::unique_ptr<OfRoute>> by_route;  // the last one: no route
};

Dispatcher::Dispatcher(DispatchOptions options, DispatchServices services, std::vector<Route> routes)
    : options_(std::move(options)),
      services_(services),
      routes_(std::move(routes)),
      router_(routes_, options_.base_path),
      figures_(std::make_unique<Figures>(services_.metrics, routes_, options_.base_path)) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::drop(Exchange&) const {
  figures_->in_flight.add(-1);
}

void Dispatcher::begin(Exchange& exchange) const {
  figures_->in_flight.add(1);
  auto& request = exchange.request;
  const auto sent_id = request.header("X-Request-Id");
  exchange.context.request_id =
      is_request_id(sent_id) ? std::string(sent_id) : uuid_v7(services_.clock.now_ms());
  if (options_.trust_forwarded_for) {
    const auto forwarded = split(request.header("X-Forwarded-For"), ',');
    if (const auto last = trim(forwarded.back()); !last.empty()) request.client_ip = last;
  }
}

Dispatcher::Next Dispatcher::admit(Exchange& exchange) const {
  begin(exchange);
  if (answer_preflight(exchange)) return Next::Answered;

  const auto& request = exchange.request;
  exchange.match = router_.find(request.method, request.path());
  const Route* route = exchange.route();
  if ((route && !route->is_on_tracking_hosts && is_tracking_host(request)) ||
      (!route && exchange.match.allow.empty())) {
    exchange.match = {};
    refuse(exchange, {.code = Code::NotFound, .message = "No such path"});
    return Next::Answered;
  }
  if (!route) {
    exchange.context.reply_headers.push_back({"Allow", exchange.match.allow});
    refuse(exchange, 405, "METHOD_NOT_ALLOWED", "This path allows " + exchange.match.allow);
    return Next::Answered;
  }

  exchange.query = parse_query(request.query());
  if (route->is_public) return Next::ReadBody;
  exchange.key = find_key(request, exchange.query);
  if (!exchange.key) {
    refuse(exchange, {.code = Code::Unauthorized, .message = "Invalid API Key"});
    return Next::Answered;
  }
  if (const auto known = services_.keys.find(*exchange.key)) return enter(exchange, *known);
  return Next::Authenticate;
}

Dispatcher::Next Dispatcher::authenticate(Exchange& exchange) const {
  try {
    const auto principal = services_.authenticator.authenticate(*exchange.key);
    if (principal) {
      services_.keys.remember(*exchange.key, *principal);
      return enter(exchange, *principal);
    }
    const bool is_unknown = principal.error().code == Code::Unauthorized;
    refuse(exchange,
           is_unknown ? Error{.code = Code::Unauthorized, .message = "Invalid API Key"} : principal.error());
  } catch (const std::exception& error) {
    refuse(exchange, {.code = Code::Internal, .message = error.what()});
  }
  return Next::Answered;
}

/// The caller is known: may it ask once more in this window?
Dispatcher::Next Dispatcher::enter(Exchange& exchange, const Principal& principal) const {
  exchange.context.principal = principal;
  const int limit = principal.rate_limit.value_or(options_.rate_limit_default);
  if (limit <= 0) return Next::ReadBody;
  exchange.rate = services_.rate_limiter.take(principal.key_id, limit);
  if (exchange.rate->is_allowed) return Next::ReadBody;

  const TimeMs left_ms = exchange.rate->resets_at_ms - services_.clock.now_ms();
  const TimeMs seconds = std::clamp<TimeMs>((left_ms + kSecondMs - 1) / kSecondMs, 1, 60);
  exchange.context.reply_headers.push_back({"Retry-After", std::to_string(seconds)});
  refuse(exchange, {.code = Code::RateLimited, .message = "Rate limit exceeded"});
  return Next::Answered;
}

void Dispatcher::run(Exchange& exchange) const {
  const auto key = exchange.request.header("Idempotency-Key");
  if (key.empty() || !may_repeat(exchange)) return call(exchange);
  try {
    call_once(exchange, key);
  } catch (const std::exception& error) {
    refuse(exchange, {.code = Code::Internal, .message = std::string("exception: ") + error.what()});
  }
}

void Dispatcher::call(Exchange& exchange) const {
  const auto unknown = options_.refuse_unknown_keys ? wire::Unknown::Refused : wire::Unknown::Ignored;
  const Input input{.path = exchange.match.parameters,
                    .query = exchange.query,
                    .body = exchange.request.body,
                    .options = {.unknown = unknown}};
  try {
    auto answer = exchange.route()->handler(exchange.context, input);
    if (!answer) return refuse(exchange, answer.error());
    exchange.answer = *std::move(answer);
  } catch (const std::exception& error) {
    refuse(exchange, {.code = Code::Internal, .message = std::string("exception: ") + error.what()});
  }
}

void Dispatcher::call_once(Exchange& exchange, std::string_view key) const {
  if (key.size() > kIdempotencyKeyMax)
    return refuse(exchange,
                  {.code = Code::Invalid, .message = "Idempotency-Key must have at most 255 characters"});
  const Principal& caller = exchange.context.principal;
  const std::string stored = stored_key(caller, key);
  auto claim = services_.idempotency.claim(caller.workspace_id, stored, request_hash(exchange.request));
  if (!claim) return refuse(exchange, claim.error());

  switch (claim->state) {
    case IdempotencyClaim::State::Replay:
      exchange.context.reply_headers.push_back({"Idempotent-Replay", "true"});
      exchange.answer = std::move(claim->answer);
      return;
    case IdempotencyClaim::State::Conflict:
      return refuse(exchange,
                    {.code = Code::Conflict, .message = "Idempotency-Key was used for another request"});
    case IdempotencyClaim::State::InProgress:
      exchange.context.reply_headers.push_back({"Retry-After", "1"});
      return refuse(
          exchange,
          {.code = Code::Conflict, .message = "The request with this Idempotency-Key is still running"});
    case IdempotencyClaim::State::Fresh:
      break;
  }
  call(exchange);
  settle(exchange, stored);
}

/// Keeps the answer for replays. A 5xx changed nothing and a stream cannot be kept, so those free the key.
void Dispatcher::settle(const Exchange& exchange, std::string_view key) const {
  const auto workspace_id = exchange.context.principal.workspace_id;
  const auto* raw = std::get_if<Raw>(&*exchange.answer);
  const auto settled = raw && raw->status < 500 ? services_.idempotency.complete(workspace_id, key, *raw)
                                                : services_.idempotency.abandon(workspace_id, key);
  if (!settled)
    log::warn("http.idempotency",
              {{"request_id", exchange.context.request_id}, {"error", settled.error().message}});
}

void Dispatcher::refuse(Exchange& exchange, const Error& error) const {
  if (error.code == Code::Internal)
    log::error("http.internal",
               {{"request_id", exchange.context.request_id},
                {"route", exchange.route() ? std::string_view(exchange.route()->path) : kUnmatched},
                {"error", error.message}});
  exchange.answer = error_answer(error, exchange.context.request_id);
}

void Dispatcher::refuse(Exchange& exchange,
                        int status,
                        std::string_view code,
                        std::string_view message) const {
  exchange.answer = protocol_error(status, code, message, exchange.context.request_id);
}

void Dispatcher::finish(Exchange& exchange) const {
  auto& context = exchange.context;
  auto& headers = std::visit([](auto& answer) -> Headers& { return answer.headers; }, *exchange.answer);
  std::ranges::move(context.reply_headers, std::back_inserter(headers));
  headers.push_back({"X-Request-Id", context.request_id});
  if (const auto& rate = exchange.rate) {
    headers.push_back({"x-ratelimit-limit", std::to_string(rate->limit)});
    headers.push_back({"x-ratelimit-remaining", std::to_string(rate->remaining)});
    headers.push_back(
        {"x-ratelimit-reset", std::to_string((rate->resets_at_ms + kSecondMs - 1) / kSecondMs)});
  }
  // An answer made for one key must not be shown to another by a cache in between.
  const Route* route = exchange.route();
  if ((!route || !route->is_public) && !has_header(headers, "Cache-Control"))
    headers.push_back({"Cache-Control", "no-store"});
  if (!options_.cors_origins.empty()) add_cors(exchange.request, options_.cors_origins, headers);

  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                          exchange.started);
  const int status = status_of_answer(*exchange.answer);
  figures_->in_flight.add(-1);
  const auto index = route ? static_cast<std::size_t>(route - routes_.data()) : routes_.size();
  figures_->count(index, status, static_cast<double>(took.count()) / 1e6);
  log_answer(exchange, status, took);
}

void Dispatcher::log_answer(const Exchange& exchange, int status, std::chrono::microseconds took) const {
  const bool is_notable = status >= 500 || took >= options_.slow;
  if (!log::enabled(is_notable ? log::Level::Info : log::Level::Debug)) return;
  const auto write = is_notable ? log::info : log::debug;
  write("http.request",
        {{"request_id", exchange.context.request_id},
         {"method", exchange.request.method},
         {"target", redacted_target(exchange.request.target)},
         {"status", status},
         {"took_us", static_cast<std::int64_t>(took.count())},
         {"client_ip", exchange.request.client_ip},
         {"workspace_id", exchange.context.principal.workspace_id}});
}

bool Dispatcher::is_tracking_host(const Request& request) const {
  if (!options_.is_tracking_host) return false;
  const auto host = to_lower(request.header("Host"));
  return options_.is_tracking_host(std::string_view(host).substr(0, host.rfind(':')));
}

/// A browser's question before a request across origins.
bool Dispatcher::answer_preflight(Exchange& exchange) const {
  const auto& request = exchange.request;
  if (options_.cors_origins.empty() || request.method != "OPTIONS") return false;
  if (request.header("Access-Control-Request-Method").empty()) return false;
  exchange.answer = Raw{
      .status = 204,
      .headers = {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"},
                  {"Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-API-Key"},
                  {"Access-Control-Max-Age", "600"}}};
  return true;
}

Answer Dispatcher::handle(Request request) const {
  Exchange exchange(services_.clock);
  exchange.request = std::move(request);
  Next next = admit(exchange);
  if (next == Next::Authenticate) next = authenticate(exchange);
  if (next == Next::ReadBody) run(exchange);
  finish(exchange);
  return *std::move(exchange.answer);
}

}  // namespace outrider::http
