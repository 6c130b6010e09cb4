#include "app/node.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <thread>

#include "core/ids.h"
#include "receiving/receiver.h"
#include "receiving/sent_lookup.h"
#include "sending/engine.h"

namespace outrider::app {
namespace {

/// Names this process in leases. The one that holds the data folder's lock has the same name after each
/// restart, so it goes on at once with what it was killed over; a second process on the folder gets a name of
/// its own.
std::string node_name(const Config& config, const Clock& clock) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const auto lock = config.data_path("node.lock");
  // Held until the process ends, however it ends.
  const int file = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const bool is_first = file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0;
  if (file >= 0 && !is_first) ::close(file);
  const auto own = is_first ? std::filesystem::absolute(lock).string() : uuid_v7(clock.now_ms());
  return std::string(host.data()) + "/" + own;
}

receiving::ReceiverParts receiver_parts(Services& services,
                                        const tracking::TokenSigner& signer,
                                        std::function<void()> wake_sending) {
  return {.database = *services.database,
          .clock = *services.clock,
          .metrics = *services.metrics,
          .io_pool = *services.io_pool,
          .network = *services.network,
          .key = services.master_key,
          .signer = signer,
          .wake_sending = std::move(wake_sending)};
}

receiving::ReceiverOptions receiver_options(const Config& config, const std::string& node) {
  return {.session = {.poll = std::chrono::seconds(config.receive_poll_seconds),
                      .freshness = std::chrono::seconds(config.receive_freshness_seconds)},
          .node = node};
}

sending::EngineParts engine_parts(Services& services,
                                  const tracking::TokenSigner& signer,
                                  sending::SentLookup& sent_lookup) {
  return {.database = *services.database,
          .clock = *services.clock,
          .io = *services.io_pool,
          .workers = *services.workers,
          .network = *services.network,
          .master_key = services.master_key,
          .signer = signer,
          .sent_lookup = &sent_lookup};
}

sending::EngineOptions engine_options(const Config& config,
                                      const std::string& public_url,
                                      const std::string& node) {
  return {.public_url = public_url,
          .gap_floor_ms = config.send_gap_seconds * kSecondMs,
          .day_max_default = config.send_daily_cap,
          .connections_max = static_cast<std::size_t>(config.send_connections_max),
          .freshness_ms = config.receive_freshness_seconds * kSecondMs,
          .node_id = node,
          .timeouts = {.final_reply = std::chrono::seconds(config.send_answer_seconds)}};
}

}  // namespace

struct Node::Parts {
  Parts(Services& s, const tracking::TokenSigner& t)
      : services(s),
        signer(t),
        name(node_name(s.config, *s.clock)),
        receiver(receiver_parts(s, t, [this] { wake_sending(); }), receiver_options(s.config, name)),
        sent_lookup(*s.database, *s.workers, *s.network, s.master_key) {}

  void wake_sending() {
    if (auto* engine_now = running_engine.load()) engine_now->wake();
  }

  Services& services;
  const tracking::TokenSigner& signer;
  const std::string name;
  std::atomic<sending::Engine*> running_engine = nullptr;
  receiving::Receiver receiver;
  receiving::ImapSentLookup sent_lookup;
  std::unique_ptr<sending::Engine> engine;
};

Node::Node(Services& services, const tracking::TokenSigner& signer)
    : parts_(std::make_unique<Parts>(services, signer)) {}

Node::~Node() {
  stop();
}

EngineHooks Node::hooks() {
  Parts& parts = *parts_;
  return {.wake_sending = [&parts] { parts.wake_sending(); },
          .wake_receiving = [&parts] { parts.receiver.wake(); }};
}

Result<> Node::start(const std::string& public_url) {
  Parts& parts = *parts_;
  const Config& config = parts.services.config;
  if (config.has_role("send")) {
    parts.engine =
        std::make_unique<sending::Engine>(engine_parts(parts.services, parts.signer, parts.sent_lookup),
                                          engine_options(config, public_url, parts.name));
    TRY(parts.engine->start());
    parts.running_engine = parts.engine.get();
  }
  if (config.has_role("receive")) parts.receiver.start();
  return {};
}

// Side by side: each may take most of the time that both have together.
void Node::stop() {
  std::thread receiving([this] { parts_->receiver.stop(); });
  if (parts_->engine) parts_->engine->stop();
  receiving.join();
}

}  // namespace outrider::app
