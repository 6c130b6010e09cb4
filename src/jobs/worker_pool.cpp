#include "jobs/worker_pool.h"

#include "core/assert.h"
#include "core/log.h"

namespace outrider::jobs {
namespace {

void run_guarded(Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    log::error("worker.exception", {{"what", error.what()}});
  }
}

}  // namespace

WorkerPool::WorkerPool(Options options) : queued_max_(options.queued_max) {
  OUTRIDER_ASSERT(options.threads > 0, "a worker pool has at least one thread");
  threads_.reserve(options.threads);
  for (std::size_t i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(Work work) {
  return offer(work);
}

bool WorkerPool::has_room() const {
  return !stopped_ && queue_.size() < queued_max_ + idle_;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    Work next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    run_guarded(next);
    next = nullptr;
    lock.lock();
  }
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t WorkerPool::running() const {
  const std::lock_guard lock(mutex_);
  return threads_.size() - idle_;
}

}  // namespace outrider::jobs
