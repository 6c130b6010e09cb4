// What the inbox's lists need beside requests, on a thread of its own: tables loaded when the server starts,
// sent mail put into the search soon after, old notes of changes deleted.
#pragma once

#include <cstdint>
#include <stop_token>
#include <thread>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/thread_tables.h"

namespace outrider::inbox {

class ListUpkeep {
 public:
  /// Starts. Everything given outlives the object.
  ListUpkeep(db::Database& database, Clock& clock, ThreadTables& tables);
  /// Waits for what is under way, at most one batch or table.
  ~ListUpkeep();
  ListUpkeep(const ListUpkeep&) = delete;
  ListUpkeep& operator=(const ListUpkeep&) = delete;

 private:
  void run(const std::stop_token& stop);
  bool is_due();
  void load_tables(const std::stop_token& stop);

  db::Database& database_;
  Clock& clock_;
  ThreadTables& tables_;
  std::jthread thread_;  // last: it uses the others
};

/// Indexes some conversations that wait for it; returns how many did.
Result<std::int64_t> index_due(db::Tx& tx);

}  // namespace outrider::inbox
