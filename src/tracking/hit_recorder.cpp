#include "tracking/hit_recorder.h"

#include <algorithm>
#include <limits>

#include "core/log.h"
#include "tracking/hit_store.h"

namespace outrider::tracking {
namespace {

std::string client_key(const IncomingHit& hit) {
  return hit.client_ip + '\n' + hit.user_agent;
}

}  // namespace

HitRecorder::HitRecorder(db::Database& database, Clock& clock, http::Metrics& metrics)
    : database_(database),
      clock_(clock),
      dropped_(metrics.counter("outrider_hits_dropped_total", "Opens and clicks beyond what could wait")),
      failed_(metrics.counter("outrider_hits_failed_total", "Opens and clicks the database did not take")),
      alarm_(clock),
      thread_([this] { run(); }) {}

HitRecorder::~HitRecorder() {
  stop();
}

void HitRecorder::record(IncomingHit hit) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kWaitingMax || stopped_) return dropped_.add();
    waiting_.push_back(std::move(hit));
    if (waiting_.size() > 1) return;  // the thread is on its way
  }
  alarm_.notify();
}

void HitRecorder::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  alarm_.stop();
  thread_.join();
}

void HitRecorder::run() {
  while (alarm_.wait_until(next_due_ms())) {
    std::this_thread::sleep_for(kGatherMs);  // a stream of hits is some dozens of commits a second
    work_off();
  }
  work_off();
  std::vector<Judged> last;
  release_held(last, true);
  if (const auto written = write(last); !written) failed_.add(static_cast<double>(last.size()));
}

TimeMs HitRecorder::next_due_ms() const {
  TimeMs due_ms = std::numeric_limits<TimeMs>::max();
  for (const auto& [key, held] : held_) due_ms = std::min(due_ms, held.due_ms);
  return due_ms;
}

void HitRecorder::work_off() {
  for (;;) {
    auto batch = take_batch();
    const bool is_last = batch.empty();
    auto links = count_links(batch);
    const std::size_t unjudged = links ? 0 : batch.size();
    std::vector<Judged> ready;
    if (links) ready = judge(std::move(batch), *links);
    release_held(ready, false);
    const auto written = links ? write(ready) : Result<>(std::unexpected(links.error()));
    if (!written) {
      failed_.add(static_cast<double>(ready.size() + unjudged));
      log::error("opens and clicks were lost", {{"error", written.error().message}});
    }
    if (is_last) return;
  }
}

std::vector<IncomingHit> HitRecorder::take_batch() {
  const std::lock_guard lock(mutex_);
  std::vector<IncomingHit> batch;
  while (!waiting_.empty() && batch.size() < kBatchMax) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

Result<std::map<HitRecorder::MessageKey, std::int64_t>> HitRecorder::count_links(
    const std::vector<IncomingHit>& hits) {
  std::map<MessageKey, std::int64_t> links;
  for (const auto& hit : hits)
    if (hit.token.kind == TokenKind::Click) links[{hit.token.workspace_id, hit.token.message_id}] = 0;
  if (links.empty()) return links;
  return database_.read([&](db::Tx& tx) -> Result<std::map<MessageKey, std::int64_t>> {
    for (auto& [key, count] : links) {
      TRY_AS(const auto message, find_tracked(tx, key.first, key.second));
      count = message ? message->links : 0;
    }
    return links;
  });
}

bool HitRecorder::is_trapped(const IncomingHit& hit) const {
  const auto trapped = trapped_until_ms_.find(client_key(hit));
  return trapped != trapped_until_ms_.end() && hit.at_ms < trapped->second;
}

std::vector<HitRecorder::Judged> HitRecorder::judge(std::vector<IncomingHit> hits,
                                                    const std::map<MessageKey, std::int64_t>& links) {
  std::vector<Judged> ready;
  for (auto& hit : hits) {
    const MessageKey key{hit.token.workspace_id, hit.token.message_id};
    if (hit.token.kind == TokenKind::Trap) {
      if (trapped_until_ms_.size() >= kTrappedMax) trapped_until_ms_.clear();
      trapped_until_ms_[client_key(hit)] = hit.at_ms + kTrappedClientMs;
      continue;
    }
    if (hit.token.kind == TokenKind::Click && links.at(key) > 1) {
      auto& held = held_[key];
      if (held.hits.empty()) held = {.links = links.at(key), .due_ms = hit.at_ms + kSweepMs, .hits = {}};
      held.hits.push_back(std::move(hit));
      continue;
    }
    const bool trapped = is_trapped(hit);
    ready.push_back({.hit = std::move(hit), .is_trapped = trapped});
  }
  return ready;
}

void HitRecorder::release_held(std::vector<Judged>& ready, bool all) {
  const TimeMs now_ms = clock_.now_ms();
  for (auto entry = held_.begin(); entry != held_.end();) {
    Held& held = entry->second;
    if (!all && held.due_ms > now_ms) {
      ++entry;
      continue;
    }
    std::vector<LinkHit> followed;
    for (const auto& hit : held.hits) followed.push_back({hit.token.link_index, hit.at_ms});
    const bool is_swept = sweeps_all_links(followed, static_cast<std::size_t>(held.links));
    for (auto& hit : held.hits) {
      const bool trapped = is_trapped(hit);
      ready.push_back({.hit = std::move(hit), .is_swept = is_swept, .is_trapped = trapped});
    }
    entry = held_.erase(entry);
  }
}

Result<> HitRecorder::write(const std::vector<Judged>& hits) {
  if (hits.empty()) return {};
  return database_.write([&](db::Tx& tx) -> Result<> {
    HitBatch batch(tx);
    for (const auto& [hit, is_swept, is_trapped] : hits) {
      TRY_AS(const auto* const message, batch.find(hit.token.workspace_id, hit.token.message_id));
      if (message == nullptr) continue;
      const auto kind = hit.token.kind == TokenKind::Open ? HitKind::Open : HitKind::Click;
      const auto verdict = classify({.kind = kind, .at_ms = hit.at_ms, .user_agent = hit.user_agent},
                                    {.accepted_at_ms = message->accepted_at_ms,
                                     .trapped_client = is_trapped,
                                     .swept_all_links = is_swept,
                                     .opened_through_proxy = message->is_opened});
      TRY(batch.add(hit.token.workspace_id,
                    hit.token.message_id,
                    {.kind = kind,
                     .hit_class = verdict.hit_class,
                     .at_ms = hit.at_ms,
                     .link_index = hit.token.link_index}));
    }
    return batch.store();
  });
}

}  // namespace outrider::tracking
