// Which node reads a mailbox when several share a database: a lease, renewed while the node lives.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::receiving {

inline constexpr TimeMs kReceiveLeaseMs = 30 * kSecondMs;

/// Takes or renews this node's lease on every live mailbox that no other node holds; returns those it holds.
Result<std::set<std::int64_t>> lease_mailboxes(db::Tx& tx, std::string_view node, TimeMs now_ms);

/// A node that stops leaves its mailboxes to the others at once.
Result<> release_mailboxes(db::Tx& tx, std::string_view node);

}  // namespace outrider::receiving
