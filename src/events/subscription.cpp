#include "events/subscription.h"

#include <algorithm>

#include "events/event_wire.h"
#include "workspaces/store.h"

namespace outrider::events {
namespace {

constexpr std::int64_t kEventsPerPiece = 200;
constexpr std::string_view kRetry = "retry: 2000\n";

/// A block without data: the client keeps the place and is told nothing.
void append_place(std::string& out, Position position) {
  out += "id: ";
  out += cursor_text(position);
  out += "\n\n";
}

}  // namespace

std::shared_ptr<Places::Place> Places::take(std::int64_t key_id) {
  const std::lock_guard lock(mutex_);
  int& taken = taken_[key_id];
  if (taken >= kStreamsPerKeyMax) return nullptr;
  ++taken;
  return std::make_shared<Place>(*this, key_id);
}

void Places::leave(std::int64_t key_id) {
  const std::lock_guard lock(mutex_);
  if (--taken_[key_id] == 0) taken_.erase(key_id);
}

Subscription::Subscription(db::Database& database,
                           Start start,
                           std::shared_ptr<http::Bell> bell,
                           std::shared_ptr<Places::Place> place)
    : database_(database),
      filter_(std::move(start.filter)),
      key_id_(start.key_id),
      after_(start.after),
      bell_(std::move(bell)),
      place_(std::move(place)),
      spoke_at_(SteadyClock::now()),
      checked_at_(spoke_at_) {}

Result<http::Chunk> Subscription::pull() {
  const auto now = SteadyClock::now();
  TRY_AS(const bool is_welcome_still, is_welcome(now));
  if (!is_welcome_still) return http::Chunk{.next = http::Chunk::Next::End};

  const auto heard = bell_->rings();
  TRY_AS(const auto page,
         database_.read([this](db::Tx& tx) { return read_page(tx, filter_, after_, kEventsPerPiece); }));
  std::string out;
  append(out, page);
  if (out.empty() && now - spoke_at_ >= kHeartbeat) {
    out += ": heartbeat\n";
    append_place(out, after_);
  }
  if (!out.empty()) spoke_at_ = now;
  const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - spoke_at_);
  return http::Chunk{.bytes = std::move(out),
                     .next = page.has_more ? http::Chunk::Next::Ask : http::Chunk::Next::Wait,
                     .wait = std::max(kHeartbeat - silent, std::chrono::milliseconds(1)),
                     .heard = heard};
}

/// A key that was revoked ends its streams at the next heartbeat.
Result<bool> Subscription::is_welcome(SteadyClock::time_point now) {
  if (now - checked_at_ < kHeartbeat) return true;
  checked_at_ = now;
  return database_.read(
      [this](db::Tx& tx) { return workspaces::is_key_valid(tx, filter_.workspace_id, key_id_); });
}

void Subscription::append(std::string& out, const Page& page) {
  if (!is_begun_) {
    is_begun_ = true;
    out += kRetry;
    if (page.has_gap) out += "event: GAP\ndata: {}\n";
    append_place(out, after_);
  }
  for (const auto& entry : page.entries) {
    out += "id: ";
    out += cursor_text(entry.position);
    out += "\nevent: ";
    out += name(entry.type);
    out += "\ndata: ";
    wire::encode_to(out, item_of(entry));
    out += "\n\n";
  }
  after_ = page.next;
}

}  // namespace outrider::events
