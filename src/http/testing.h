// For tests of routes: the whole way of a request without a socket, and services that need no database.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/dispatcher.h"

namespace outrider::http {

/// Knows the keys it is given.
class FixedAuthenticator : public Authenticator {
 public:
  explicit FixedAuthenticator(std::map<std::string, Principal, std::less<>> keys) : keys_(std::move(keys)) {}
  Result<Principal> authenticate(std::string_view key) override {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return fail(Code::Unauthorized, "unknown key");
    return found->second;
  }

 private:
  std::map<std::string, Principal, std::less<>> keys_;
};

class MemoryIdempotencyStore : public IdempotencyStore {
 public:
  Result<IdempotencyClaim> claim(std::int64_t workspace_id,
                                 std::string_view key,
                                 std::string_view request_hash) override {
    using enum IdempotencyClaim::State;
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = entries_.try_emplace({workspace_id, std::string(key)});
    if (is_new) entry->second.request_hash = request_hash;
    if (is_new) return IdempotencyClaim{.state = Fresh};
    if (entry->second.request_hash != request_hash) return IdempotencyClaim{.state = Conflict};
    if (!entry->second.is_answered) return IdempotencyClaim{.state = InProgress};
    return IdempotencyClaim{.state = Replay, .answer = entry->second.answer};
  }
  Result<void> complete(std::int64_t workspace_id, std::string_view key, const Raw& answer) override {
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[{workspace_id, std::string(key)}];
    entry.answer = {.status = answer.status, .content_type = answer.content_type, .body = answer.body};
    entry.is_answered = true;
    return {};
  }
  Result<void> abandon(std::int64_t workspace_id, std::string_view key) override {
    const std::lock_guard lock(mutex_);
    entries_.erase({workspace_id, std::string(key)});
    return {};
  }

 private:
  struct Entry {
    std::string request_hash;
    bool is_answered = false;
    Raw answer;
  };
  std::mutex mutex_;
  std::map<std::pair<std::int64_t, std::string>, Entry> entries_;
};

inline constexpr std::string_view kTestKey = "test-key";

/// A dispatcher over `routes` where kTestKey stands for workspace 1, without a rate limit unless told.
class TestApi {
 public:
  explicit TestApi(std::vector<Route> routes,
                   Principal principal = {.workspace_id = 1, .user_id = 1, .key_id = 1, .rate_limit = 0},
                   DispatchOptions options = {})
      : authenticator_({{std::string(kTestKey), principal}}),
        dispatcher_(std::move(options),
                    {clock, metrics, keys, authenticator_, rate_limiter_, idempotency_},
                    std::move(routes)) {}

  /// With kTestKey. `path` is below /api/v1 and may have a query; the answer must not be a stream.
  Raw send(std::string_view method, std::string_view path, std::string body = {}, Headers headers = {}) {
    headers.push_back({"X-API-Key", std::string(kTestKey)});
    return send_bare(method, "/api/v1" + std::string(path), std::move(body), std::move(headers));
  }
  /// Exactly as given.
  Raw send_bare(std::string_view method, std::string target, std::string body = {}, Headers headers = {}) {
    return std::get<Raw>(dispatcher_.handle({.method = std::string(method),
                                             .target = std::move(target),
                                             .headers = std::move(headers),
                                             .body = std::move(body),
                                             .client_ip = "192.0.2.1"}));
  }
  const Dispatcher& dispatcher() const { return dispatcher_; }

  Clock clock;
  Metrics metrics;
  KeyCache keys{clock};

 private:
  FixedAuthenticator authenticator_;
  MemoryRateLimiter rate_limiter_{clock};
  MemoryIdempotencyStore idempotency_;
  Dispatcher dispatcher_;
};

/// The first header of that name, or nothing.
inline std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& header : headers)
    if (header.name == name) return header.value;
  return {};
}

}  // namespace outrider::http
