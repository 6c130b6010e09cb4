#include "net/io_pool.h"

#include <boost/asio/executor_work_guard.hpp>
#include <optional>
#include <thread>

#include "core/assert.h"

namespace outrider::net {

struct IoPool::Lane {
  boost::asio::io_context io{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work{
      boost::asio::make_work_guard(io)};
  std::thread thread;
};

IoPool::IoPool(std::size_t threads) {
  OUTRIDER_ASSERT(threads > 0, "an I/O pool has at least one thread");
  for (std::size_t i = 0; i < threads; ++i) {
    auto& lane = *lanes_.emplace_back(std::make_unique<Lane>());
    lane.thread = std::thread([&lane] { lane.io.run(); });
  }
}

IoPool::~IoPool() {
  stop();
}

boost::asio::any_io_executor IoPool::next() {
  return lanes_[turn_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()]->io.get_executor();
}

std::size_t IoPool::size() const {
  return lanes_.size();
}

void IoPool::finish() {
  for (auto& lane : lanes_) lane->work.reset();
  join();
}

void IoPool::stop() {
  for (auto& lane : lanes_) lane->io.stop();
  join();
}

void IoPool::join() {
  for (auto& lane : lanes_)
    if (lane->thread.joinable()) lane->thread.join();
}

}  // namespace outrider::net
