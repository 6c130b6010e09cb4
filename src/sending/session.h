// The SMTP connection of one mailbox and the way of each mail over it: made ready, looked at once more, sent,
// settled. One mail at a time (BEHAVIOUR 1.9 step 5).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/clock.h"
#include "core/secrets.h"
#include "db/database.h"
#include "jobs/worker_pool.h"
#include "mail/smtp_client.h"
#include "net/stream.h"
#include "sending/ledger_writer.h"
#include "sending/mail_store.h"
#include "sending/outcome.h"
#include "sending/settle.h"

namespace outrider::sending {

/// Totals since the start, for metrics.
struct SendCounts {
  std::atomic<std::uint64_t> claimed = 0;
  std::atomic<std::uint64_t> sent = 0;
  std::atomic<std::uint64_t> deferred = 0;
  std::atomic<std::uint64_t> failed = 0;
  std::atomic<std::uint64_t> released = 0;
  std::atomic<std::uint64_t> unknown = 0;
};

/// What every session shares; outlives them all.
struct SessionWorld {
  db::Database& database;
  Clock& clock;
  jobs::WorkerPool& workers;
  net::Network network;
  const MasterKey& master_key;
  LedgerWriter& ledger;
  ComposeSettings compose;
  BeginRules begin;
  mail::SmtpTimeouts timeouts;
  SendCounts& counts;
  std::function<void(std::int64_t mailbox_id)> released =
      {};  // a claim of the mailbox came to nothing; any thread
};

/// On one executor.
class Session {
 public:
  Session(SessionWorld& world, std::int64_t workspace_id, std::int64_t mailbox_id)
      : world_(world), workspace_id_(workspace_id), mailbox_id_(mailbox_id) {}

  /// Opens the connection ahead of the slot of `ref`, so that TCP, TLS and login are done when it comes. The
  /// row stays as it is; only what keeps it from leaving is written down already.
  boost::asio::awaitable<void> prepare(OutgoingRef ref);
  /// Never fails: whatever happens is in the ledger afterwards, at the latest when it recovers.
  boost::asio::awaitable<void> send(OutgoingRef ref);
  /// Says goodbye to the server.
  boost::asio::awaitable<void> close();
  /// Breaks off what is on the wire, for good.
  void cut();
  /// A mail is on the wire; otherwise a cut loses nothing.
  bool is_sending() const { return is_sending_; }

 private:
  enum class Ended : std::uint8_t { Yes, TryAgain };

  boost::asio::awaitable<bool> may_go(OutgoingRef ref);
  boost::asio::awaitable<bool> open(OutgoingRef ref);
  boost::asio::awaitable<void> connected();
  void count_release();
  boost::asio::awaitable<Ended> attempt(OutgoingRef ref, const ReadyMail& ready);
  Task<> begin(OutgoingRef ref, const ReadyMail& ready);
  boost::asio::awaitable<void> accepted(OutgoingRef ref, const mail::SmtpReceipt& receipt);
  boost::asio::awaitable<void> failed(OutgoingRef ref, mail::SmtpFailure failure);
  boost::asio::awaitable<void> impossible(OutgoingRef ref, Error error);
  boost::asio::awaitable<void> store(LedgerChange change);

  SessionWorld& world_;
  std::int64_t workspace_id_;
  std::int64_t mailbox_id_;
  std::unique_ptr<mail::SmtpClient> client_;
  bool is_sending_ = false;
  bool is_cut_ = false;
};

}  // namespace outrider::sending
