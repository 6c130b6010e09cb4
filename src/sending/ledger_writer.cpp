#include "sending/ledger_writer.h"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <utility>

namespace outrider::sending {

LedgerWriter::LedgerWriter(db::Database& database) : database_(database) {
  const std::size_t lanes = database.engine() == db::Engine::Postgres ? kLedgerLanes : 1;
  for (std::size_t i = 0; i < lanes; ++i) lanes_.push_back(std::make_unique<Lane>());
  for (auto& lane : lanes_) lane->thread = std::thread([this, &lane = *lane] { work(lane); });
}

LedgerWriter::~LedgerWriter() {
  stop();
}

void LedgerWriter::stop() {
  for (auto& lane : lanes_) {
    {
      const std::lock_guard lock(lane->mutex);
      lane->is_stopped = true;
    }
    lane->changed.notify_all();
  }
  for (auto& lane : lanes_)
    if (lane->thread.joinable()) lane->thread.join();
}

Task<> LedgerWriter::run(std::int64_t mailbox_id, LedgerChange change) {
  auto& lane = *lanes_[static_cast<std::size_t>(mailbox_id) % lanes_.size()];
  auto start = [&lane](auto handler, LedgerChange wanted) {
    auto executor = boost::asio::get_associated_executor(handler);
    auto guard = boost::asio::make_work_guard(executor);
    auto done = [executor, guard = std::move(guard), handler = std::move(handler)](Result<> result) mutable {
      boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      });
    };
    {
      const std::lock_guard lock(lane.mutex);
      lane.queue.push_back({.change = std::move(wanted), .done = std::move(done)});
    }
    lane.changed.notify_one();
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<>)>(
      start, boost::asio::use_awaitable, std::move(change));
}

std::vector<LedgerWriter::Job> LedgerWriter::take(Lane& lane) {
  std::unique_lock lock(lane.mutex);
  lane.changed.wait(lock, [&lane] { return lane.is_stopped || !lane.queue.empty(); });
  const auto count = std::min(lane.queue.size(), kChangesPerCommitMax);
  const auto end = lane.queue.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Job> jobs(std::make_move_iterator(lane.queue.begin()), std::make_move_iterator(end));
  lane.queue.erase(lane.queue.begin(), end);
  return jobs;
}

void LedgerWriter::work(Lane& lane) {
  for (auto jobs = take(lane); !jobs.empty(); jobs = take(lane)) run_together(jobs);
}

void LedgerWriter::run_together(std::vector<Job>& jobs) {
  auto together = database_.write([&](db::Tx& tx) -> Result<> {
    for (auto& job : jobs) TRY(job.change(tx));
    return {};
  });
  const bool is_alone = jobs.size() == 1;
  for (auto& job : jobs) {
    if (together || is_alone)
      job.done(together);
    else
      job.done(database_.write([&](db::Tx& tx) { return job.change(tx); }));
  }
}

}  // namespace outrider::sending
