// The threads that may block: request handlers, database work, rendering. Bounded in threads and in what
// waits. A coroutine hands work over with `co_await pool.run(...)` and goes on on its own executor.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.h"
#include "net/task.h"

namespace outrider::jobs {

using Work = std::move_only_function<void()>;

class WorkerPool {
 public:
  struct Options {
    std::size_t threads = 4;
    std::size_t queued_max = 4096;  // beyond the threads' running ones
  };

  explicit WorkerPool(Options options);
  /// Stops. Nobody may await the pool any more.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work` on a worker, in order of arrival. False, and nothing happens, when the queue is full or the
  /// pool has stopped. An exception from `work` is logged and swallowed. Any thread.
  bool submit(Work work);

  /// Runs `function`, which returns a Result, on a worker and continues on the caller's executor with what it
  /// returned. An exception from it continues in the caller. Errors: Unavailable when the queue is full.
  /// The caller's io_context must outlive the run.
  template <class Function>
  auto run(Function function) -> Task<typename std::invoke_result_t<Function&>::value_type>;

  /// Finishes what is queued, then ends the threads. Idempotent.
  void stop();

  std::size_t queued() const;
  std::size_t running() const;

 private:
  template <class Job>
  bool offer(Job& job);
  bool has_room() const;  // mutex_ held
  void work();

  const std::size_t queued_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  std::size_t idle_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

/// Moves from `job` only when it was taken, so that a refused one can still be answered.
template <class Job>
bool WorkerPool::offer(Job& job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (!has_room()) return false;
    queue_.emplace_back(std::move(job));
    wake = idle_ > 0;
  }
  if (wake) changed_.notify_one();
  return true;
}

/// One run: the work, and the coroutine that waits for it.
template <class Handler, class Function>
class Run {
 public:
  using Value = std::invoke_result_t<Function&>;
  using Outcome = std::optional<Value>;
  using Executor = boost::asio::associated_executor_t<Handler>;

  Run(Handler handler, Function function)
      : executor_(boost::asio::get_associated_executor(handler)),
        guard_(executor_),
        handler_(std::move(handler)),
        function_(std::move(function)) {}

  void operator()() {
    Outcome outcome;
    std::exception_ptr thrown;
    try {
      outcome.emplace(function_());
    } catch (...) {
      thrown = std::current_exception();
    }
    resume(thrown, std::move(outcome));
  }

  void refuse() { resume(nullptr, Outcome(fail(Code::Unavailable, "The server is busy, try again"))); }

 private:
  void resume(std::exception_ptr thrown, Outcome outcome) {
    boost::asio::post(executor_,
                      [handler = std::move(handler_), thrown, outcome = std::move(outcome)]() mutable {
                        std::move(handler)(thrown, std::move(outcome));
                      });
  }

  Executor executor_;
  boost::asio::executor_work_guard<Executor> guard_;
  Handler handler_;
  Function function_;
};

template <class Function>
auto WorkerPool::run(Function function) -> Task<typename std::invoke_result_t<Function&>::value_type> {
  using Value = std::invoke_result_t<Function&>;
  auto start = [this](auto handler, Function work) {
    Run<decltype(handler), Function> job(std::move(handler), std::move(work));
    if (!this->offer(job)) job.refuse();
  };
  auto outcome = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                      void(std::exception_ptr, std::optional<Value>)>(
      start, boost::asio::use_awaitable, std::move(function));
  co_return std::move(*outcome);
}

}  // namespace outrider::jobs
