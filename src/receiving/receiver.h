// Reads every mailbox this node is responsible for: keeps one session for each, as mailboxes come, change and
// go, and shares them with other nodes by leases.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "http/metrics.h"
#include "jobs/worker_pool.h"
#include "net/io_pool.h"
#include "receiving/ingest.h"
#include "receiving/mailbox_session.h"

namespace outrider::receiving {

struct ReceiverOptions {
  SessionOptions session;
  std::string node;         // names this process in leases
  std::size_t workers = 4;  // threads that read and store what came, apart from those of requests
};

inline constexpr auto kRosterPeriod = std::chrono::seconds(10);  // between looks at the list of mailboxes
inline constexpr std::size_t kQueuedWorkMax = 16'384;
inline constexpr auto kStopMax = std::chrono::seconds(8);

struct ReceiverParts {
  db::Database& database;
  Clock& clock;
  http::Metrics& metrics;
  net::IoPool& io_pool;
  net::Network& network;
  const MasterKey& key;
  const tracking::TokenSigner& signer;
  std::function<void()> wake_sending = [] {};  // after a reply, and after a scan that sending waited for
};

class Receiver {
 public:
  /// All parts outlive the receiver.
  Receiver(ReceiverParts parts, ReceiverOptions options);
  /// Stops.
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void start();
  /// Ends every session, within seconds also out of IDLE. Call before the I/O threads end.
  /// Idempotent.
  void stop();
  /// A mailbox was added, changed or deleted: look now. Any thread, does not block.
  void wake();

 private:
  struct Seat;
  struct Bell;
  using Sessions = std::map<std::int64_t, Seat>;

  void supervise();
  void end_sessions();
  Result<std::vector<mailboxes::Mailbox>> roster();
  void arrange(const std::vector<mailboxes::Mailbox>& mailboxes);
  void open_seat(const mailboxes::Mailbox& mailbox);
  void leave(std::int64_t mailbox_id, const MailboxSession* session);
  void wake_sessions();

  ReceiverParts parts_;
  ReceiverOptions options_;
  Ingester ingester_;
  jobs::WorkerPool workers_;
  SessionParts sessions_parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Sessions sessions_;
  std::size_t running_ = 0;  // sessions that have not ended, replaced ones too
  bool started_ = false;
  bool stopped_ = false;
  bool notified_ = false;
  std::shared_ptr<Bell> bell_;  // what the clock rings
  std::thread supervisor_;
};

}  // namespace outrider::receiving
