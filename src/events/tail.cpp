#include "events/tail.h"

#include <vector>

#include "core/log.h"

namespace outrider::events {
namespace {

constexpr std::chrono::milliseconds kLookEvery{100};
constexpr std::chrono::milliseconds kIdleLookEvery{10'000};
constexpr TimeMs kPruneEveryMs = kHourMs;

}  // namespace

Tail::~Tail() {
  stop();
}

void Tail::start() {
  thread_ = std::thread([this] { run(); });
}

void Tail::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<http::Bell> Tail::bell(std::int64_t workspace_id) {
  const std::lock_guard lock(mutex_);
  auto& watched = watched_[workspace_id];
  auto bell = watched.bell.lock();
  if (bell) return bell;
  bell = std::make_shared<http::Bell>();
  watched = {.bell = bell, .seen = {}};
  changed_.notify_all();
  return bell;
}

void Tail::run() {
  if (const auto done = rebase(); !done) log::warn("events.rebase", {{"error", done.error().message}});
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    look();
    if (const auto kept = keep_up(); !kept) log::warn("events.keep_up", {{"error", kept.error().message}});
    lock.lock();
    const auto grown = [this, count = watched_.size()] { return is_stopping_ || watched_.size() > count; };
    changed_.wait_for(lock, watched_.empty() ? kIdleLookEvery : kLookEvery, grown);
  }
}

Result<> Tail::rebase() {
  TRY_AS(const auto ids, database_.read(list_workspaces));
  for (const auto id : ids) TRY(database_.write([id](db::Tx& tx) { return rebase_restored(tx, id); }));
  return {};
}

void Tail::look() {
  std::vector<std::int64_t> ids;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(watched_, [](const auto& entry) { return entry.second.bell.expired(); });
    for (const auto& [id, watched] : watched_) ids.push_back(id);
  }
  for (const auto id : ids) look_at(id);
}

void Tail::look_at(std::int64_t workspace_id) {
  const auto now = database_.read([&](db::Tx& tx) { return newest(tx, workspace_id); });
  if (!now) return log::warn("events.look", {{"error", now.error().message}});
  std::shared_ptr<http::Bell> bell;
  {
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(workspace_id);
    if (found == watched_.end() || found->second.seen == *now) return;
    found->second.seen = *now;
    bell = found->second.bell.lock();
  }
  if (bell) bell->ring();
}

Result<> Tail::keep_up() {
  const auto now_ms = clock_.now_ms();
  if (now_ms < prune_at_ms_) return {};
  prune_at_ms_ = now_ms + kPruneEveryMs;
  TRY_AS(const auto ids, database_.read(list_workspaces));
  for (const auto id : ids) {
    std::int64_t passed = kPruneMax;
    while (passed == kPruneMax) {
      TRY_AS(passed, database_.write([&](db::Tx& tx) { return prune(tx, id, now_ms - keep_ms_); }));
    }
  }
  return {};
}

}  // namespace outrider::events
