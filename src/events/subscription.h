// One Server-Sent Events stream: what its client has got, and the next piece of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "db/database.h"
#include "events/feed.h"
#include "http/answer.h"

namespace outrider::events {

/// How many streams a key holds open. Thread-safe; outlives its places.
class Places {
 public:
  static constexpr int kStreamsPerKeyMax = 10;

  class Place {
   public:
    Place(Places& places, std::int64_t key_id) : places_(places), key_id_(key_id) {}
    ~Place() { places_.leave(key_id_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Places& places_;
    std::int64_t key_id_;
  };

  /// Nothing when the key has all it may have.
  std::shared_ptr<Place> take(std::int64_t key_id);

 private:
  void leave(std::int64_t key_id);

  std::mutex mutex_;
  std::map<std::int64_t, int> taken_;
};

struct Start {
  Filter filter;
  std::int64_t key_id = 0;
  Position after;
};

class Subscription {
 public:
  static constexpr std::chrono::seconds kHeartbeat{15};

  /// `database` outlives it; `place` is kept as long as the stream.
  Subscription(db::Database& database,
               Start start,
               std::shared_ptr<http::Bell> bell,
               std::shared_ptr<Places::Place> place);

  /// What has happened since the piece before. Ends when the key was revoked. Errors: those of the database.
  Result<http::Chunk> pull();

 private:
  using SteadyClock = std::chrono::steady_clock;

  Result<bool> is_welcome(SteadyClock::time_point now);
  void append(std::string& out, const Page& page);

  db::Database& database_;
  Filter filter_;
  std::int64_t key_id_;
  Position after_;
  std::shared_ptr<http::Bell> bell_;
  std::shared_ptr<Places::Place> place_;
  bool is_begun_ = false;
  SteadyClock::time_point spoke_at_;
  SteadyClock::time_point checked_at_;
};

}  // namespace outrider::events
