// The threads that wait for sockets: one io_context each, never blocked by a database or a computation.
// A connection stays on the executor it was opened on, so its state needs no lock.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include "net/task.h"

namespace outrider::net {

class IoPool {
 public:
  /// `threads` is at least 1.
  explicit IoPool(std::size_t threads);
  /// Stops when nobody did before; coroutines that still wait are dropped.
  ~IoPool();
  IoPool(const IoPool&) = delete;
  IoPool& operator=(const IoPool&) = delete;

  /// The executors in turn. Any thread.
  boost::asio::any_io_executor next();
  std::size_t size() const;

  /// Waits until nothing is left to do on any executor, then ends the threads.
  void finish();
  /// Ends the threads as soon as each has done the step it is in.
  void stop();

 private:
  struct Lane;
  void join();
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<std::size_t> turn_ = 0;
};

/// Runs `task` on `executor` and blocks the calling thread for its result. Never call it from an I/O thread.
template <class T>
Result<T> block_on(const boost::asio::any_io_executor& executor, Task<T> task) {
  return boost::asio::co_spawn(executor, std::move(task), boost::asio::use_future).get();
}

}  // namespace outrider::net
