// Takes hits from the HTTP side without making them wait and writes them in batches.
//
// A click on a mail with several links is held for kSweepMs, because only then is it known whether all links
// were followed at once, as scanners do; everything else is written within kGatherMs and a commit, so within
// some 20 ms as long as the database keeps up. Hits that wait are written when the server stops. A killed one
// loses what it answered in that time, and the clicks it held; so nothing but counters hangs on hits:
// unsubscribing never goes this way, it is committed before it is answered.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/metrics.h"
#include "tracking/machine_hit.h"
#include "tracking/token.h"

namespace outrider::tracking {

struct IncomingHit {
  Token token;
  TimeMs at_ms = 0;
  std::string user_agent;
  std::string client_ip;
};

class HitRecorder {
 public:
  static constexpr std::size_t kWaitingMax = 100'000;
  static constexpr std::chrono::milliseconds kGatherMs{10};
  static constexpr std::size_t kBatchMax = 5000;
  static constexpr std::size_t kTrappedMax = 10'000;

  HitRecorder(db::Database& database, Clock& clock, http::Metrics& metrics);
  /// Stops.
  ~HitRecorder();
  HitRecorder(const HitRecorder&) = delete;
  HitRecorder& operator=(const HitRecorder&) = delete;

  /// Never blocks. A hit beyond kWaitingMax is dropped and counted as such. Any thread.
  void record(IncomingHit hit);

  /// Writes what waits and ends the thread. Idempotent.
  void stop();

 private:
  using MessageKey = std::pair<std::int64_t, std::int64_t>;  // workspace and message

  /// A hit of which everything is known that other hits tell about it.
  struct Judged {
    IncomingHit hit;
    bool is_swept = false;
    bool is_trapped = false;
  };

  void run();
  void work_off();
  std::vector<IncomingHit> take_batch();
  Result<std::map<MessageKey, std::int64_t>> count_links(const std::vector<IncomingHit>& hits);
  std::vector<Judged> judge(std::vector<IncomingHit> hits, const std::map<MessageKey, std::int64_t>& links);
  void release_held(std::vector<Judged>& ready, bool all);
  bool is_trapped(const IncomingHit& hit) const;
  Result<> write(const std::vector<Judged>& hits);
  TimeMs next_due_ms() const;

  db::Database& database_;
  Clock& clock_;
  http::Counter dropped_;
  http::Counter failed_;
  Alarm alarm_;
  std::mutex mutex_;
  std::deque<IncomingHit> waiting_;
  bool stopped_ = false;

  // The thread's own.
  struct Held {
    std::int64_t links = 0;
    TimeMs due_ms = 0;
    std::vector<IncomingHit> hits;
  };
  std::map<MessageKey, Held> held_;
  std::unordered_map<std::string, TimeMs> trapped_until_ms_;  // by address and agent

  std::thread thread_;
};

}  // namespace outrider::tracking
