#include "jobs/worker_pool.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <stdexcept>

namespace outrider::jobs {
namespace {

TEST_CASE("submitted work runs in order on one thread, and stopping finishes what is queued") {
  std::vector<int> order;
  {
    WorkerPool pool({.threads = 1});
    for (int i = 0; i < 100; ++i) CHECK(pool.submit([&order, i] { order.push_back(i); }));
    pool.stop();
    CHECK_FALSE(pool.submit([] {}));
  }
  REQUIRE(order.size() == 100);
  CHECK(std::ranges::is_sorted(order));
}

TEST_CASE("a full queue refuses work and an awaiting caller is told so") {
  std::promise<void> started;
  std::promise<void> gate;
  WorkerPool pool({.threads = 1, .queued_max = 1});
  REQUIRE(pool.submit([&] {
    started.set_value();
    gate.get_future().wait();
  }));
  started.get_future().wait();
  CHECK(pool.submit([] {}));
  CHECK_FALSE(pool.submit([] {}));

  boost::asio::io_context io;
  std::optional<Result<int>> answer;
  auto ask = [&]() -> boost::asio::awaitable<void> {
    answer = co_await pool.run([]() -> Result<int> { return 1; });
  };
  boost::asio::co_spawn(io, ask(), boost::asio::detached);
  io.run();
  gate.set_value();

  REQUIRE(answer);
  CHECK(answer->error().code == Code::Unavailable);
}

TEST_CASE("a coroutine continues on its own thread with the result, the error or the exception of its work") {
  WorkerPool pool({.threads = 2});
  boost::asio::io_context io;
  int finished = 0;
  auto ask = [&]() -> boost::asio::awaitable<void> {
    const auto home = std::this_thread::get_id();
    const auto value =
        co_await pool.run([]() -> Result<std::thread::id> { return std::this_thread::get_id(); });
    CHECK((*value != home));
    CHECK((std::this_thread::get_id() == home));
    const auto refused = co_await pool.run([]() -> Result<int> { return fail(Code::Conflict, "no"); });
    CHECK(refused.error().code == Code::Conflict);
    try {
      (void)co_await pool.run([]() -> Result<int> { throw std::runtime_error("broken"); });
    } catch (const std::runtime_error&) {
      ++finished;
    }
  };
  boost::asio::co_spawn(io, ask(), boost::asio::detached);
  io.run();
  CHECK(finished == 1);
}

}  // namespace
}  // namespace outrider::jobs
