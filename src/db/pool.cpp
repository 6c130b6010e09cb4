#include "db/pool.h"

namespace outrider::db {

Pool::Pool(std::size_t connections_max, std::chrono::milliseconds wait_max, Connect connect)
    : connections_max_(connections_max), wait_max_(wait_max), connect_(std::move(connect)) {}

Result<Pool::Lease> Pool::take() {
  {
    std::unique_lock lock(mutex_);
    const bool free =
        freed_.wait_for(lock, wait_max_, [this] { return !idle_.empty() || open_ < connections_max_; });
    if (!free) return fail(Code::Unavailable, "all database connections are busy");
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection));
    }
    ++open_;
  }
  auto made = connect_();
  if (made) return Lease(*this, std::move(*made));
  give_back(nullptr);
  return std::unexpected(std::move(made.error()));
}

void Pool::drop_idle() {
  std::vector<std::unique_ptr<Connection>> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(idle_);
  open_ -= dropped.size();
  freed_.notify_all();
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection != nullptr && !connection->broken()) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  freed_.notify_one();
}

Pool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_));
}

}  // namespace outrider::db
