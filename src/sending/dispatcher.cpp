#include "sending/dispatcher.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "core/log.h"

namespace outrider::sending {
namespace {

constexpr std::chrono::milliseconds kCutGrace{2000};

}  // namespace

Dispatcher::Dispatcher(SessionWorld& world,
                       net::IoPool& io,
                       DispatcherOptions options,
                       std::function<void()> drained)
    : world_(world), io_(io), options_(options), drained_(std::move(drained)), alarm_(world.clock) {}

Dispatcher::~Dispatcher() {
  stop(std::chrono::milliseconds(0));
}

void Dispatcher::start() {
  thread_ = std::thread([this] { fire_loop(); });
}

void Dispatcher::add(std::span<const OutgoingRef> rows) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& row : rows) {
      if (!known_.insert(row.id).second) continue;
      ++pending_[row.mailbox_id];
      waiting_.push(row);
      unconnected_.push(row);
    }
  }
  alarm_.notify();
}

bool Dispatcher::holds(std::int64_t outgoing_id) const {
  const std::lock_guard lock(mutex_);
  return known_.contains(outgoing_id);
}

std::size_t Dispatcher::pending(std::int64_t mailbox_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(mailbox_id);
  return found == pending_.end() ? 0 : found->second;
}

std::size_t Dispatcher::pending() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

// ---- the clock

void Dispatcher::fire_loop() {
  while (alarm_.wait_until(fire_due())) {
  }
}

TimeMs Dispatcher::fire_due() {
  const auto now_ms = world_.clock.now_ms();
  const std::lock_guard lock(mutex_);
  for (; !waiting_.empty() && waiting_.top().not_before_ms <= now_ms; waiting_.pop()) enqueue(waiting_.top());
  const auto ahead_ms = options_.connect_ahead_ms;
  for (; !unconnected_.empty() && unconnected_.top().not_before_ms - ahead_ms <= now_ms; unconnected_.pop())
    if (unconnected_.top().not_before_ms > now_ms) expect(unconnected_.top());
  auto next_ms = waiting_.empty() ? now_ms + kHourMs : waiting_.top().not_before_ms;
  if (!unconnected_.empty()) next_ms = std::min(next_ms, unconnected_.top().not_before_ms - ahead_ms);
  return next_ms;
}

void Dispatcher::enqueue(const OutgoingRef& row) {
  if (stopping_) return;
  auto& lane = lanes_[row.mailbox_id];
  lane.line.push_back(row);
  if (lane.is_running) return wake(lane);
  if (running_ < options_.connections_max) return start_lane(row);
  if (lane.line.size() > 1) return;  // it waits already
  without_connection_.push_back(row.mailbox_id);
  for (auto& [id, other] : lanes_) wake(other);
}

/// Takes no connection from anybody: whose mail is due comes before.
void Dispatcher::expect(const OutgoingRef& row) {
  if (stopping_ || !without_connection_.empty()) return;
  const bool is_running = lanes_.contains(row.mailbox_id) && lanes_[row.mailbox_id].is_running;
  if (!is_running && running_ >= options_.connections_max) return;
  auto& lane = lanes_[row.mailbox_id];
  lane.expected = row;
  if (is_running) return wake(lane);
  start_lane(row);
}

// ---- the lanes

void Dispatcher::wake(Lane& lane) {
  if (!lane.is_idle) return;
  lane.is_idle = false;
  boost::asio::post(lane.executor, [timer = lane.idle_timer] { timer->cancel(); });
}

void Dispatcher::start_lane(const OutgoingRef& first) {
  auto& lane = lanes_[first.mailbox_id];
  lane.is_running = true;
  ++running_;
  lane.executor = io_.next();
  lane.session = std::make_shared<Session>(world_, first.workspace_id, first.mailbox_id);
  lane.idle_timer = std::make_shared<boost::asio::steady_timer>(lane.executor);
  const auto mailbox_id = first.mailbox_id;
  boost::asio::co_spawn(lane.executor, run_lane(first), [this, mailbox_id](std::exception_ptr thrown) {
    if (thrown) log::error("sending.lane_threw", {{"mailbox_id", mailbox_id}});
    lane_ended(mailbox_id);
  });
}

void Dispatcher::start_waiting_lanes() {
  while (!stopping_ && running_ < options_.connections_max && !without_connection_.empty()) {
    const auto mailbox_id = without_connection_.front();
    without_connection_.pop_front();
    const auto& lane = lanes_[mailbox_id];
    if (!lane.is_running && !lane.line.empty()) start_lane(OutgoingRef(lane.line.front()));
  }
}

boost::asio::awaitable<void> Dispatcher::run_lane(OutgoingRef first) {
  const auto mailbox_id = first.mailbox_id;
  std::shared_ptr<Session> session;
  std::shared_ptr<boost::asio::steady_timer> idle;
  {
    const std::lock_guard lock(mutex_);
    session = lanes_[mailbox_id].session;
    idle = lanes_[mailbox_id].idle_timer;
  }
  for (OutgoingRef mail;;) {
    const auto what = next(mailbox_id, mail);
    if (what == Next::Leave) break;
    if (what == Next::Mail) {
      co_await session->send(mail);
      finish(mail);
      continue;
    }
    if (what == Next::Connect) {
      co_await session->prepare(mail);
      continue;
    }
    idle->expires_after(options_.idle_max);
    const auto [ended] = co_await idle->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!ended) break;  // nothing came
  }
  co_await session->close();
}

Dispatcher::Next Dispatcher::next(std::int64_t mailbox_id, OutgoingRef& mail) {
  const std::lock_guard lock(mutex_);
  auto& lane = lanes_[mailbox_id];
  lane.is_idle = false;
  if (stopping_) return Next::Leave;
  if (!lane.line.empty()) {
    mail = lane.line.front();
    lane.line.pop_front();
    return Next::Mail;
  }
  if (!without_connection_.empty()) return Next::Leave;
  if (lane.expected) {
    mail = *std::exchange(lane.expected, std::nullopt);
    return Next::Connect;
  }
  lane.is_idle = true;
  return Next::Idle;
}

void Dispatcher::finish(const OutgoingRef& row) {
  bool is_drained = false;
  {
    const std::lock_guard lock(mutex_);
    known_.erase(row.id);
    const auto found = pending_.find(row.mailbox_id);
    is_drained = found != pending_.end() && --found->second == 0;
    if (is_drained) pending_.erase(found);
  }
  if (is_drained) drained_();
}

void Dispatcher::lane_ended(std::int64_t mailbox_id) {
  const std::lock_guard lock(mutex_);
  auto& lane = lanes_[mailbox_id];
  lane.is_running = false;
  lane.is_idle = false;
  lane.expected.reset();
  lane.session.reset();
  --running_;
  if (lane.line.empty())
    lanes_.erase(mailbox_id);
  else
    without_connection_.push_back(mailbox_id);
  start_waiting_lanes();
  lanes_changed_.notify_all();
}

void Dispatcher::stop(std::chrono::milliseconds grace) {
  alarm_.stop();
  if (thread_.joinable()) thread_.join();
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (auto& [id, lane] : lanes_) {
    wake(lane);
    cut(lane, Cut::BeforeMail);
  }
  const auto is_quiet = [this] { return running_ == 0; };
  if (lanes_changed_.wait_for(lock, grace, is_quiet)) return;
  for (auto& [id, lane] : lanes_) cut(lane, Cut::Everything);
  lanes_changed_.wait_for(lock, kCutGrace, is_quiet);
}

void Dispatcher::cut(Lane& lane, Cut what) {
  if (!lane.session) return;
  boost::asio::post(lane.executor, [session = lane.session, what] {
    if (what == Cut::Everything || !session->is_sending()) session->cut();
  });
}

}  // namespace outrider::sending
