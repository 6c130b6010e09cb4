// One mailbox, read for as long as the program runs: connects, catches up, waits in IDLE, reads what comes,
// and comes back after whatever breaks (BEHAVIOUR 1.8, 3.1).
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/secrets.h"
#include "mailboxes/mailbox.h"
#include "net/stream.h"
#include "receiving/connection.h"
#include "receiving/folder_reader.h"

namespace outrider::receiving {

struct SessionOptions {
  std::chrono::seconds poll{600};       // of folders without IDLE
  std::chrono::seconds freshness{900};  // what sending asks of the watermark
  int connects_max = 64;                // logins at once, of all sessions
};

/// Told by sessions, for metrics and for sending. Any thread; must not block.
struct SessionObserver {
  std::function<void(const IngestCounts&)> read = [](const IngestCounts&) {};
  std::function<void(int)> connected = [](int) {};  // +1 and -1
  std::function<void()> caught_up = [] {};          // follow-ups that waited for the scan may leave
};

/// What all sessions share; outlives them.
struct SessionParts {
  ReadingParts reading;
  net::Network& network;
  const MasterKey& key;
  SessionOptions options;
  SessionObserver observer;
  std::atomic<int> connecting = 0;
};

/// Belongs to one I/O executor; stop() and wake() may come from any thread. Made by make_shared.
class MailboxSession : public std::enable_shared_from_this<MailboxSession> {
 public:
  MailboxSession(boost::asio::any_io_executor executor, SessionParts& parts, mailboxes::Mailbox mailbox);

  /// Begins to read. `ended` is called once, on the executor, when the session is over: it was stopped, the
  /// mailbox is gone, or its login was refused so often that it counts as disconnected.
  void start(std::function<void()> ended);
  void stop();
  /// The clock has jumped, or somebody wants the mailbox looked at now.
  void wake();

  const mailboxes::Mailbox& mailbox() const { return mailbox_; }

 private:
  enum class Next : std::uint8_t { Again, Over };

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Next> attempt();
  Task<> connect();
  Task<> serve();
  Task<> open_folders();
  Task<> look_everywhere();
  Task<> reconcile(TimeMs now_ms);
  Task<> wait_for_mail();
  boost::asio::awaitable<Next> settle(Error error);
  Task<mailboxes::Connection> store(LoginOutcome outcome, std::string error);
  boost::asio::awaitable<void> sleep(std::chrono::milliseconds span);
  boost::asio::awaitable<void> sleep_until(TimeMs due_ms);
  TimeMs refresh_ms() const;
  MailboxKey key() const { return {.workspace_id = mailbox_.workspace_id, .id = mailbox_.id}; }

  boost::asio::any_io_executor executor_;
  SessionParts& parts_;
  mailboxes::Mailbox mailbox_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<mail::ImapClient> client_;
  std::vector<FolderReader> folders_;  // the first is Inbox
  TimeMs looked_at_ms_ = 0;            // last look into every folder
  TimeMs reconciled_at_ms_ = 0;        // last time every folder was compared with what was read
  int quick_retries_ = 0;
  bool has_worked_ = false;
  bool stopped_ = false;
  bool woken_ = false;
};

}  // namespace outrider::receiving
