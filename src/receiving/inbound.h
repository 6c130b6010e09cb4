// A message as it lies in a mailbox, and where it lies: what the sessions hand to ingest.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.h"
#include "receiving/classify.h"

namespace outrider::receiving {

struct MailboxKey {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
};

/// One folder under one UIDVALIDITY: there a UID means the same message for ever (RFC 9051 section 2.3.1.1).
struct FolderKey {
  std::string name;  // as the server has it
  FolderKind kind = FolderKind::Inbox;
  std::uint32_t uid_validity = 0;
};

struct RawMessage {
  std::uint32_t uid = 0;
  TimeMs internal_date_ms = 0;   // 0 when the server did not tell
  std::uint64_t size_bytes = 0;  // of the whole, of which `bytes` may be the beginning
  std::string bytes = {};
};

}  // namespace outrider::receiving
