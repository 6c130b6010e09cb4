#include "http/auth.h"

#include "core/secrets.h"
#include "core/strings.h"

namespace outrider::http {

std::optional<std::string> find_key(const Request& request, const wire::Pairs& query) {
  for (const auto& [name, value] : query)
    if (name == "api_key" && !value.empty()) return value;
  if (const auto key = request.header("X-API-Key"); !key.empty()) return std::string(trim(key));

  constexpr std::string_view kBearer = "Bearer ";
  const auto authorization = request.header("Authorization");
  if (!starts_with_ignoring_case(authorization, kBearer)) return std::nullopt;
  const auto key = trim(authorization.substr(kBearer.size()));
  return key.empty() ? std::nullopt : std::optional(std::string(key));
}

std::optional<Principal> KeyCache::find(std::string_view key) const {
  const std::string hash = sha256(key);
  const TimeMs now_ms = clock_.now_ms();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(hash);
  if (found == entries_.end() || found->second.until_ms <= now_ms) return std::nullopt;
  return found->second.principal;
}

void KeyCache::remember(std::string_view key, const Principal& principal) {
  std::string hash = sha256(key);
  const TimeMs now_ms = clock_.now_ms();
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kKeysMax)
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.until_ms <= now_ms; });
  if (entries_.size() >= kKeysMax) entries_.clear();
  entries_.insert_or_assign(std::move(hash), Entry{principal, now_ms + kAgeMaxMs});
}

void KeyCache::invalidate(std::int64_t key_id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.principal.key_id == key_id; });
}

void KeyCache::invalidate_all() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace outrider::http
