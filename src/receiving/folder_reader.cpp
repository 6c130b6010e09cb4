#include "receiving/folder_reader.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "core/log.h"
#include "receiving/lookup.h"
#include "receiving/store.h"

namespace outrider::receiving {
namespace {

using mail::ImapBody;
using mail::ImapFetch;
using mail::ImapRange;

constexpr auto kForever = std::chrono::hours(24);

RawMessage raw_of(const ImapFetch& fetched) {
  RawMessage raw{.uid = *fetched.uid,
                 .internal_date_ms = fetched.internal_date_ms.value_or(0),
                 .size_bytes = fetched.size_bytes.value_or(0)};
  if (!fetched.sections.empty()) raw.bytes = fetched.sections.front().bytes.view();
  return raw;
}

std::vector<ImapRange> ranges_of(std::span<const std::uint32_t> uids) {
  std::vector<ImapRange> ranges;
  for (const auto uid : uids) {
    const bool is_next = !ranges.empty() && ranges.back().last + 1 == uid;
    if (is_next)
      ranges.back().last = uid;
    else
      ranges.push_back({uid, uid});
  }
  return ranges;
}

struct Listed {
  std::uint32_t uid = 0;
  std::uint64_t size_bytes = 0;
};

/// Consecutive stretches within the limits of a batch.
std::vector<std::vector<std::uint32_t>> batches_of(const std::vector<Listed>& listed) {
  std::vector<std::vector<std::uint32_t>> batches;
  std::uint64_t bytes = 0;
  for (const auto& one : listed) {
    const std::uint64_t size = std::min<std::uint64_t>(one.size_bytes, kBodyBytesMax);
    const bool is_full =
        batches.empty() || batches.back().size() == kBatchMessagesMax || bytes + size > kBatchBytesMax;
    if (is_full) {
      batches.emplace_back();
      bytes = 0;
    }
    batches.back().push_back(one.uid);
    bytes += size;
  }
  return batches;
}

}  // namespace

/// The batch that a worker is storing.
struct FolderReader::Pending {
  explicit Pending(boost::asio::any_io_executor executor) : done(executor) {}
  boost::asio::steady_timer done;
  bool is_running = false;
  std::optional<Result<IngestCounts>> outcome;
};

Task<IngestCounts> FolderReader::catch_up() {
  CO_TRY_AS(const auto mailbox, co_await client_.select(folder_.name, mail::ImapAccess::ReadOnly));
  if (folder_.uid_validity != mailbox.uid_validity) {
    folder_.uid_validity = mailbox.uid_validity;
    CO_TRY(co_await load_progress());
  }
  CO_TRY(co_await read_new());
  // UIDs of messages that went away before they were seen.
  uid_next_ = std::max(uid_next_, mailbox.uid_next);
  co_return counts_;
}

Task<> FolderReader::load_progress() {
  auto load = [this] {
    return parts_.database.read(
        [this](db::Tx& tx) { return receiving::load_progress(tx, mailbox_, folder_.name); });
  };
  CO_TRY_AS(const auto progress, co_await parts_.workers.run(std::move(load)));
  is_recent_only_ = !progress || progress->uid_validity != folder_.uid_validity;
  uid_next_ = is_recent_only_ ? 1 : progress->uid_next;
  co_return Result<>{};
}

Task<IngestCounts> FolderReader::read_new() {
  counts_ = {};
  mail::ImapQuery query{.uid_first = uid_next_};
  if (is_recent_only_) query.since_ms = std::max<TimeMs>(0, parts_.clock.now_ms() - kResetRescanMs);
  CO_TRY_AS(auto uids, co_await client_.search(std::move(query)));
  // `n:*` names the last message even when that is older than n.
  std::erase_if(uids, [this](std::uint32_t uid) { return uid < uid_next_; });
  const bool is_first_time = is_recent_only_;
  if (!uids.empty()) CO_TRY(co_await read_listed(std::move(uids)));
  is_recent_only_ = false;
  if (is_first_time && counts_.read + counts_.copies == 0) {
    auto store = [this] {
      return parts_.database.write([this](db::Tx& tx) {
        return store_progress(tx, mailbox_, folder_, uid_next_, parts_.clock.now_ms());
      });
    };
    CO_TRY(co_await parts_.workers.run(std::move(store)));
  }
  co_return counts_;
}

Task<IngestCounts> FolderReader::reconcile() {
  CO_TRY_AS(auto counts, co_await catch_up());
  mail::ImapQuery query{.uid_first = 1};
  query.since_ms = std::max<TimeMs>(0, parts_.clock.now_ms() - kResetRescanMs);
  CO_TRY_AS(auto uids, co_await client_.search(std::move(query)));
  CO_TRY(co_await forget_read(uids));
  if (uids.empty()) co_return counts;
  counts_ = counts;
  CO_TRY(co_await read_listed(std::move(uids)));
  co_return counts_;
}

/// Leaves those that no record names.
Task<> FolderReader::forget_read(std::vector<std::uint32_t>& uids) {
  if (uids.empty()) co_return Result<>{};
  const auto [first, last] = std::ranges::minmax(uids);
  auto load = [this, first, last] {
    return parts_.database.read(
        [this, first, last](db::Tx& tx) { return read_uids(tx, mailbox_, folder_, first, last); });
  };
  CO_TRY_AS(const auto known, co_await parts_.workers.run(std::move(load)));
  std::erase_if(uids, [&known](std::uint32_t uid) { return known.contains(uid); });
  std::ranges::sort(uids);
  co_return Result<>{};
}

Task<> FolderReader::read_listed(std::vector<std::uint32_t> uids) {
  const auto pending = std::make_shared<Pending>(co_await boost::asio::this_coro::executor);
  Result<> read{};
  for (std::size_t from = 0; read && from < uids.size(); from += kListedAtOnceMax) {
    const std::span part = std::span(uids).subspan(from, std::min(kListedAtOnceMax, uids.size() - from));
    std::vector<Listed> listed;
    if (uids.size() <= kUnlistedMax) {
      for (const auto uid : part) listed.push_back({.uid = uid});
    } else {
      const auto given =
          co_await client_.fetch({.uids = ranges_of(part)}, [&listed](const ImapFetch& fetched) {
            if (fetched.uid)
              listed.push_back({.uid = *fetched.uid, .size_bytes = fetched.size_bytes.value_or(0)});
          });
      if (!given) read = std::unexpected(given.error());
      std::ranges::sort(listed, {}, &Listed::uid);
    }
    const auto batches = batches_of(listed);
    for (std::size_t i = 0; read && i < batches.size(); ++i)
      read = co_await fetch_batch(ranges_of(batches[i]), pending);
  }
  // What a worker is storing refers to this reader: it ends first, also after a failure.
  const auto stored = co_await await_stored(pending);
  CO_TRY(read);
  co_return stored;
}

Task<> FolderReader::fetch_batch(std::vector<ImapRange> uids, std::shared_ptr<Pending> pending) {
  const std::uint32_t first = uids.front().first;
  const std::uint32_t last = uids.back().last;
  std::vector<RawMessage> messages;
  const auto given = co_await client_.fetch(
      {.uids = std::move(uids), .body = ImapBody::Whole, .body_bytes_max = kBodyBytesMax},
      [&messages, first, last](const ImapFetch& fetched) {
        const bool is_asked = fetched.uid && *fetched.uid >= first && *fetched.uid <= last;
        if (is_asked && !fetched.sections.empty()) messages.push_back(raw_of(fetched));
      });
  // An answer that cannot be read is left behind: asking again would end the same way.
  if (!given && given.error().code != Code::Malformed) co_return std::unexpected(given.error());
  if (!given)
    log::warn("unreadable answer to FETCH", {{"mailbox_id", mailbox_.id}, {"error", given.error().message}});
  CO_TRY(co_await await_stored(pending));
  uid_next_ = std::max(uid_next_, last + 1);
  co_return co_await hand_over(std::move(messages), std::move(pending));
}

Task<> FolderReader::hand_over(std::vector<RawMessage> messages, std::shared_ptr<Pending> pending) {
  auto store = [this, messages = std::move(messages), uid_next = uid_next_] {
    return parts_.ingester.ingest(mailbox_, folder_, messages, uid_next);
  };
  pending->is_running = true;
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::co_spawn(executor,
                        parts_.workers.run(std::move(store)),
                        [pending](std::exception_ptr thrown, Result<IngestCounts> outcome) {
                          if (thrown)
                            outcome = fail(Code::Internal, "a received message could not be stored");
                          pending->outcome = std::move(outcome);
                          pending->is_running = false;
                          pending->done.cancel();
                        });
  co_return Result<>{};
}

Task<> FolderReader::await_stored(std::shared_ptr<Pending> pending) {
  while (pending->is_running) {
    pending->done.expires_after(kForever);
    boost::system::error_code cancelled;
    co_await pending->done.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  }
  if (!pending->outcome) co_return Result<>{};
  const auto outcome = std::exchange(pending->outcome, std::nullopt);
  if (!*outcome) {
    // Read again from what is stored.
    folder_.uid_validity = 0;
    co_return std::unexpected(outcome->error());
  }
  counts_.read += (*outcome)->read;
  counts_.replies += (*outcome)->replies;
  counts_.copies += (*outcome)->copies;
  co_return Result<>{};
}

bool FolderReader::is_behind(const mail::ImapMailboxStatus& status) const {
  return status.uid_validity != folder_.uid_validity || !status.uid_next || *status.uid_next > uid_next_;
}

}  // namespace outrider::receiving
