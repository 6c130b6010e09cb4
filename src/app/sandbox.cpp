#include "app/sandbox.h"

#include <cstdio>

#include "sandbox/seed_world.h"
#include "sandbox/smtp_session.h"

namespace outrider::app {

Result<Sandbox> Sandbox::start(const Config& config) {
  TRY_AS(
      auto world,
      sandbox::World::start(
          {.folder = config.data_path("sandbox"), .seed = config.sandbox_seed, .speed = config.sandbox_speed},
          config.log_level));
  return Sandbox(std::move(world));
}

Result<> Sandbox::open(const Services& services) {
  const TimeMs now_ms = services.clock->now_ms();
  TRY(sandbox::seed_world(*services.database,
                          services.master_key,
                          {.smtp_port = world_.smtp_port(), .imap_port = world_.imap_port()},
                          now_ms));
  TRY_AS(key_, sandbox::make_key(*services.database, now_ms));
  return {};
}

void Sandbox::announce(const ListenAddress& address) const {
  world_.tell_server(address.text());
  std::printf("sandbox: API key %s\n", key_.c_str());
  std::printf("sandbox: SMTP 127.0.0.1:%u and IMAP 127.0.0.1:%u, any NAME@%s, password \"%s\"\n",
              static_cast<unsigned>(world_.smtp_port()),
              static_cast<unsigned>(world_.imap_port()),
              std::string(sandbox::kMailboxDomain).c_str(),
              std::string(sandbox::kPassword).c_str());
  std::fflush(stdout);
}

}  // namespace outrider::app
