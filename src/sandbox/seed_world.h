// What stands in the sandbox's workspace at its first start: an owner, three mailboxes and a campaign that
// runs. Written in one transaction, so a killed start leaves nothing half made.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/secrets.h"
#include "db/database.h"

namespace outrider::sandbox {

inline constexpr std::string_view kOwner = "sandbox@outrider.example";

struct MailServers {
  std::uint16_t smtp_port = 0;
  std::uint16_t imap_port = 0;
};

/// Makes the workspace when there is none. Mailboxes of the sandbox follow the servers to new ports.
Result<> seed_world(db::Database& database, const MasterKey& key, const MailServers& servers, TimeMs now_ms);

/// A new API key of the owner, without a rate limit.
Result<std::string> make_key(db::Database& database, TimeMs now_ms);

}  // namespace outrider::sandbox
