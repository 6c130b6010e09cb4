#include "receiving/receiver.h"

#include "core/log.h"
#include "mailboxes/store.h"
#include "receiving/lease.h"

namespace outrider::receiving {
namespace {

using mailboxes::ConnectionState;
using mailboxes::Mailbox;

bool is_readable(const Mailbox& mailbox) {
  return !mailbox.imap.host.empty() && mailbox.imap_connection.state != ConnectionState::Disconnected;
}

/// Whether a session for `before` would do anything else for `now`.
bool has_other_login(const Mailbox& before, const Mailbox& now) {
  const auto login = [](const Mailbox& m) {
    return std::tie(m.imap.host,
                    m.imap.port,
                    m.imap.security,
                    m.imap.user,
                    m.imap.sealed_secret,
                    m.smtp.sealed_secret,
                    m.sealed_oauth_token);
  };
  return login(before) != login(now);
}

SessionObserver make_observer(http::Metrics& metrics, std::function<void()> wake_sending) {
  auto read = metrics.counter("outrider_received_messages_total", "Messages read from mailboxes");
  auto replies = metrics.counter("outrider_received_replies_total", "Human answers to campaigns");
  auto sessions = metrics.gauge("outrider_mailbox_sessions", "Mailboxes connected over IMAP");
  return {.read =
              [read, replies, wake_sending](const IngestCounts& counts) mutable {
                read.add(static_cast<double>(counts.read));
                replies.add(static_cast<double>(counts.replies));
                if (counts.read > 0) wake_sending();
              },
          .connected = [sessions](int change) mutable { sessions.add(change); },
          .caught_up = wake_sending};
}

}  // namespace

struct Receiver::Seat {
  std::shared_ptr<MailboxSession> session;
};

/// Outlives the receiver in the clock's list, and is silent then.
struct Receiver::Bell {
  std::mutex mutex;
  Receiver* receiver = nullptr;

  void ring() {
    const std::lock_guard lock(mutex);
    if (receiver) receiver->wake_sessions();
  }
};

Receiver::Receiver(ReceiverParts parts, ReceiverOptions options)
    : parts_(parts),
      options_(std::move(options)),
      ingester_(parts.database, parts.clock, parts.signer),
      workers_({.threads = options_.workers, .queued_max = kQueuedWorkMax}),
      sessions_parts_{.reading = {.database = parts.database,
                                  .clock = parts.clock,
                                  .ingester = ingester_,
                                  .workers = workers_},
                      .network = parts.network,
                      .key = parts.key,
                      .options = options_.session,
                      .observer = make_observer(parts.metrics, parts.wake_sending)},
      bell_(std::make_shared<Bell>()) {
  bell_->receiver = this;
  parts_.clock.on_advance([bell = bell_] { bell->ring(); });
}

Receiver::~Receiver() {
  stop();
  const std::lock_guard lock(bell_->mutex);
  bell_->receiver = nullptr;
}

void Receiver::start() {
  const std::lock_guard lock(mutex_);
  if (started_ || stopped_) return;
  started_ = true;
  supervisor_ = std::thread([this] { supervise(); });
}

void Receiver::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  if (!supervisor_.joinable()) return;
  supervisor_.join();
  end_sessions();
  if (parts_.database.engine() == db::Engine::Sqlite) return;
  const auto released =
      parts_.database.write([this](db::Tx& tx) { return release_mailboxes(tx, options_.node); });
  if (!released) log::warn("the mailboxes stay leased", {{"error", released.error().message}});
}

void Receiver::end_sessions() {
  std::unique_lock lock(mutex_);
  for (const auto& [id, seat] : sessions_) seat.session->stop();
  if (!changed_.wait_for(lock, kStopMax, [this] { return running_ == 0; }))
    log::warn("mailbox sessions did not end in time", {{"sessions", running_}});
}

void Receiver::wake() {
  const std::lock_guard lock(mutex_);
  notified_ = true;
  changed_.notify_all();
}

void Receiver::wake_sessions() {
  const std::lock_guard lock(mutex_);
  notified_ = true;
  changed_.notify_all();
  for (const auto& [id, seat] : sessions_) seat.session->wake();
}

void Receiver::supervise() {
  for (;;) {
    const auto mailboxes = roster();
    if (mailboxes)
      arrange(*mailboxes);
    else
      log::warn("the mailboxes cannot be listed", {{"error", mailboxes.error().message}});
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kRosterPeriod, [this] { return stopped_ || notified_; });
    if (stopped_) return;
    notified_ = false;
  }
}

Result<std::vector<Mailbox>> Receiver::roster() {
  if (parts_.database.engine() == db::Engine::Sqlite)
    return parts_.database.read([](db::Tx& tx) { return mailboxes::list_live(tx); });
  return parts_.database.write([this](db::Tx& tx) -> Result<std::vector<Mailbox>> {
    TRY_AS(const auto leased, lease_mailboxes(tx, options_.node, parts_.clock.now_ms()));
    TRY_AS(auto live, mailboxes::list_live(tx));
    std::erase_if(live, [&leased](const Mailbox& mailbox) { return !leased.contains(mailbox.id); });
    return live;
  });
}

void Receiver::arrange(const std::vector<Mailbox>& mailboxes) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  std::map<std::int64_t, const Mailbox*> wanted;
  for (const auto& mailbox : mailboxes)
    if (is_readable(mailbox)) wanted.emplace(mailbox.id, &mailbox);
  for (auto seat = sessions_.begin(); seat != sessions_.end();) {
    const auto found = wanted.find(seat->first);
    const bool stays =
        found != wanted.end() && !has_other_login(seat->second.session->mailbox(), *found->second);
    if (!stays) seat->second.session->stop();
    seat = stays ? std::next(seat) : sessions_.erase(seat);
  }
  for (const auto& [id, mailbox] : wanted)
    if (!sessions_.contains(id)) open_seat(*mailbox);
}

/// mutex_ held.
void Receiver::open_seat(const Mailbox& mailbox) {
  auto session = std::make_shared<MailboxSession>(parts_.io_pool.next(), sessions_parts_, mailbox);
  sessions_.emplace(mailbox.id, Seat{session});
  ++running_;
  session->start([this, id = mailbox.id, which = session.get()] { leave(id, which); });
}

void Receiver::leave(std::int64_t mailbox_id, const MailboxSession* session) {
  const std::lock_guard lock(mutex_);
  const auto seat = sessions_.find(mailbox_id);
  if (seat != sessions_.end() && seat->second.session.get() == session) sessions_.erase(seat);
  --running_;
  changed_.notify_all();
}

}  // namespace outrider::receiving
