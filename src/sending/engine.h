// The sending engine: one thread plans and claims ahead, one fires claims at their instant, sessions carry
// them to the servers (BEHAVIOUR 1.2 to 1.9). Whoever changes what may be sent calls wake().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/secrets.h"
#include "db/database.h"
#include "jobs/worker_pool.h"
#include "net/io_pool.h"
#include "net/stream.h"
#include "sending/claim.h"
#include "sending/dispatcher.h"
#include "sending/doubts.h"
#include "sending/ledger_writer.h"
#include "sending/plan_feed.h"
#include "sending/session.h"
#include "sending/upkeep.h"
#include "tracking/token.h"

namespace outrider::sending {

struct EngineOptions {
  std::string public_url;                // without a slash at the end
  TimeMs gap_floor_ms = kGapFloorMs;     // send.gap_seconds
  std::int64_t day_max_default = 30;     // send.daily_cap
  std::size_t connections_max = 256;     // send.connections_max
  TimeMs freshness_ms = 15 * kMinuteMs;  // receive.freshness_seconds
  std::string node_id = "outrider";      // the same after each restart, different for each node
  std::uint64_t seed = 0;                // of the planner's draws
  mail::SmtpTimeouts timeouts = {};
};

/// Everything is outlived by what it is given.
struct EngineParts {
  db::Database& database;
  Clock& clock;
  net::IoPool& io;
  jobs::WorkerPool& workers;
  net::Network network;
  const MasterKey& master_key;
  const tracking::TokenSigner& signer;
  SentLookup* sent_lookup = nullptr;
};

class Engine {
 public:
  Engine(EngineParts parts, EngineOptions options);
  /// Stops.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Recovers what a killed process left, then plans. Errors: those of the database.
  Result<> start();
  /// Stops claiming, finishes what is on the wire, within 15 seconds. Idempotent.
  void stop();

  /// Something changed: campaign, lead, mailbox, reply, scan. Cheap, from any thread.
  void wake();

  const SendCounts& counts() const { return counts_; }
  /// Mails claimed and not settled.
  std::size_t pending() const { return dispatcher_.pending(); }

 private:
  void run();
  TimeMs tick();
  Result<> keep_up(TimeMs now_ms);
  Result<> look_for_silence(TimeMs now_ms);
  Result<> recover(TimeMs now_ms);
  Result<> hand_over(TimeMs now_ms);
  Result<> guard(TimeMs now_ms);
  Result<> settle_doubts(TimeMs now_ms);
  void look_for(std::vector<Doubtful> doubts);
  Result<TimeMs> plan_round(TimeMs now_ms);
  Result<> claim(const Snapshot& snapshot, const Plan& made, TimeMs now_ms);
  Result<> explain(const Snapshot& snapshot, const Plan& made, TimeMs now_ms);
  Result<> finish(const Snapshot& snapshot, TimeMs now_ms);
  void note_looks(const Snapshot& snapshot, const Plan& made, TimeMs now_ms);
  Result<> pick_up_due(TimeMs now_ms);

  EngineParts parts_;
  EngineOptions options_;
  SendCounts counts_;
  LedgerWriter ledger_;
  SessionWorld world_;
  PlanFeed feed_;
  Claimer claimer_;
  Alarm alarm_;
  Dispatcher dispatcher_;
  std::atomic<bool> look_at_all_ = true;
  std::unordered_map<std::int64_t, TimeMs> look_at_ms_;  // by campaign; the planner's thread only
  std::shared_ptr<DoubtWatch> doubts_ = std::make_shared<DoubtWatch>();  // its looks may outlive the engine
  TimeMs keep_up_at_ms_ = 0;
  TimeMs silence_at_ms_ = 0;
  TimeMs hand_over_at_ms_ = 0;
  TimeMs handed_over_until_ms_ = 0;  // leads of mailboxes disconnected until then have another
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace outrider::sending
