// A bounded pool of connections, opened when first needed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/result.h"
#include "db/connection.h"

namespace outrider::db {

/// Thread-safe. Outlives its leases.
class Pool {
 public:
  using Connect = std::function<Result<std::unique_ptr<Connection>>()>;

  Pool(std::size_t connections_max, std::chrono::milliseconds wait_max, Connect connect);

  /// A connection for the caller alone; it goes back when the lease ends, unless it broke.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease();
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// Errors: Unavailable when none became free in time or a new one could not be made.
  Result<Lease> take();

  /// Closes the connections that nobody uses, because the server went away under one of them.
  void drop_idle();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const std::size_t connections_max_;
  const std::chrono::milliseconds wait_max_;
  const Connect connect_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;
};

}  // namespace outrider::db
