#include "receiving/mailbox_session.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/log.h"
#include "mailboxes/client_settings.h"
#include "mailboxes/state_store.h"

namespace outrider::receiving {
namespace {

using mail::ImapRole;
using mailboxes::Connection;
using mailboxes::ConnectionState;

constexpr auto kGateWait = std::chrono::milliseconds(50);
constexpr auto kQuickRetry = std::chrono::milliseconds(500);  // doubled each time
constexpr int kQuickRetriesMax = 6;                           // of a connection that has worked
constexpr TimeMs kReconcileMs = 6 * kHourMs;
constexpr auto kSleepMax = std::chrono::milliseconds(kMinuteMs);

/// One of the logins that may go on at once.
class Gate {
 public:
  explicit Gate(std::atomic<int>& count) : count_(count) {}
  ~Gate() {
    if (entered_) --count_;
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  bool enter(int max) {
    entered_ = ++count_ <= max;
    if (!entered_) --count_;
    return entered_;
  }

 private:
  std::atomic<int>& count_;
  bool entered_ = false;
};

/// Tells the figures that a connection stands while it lives.
class Connected {
 public:
  explicit Connected(const SessionObserver& observer) : observer_(observer) { observer_.connected(1); }
  ~Connected() { observer_.connected(-1); }
  Connected(const Connected&) = delete;
  Connected& operator=(const Connected&) = delete;

 private:
  const SessionObserver& observer_;
};

}  // namespace

MailboxSession::MailboxSession(boost::asio::any_io_executor executor,
                               SessionParts& parts,
                               mailboxes::Mailbox mailbox)
    : executor_(executor), parts_(parts), mailbox_(std::move(mailbox)), timer_(executor) {}

void MailboxSession::start(std::function<void()> ended) {
  boost::asio::co_spawn(
      executor_,
      [self = shared_from_this()]() { return self->run(); },
      [self = shared_from_this(), ended = std::move(ended)](std::exception_ptr thrown) {
        if (thrown) log::error("mailbox session failed", {{"mailbox_id", self->mailbox_.id}});
        ended();
      });
}

void MailboxSession::stop() {
  boost::asio::post(executor_, [self = shared_from_this()] {
    self->stopped_ = true;
    if (self->client_) self->client_->stop();
    self->timer_.cancel();
  });
}

void MailboxSession::wake() {
  boost::asio::post(executor_, [self = shared_from_this()] {
    self->woken_ = true;
    if (self->client_) self->client_->wake();
    self->timer_.cancel();
  });
}

boost::asio::awaitable<void> MailboxSession::run() {
  auto next = Next::Again;
  while (!stopped_ && next == Next::Again) {
    co_await sleep_until(mailbox_.imap_connection.retry_at_ms);
    if (stopped_) break;
    next = co_await attempt();
  }
}

boost::asio::awaitable<MailboxSession::Next> MailboxSession::attempt() {
  auto served = co_await connect();
  if (served) {
    const Connected connected(parts_.observer);
    served = co_await serve();
  }
  folders_.clear();
  client_.reset();
  if (stopped_) co_return Next::Over;
  co_return co_await settle(served ? Error{.code = Code::Unavailable, .message = "the session ended"}
                                   : std::move(served.error()));
}

Task<> MailboxSession::connect() {
  CO_TRY_AS(auto settings, mailboxes::imap_settings(mailbox_, parts_.key));
  Gate gate(parts_.connecting);
  while (!stopped_ && !gate.enter(parts_.options.connects_max)) co_await sleep(kGateWait);
  if (stopped_) co_return fail(Code::Unavailable, "stopped");
  client_ = std::make_unique<mail::ImapClient>(parts_.network, std::move(settings));
  CO_TRY(co_await client_->open());
  CO_TRY_AS(mailbox_.imap_connection, co_await store(LoginOutcome::Worked, ""));
  co_return Result<>{};
}

Task<> MailboxSession::serve() {
  CO_TRY(co_await open_folders());
  while (!stopped_) {
    woken_ = false;
    if (looked_at_ms_ == 0 || parts_.reading.clock.now_ms() >= looked_at_ms_ + refresh_ms()) {
      CO_TRY(co_await look_everywhere());
    } else {
      CO_TRY_AS(const auto counts, co_await folders_.front().read_new());
      parts_.observer.read(counts);
    }
    CO_TRY(co_await wait_for_mail());
  }
  co_return co_await client_->logout();
}

Task<> MailboxSession::open_folders() {
  CO_TRY_AS(const auto listed, co_await client_->list_folders());
  folders_.clear();
  looked_at_ms_ = 0;
  const auto add = [this](std::string name, FolderKind kind) {
    folders_.emplace_back(parts_.reading, *client_, key(), std::move(name), kind);
  };
  add("INBOX", FolderKind::Inbox);
  if (const auto* junk = mail::find_role(listed, ImapRole::Junk); junk && junk->selectable)
    add(junk->name, FolderKind::Junk);
  if (const auto* all = mail::find_role(listed, ImapRole::All); all && all->selectable)
    add(all->name, FolderKind::All);
  co_return Result<>{};
}

/// Every folder that has something new, Inbox last, so that it is the one selected. Then everything up to the
/// beginning of this look has been read.
Task<> MailboxSession::look_everywhere() {
  const TimeMs began_ms = parts_.reading.clock.now_ms();
  for (std::size_t i = 1; i < folders_.size(); ++i) {
    CO_TRY_AS(const auto status, co_await client_->status(folders_[i].name()));
    if (!folders_[i].is_behind(status)) continue;
    CO_TRY_AS(const auto counts, co_await folders_[i].catch_up());
    parts_.observer.read(counts);
  }
  CO_TRY(co_await reconcile(began_ms));
  CO_TRY_AS(const auto counts, co_await folders_.front().catch_up());
  parts_.observer.read(counts);
  auto mark = [this, began_ms] {
    return parts_.reading.database.write([this, began_ms](db::Tx& tx) {
      return mailboxes::store_inbound_watermark(tx, mailbox_.workspace_id, mailbox_.id, began_ms);
    });
  };
  CO_TRY(co_await parts_.reading.workers.run(std::move(mark)));
  const TimeMs fresh_ms = std::chrono::milliseconds(parts_.options.freshness).count();
  if (began_ms - std::exchange(looked_at_ms_, began_ms) >= fresh_ms) parts_.observer.caught_up();
  has_worked_ = true;
  quick_retries_ = 0;
  co_return Result<>{};
}

/// Every kReconcileMs; the first look after the start reads everything new anyway.
Task<> MailboxSession::reconcile(TimeMs now_ms) {
  if (reconciled_at_ms_ == 0) reconciled_at_ms_ = now_ms;
  if (now_ms - reconciled_at_ms_ < kReconcileMs) co_return Result<>{};
  for (auto& folder : folders_) {
    CO_TRY_AS(const auto counts, co_await folder.reconcile());
    parts_.observer.read(counts);
  }
  reconciled_at_ms_ = now_ms;
  co_return Result<>{};
}

Task<> MailboxSession::wait_for_mail() {
  const TimeMs left_ms = looked_at_ms_ + refresh_ms() - parts_.reading.clock.now_ms();
  if (left_ms <= 0 || woken_ || stopped_) co_return Result<>{};
  if (!client_->has("IDLE")) {
    co_await sleep(std::chrono::milliseconds(left_ms));
    co_return Result<>{};
  }
  const auto wait = std::chrono::ceil<std::chrono::seconds>(std::chrono::milliseconds(left_ms));
  CO_TRY(co_await client_->wait_for_change(wait));
  co_return Result<>{};
}

/// How often every folder is looked at: often enough that the watermark stays well within what sending asks
/// for.
TimeMs MailboxSession::refresh_ms() const {
  const TimeMs fresh_ms = std::chrono::milliseconds(parts_.options.freshness).count() / 3;
  const TimeMs poll_ms = std::chrono::milliseconds(parts_.options.poll).count();
  return std::max<TimeMs>(std::min(fresh_ms, poll_ms), kSecondMs);
}

/// After a failure. A connection that has worked is tried again at once, since servers restart and networks
/// blink; only what goes on failing counts.
boost::asio::awaitable<MailboxSession::Next> MailboxSession::settle(Error error) {
  const bool is_refused = error.code == Code::Unauthorized;
  if (!is_refused && has_worked_ && quick_retries_ < kQuickRetriesMax) {
    co_await sleep(kQuickRetry * (1 << quick_retries_++));
    co_return Next::Again;
  }
  log::warn("mailbox cannot be read", {{"mailbox_id", mailbox_.id}, {"error", error.message}});
  auto stored = co_await store(outcome_of(error.code), error.message);
  if (!stored && stored.error().code == Code::NotFound) co_return Next::Over;
  if (!stored) {
    co_await sleep(kSleepMax);
    co_return Next::Again;
  }
  mailbox_.imap_connection = *stored;
  co_return stored->state == ConnectionState::Disconnected ? Next::Over : Next::Again;
}

Task<Connection> MailboxSession::store(LoginOutcome outcome, std::string error) {
  auto work = [this, outcome, error = std::move(error)] {
    return parts_.reading.database.write([&](db::Tx& tx) {
      return store_outcome(tx, mailbox_, outcome, error, parts_.reading.clock.now_ms());
    });
  };
  co_return co_await parts_.reading.workers.run(std::move(work));
}

boost::asio::awaitable<void> MailboxSession::sleep(std::chrono::milliseconds span) {
  timer_.expires_after(span);
  boost::system::error_code cancelled;
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

boost::asio::awaitable<void> MailboxSession::sleep_until(TimeMs due_ms) {
  while (!stopped_ && parts_.reading.clock.now_ms() < due_ms) {
    const auto left = std::chrono::milliseconds(due_ms - parts_.reading.clock.now_ms());
    co_await sleep(std::clamp(left, std::chrono::milliseconds(1), kSleepMax));
  }
}

}  // namespace outrider::receiving
