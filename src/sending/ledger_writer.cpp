#include "sending/ledger_writer.h"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <memory>
#include <utility>

namespace outrider::sending {

LedgerWriter::LedgerWriter(db::Database& database) : database_(database), thread_([this] { work(); }) {}

LedgerWriter::~LedgerWriter() {
  stop();
}

void LedgerWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Task<> LedgerWriter::run(LedgerChange change) {
  auto start = [this](auto handler, LedgerChange wanted) {
    auto executor = boost::asio::get_associated_executor(handler);
    auto guard = boost::asio::make_work_guard(executor);
    auto done = [executor, guard = std::move(guard), handler = std::move(handler)](Result<> result) mutable {
      boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
        std::move(handler)(std::move(result));
      });
    };
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({.change = std::move(wanted), .done = std::move(done)});
    }
    changed_.notify_one();
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<>)>(
      start, boost::asio::use_awaitable, std::move(change));
}

std::vector<LedgerWriter::Job> LedgerWriter::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
  const auto count = std::min(queue_.size(), kChangesPerCommitMax);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Job> jobs(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return jobs;
}

void LedgerWriter::work() {
  for (auto jobs = take(); !jobs.empty(); jobs = take()) run_together(jobs);
}

void LedgerWriter::run_together(std::vector<Job>& jobs) {
  auto together = in_turn([&](db::Tx& tx) -> Result<> {
    for (auto& job : jobs) TRY(job.change(tx));
    return {};
  });
  const bool is_alone = jobs.size() == 1;
  for (auto& job : jobs) {
    if (together || is_alone)
      job.done(together);
    else
      job.done(in_turn([&](db::Tx& tx) { return job.change(tx); }));
  }
}

}  // namespace outrider::sending
