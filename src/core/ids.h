// Identifiers made by us. Database rows have plain numbers; what leaves the machine has these.
#pragma once

#include <string>

#include "core/clock.h"

namespace outrider {

/// UUID version 7 (RFC 9562): ordered by time. For stats ids, event ids and request ids.
std::string uuid_v7(TimeMs now_ms);
/// 26 characters of Crockford base 32, ordered by time. For Message-IDs.
std::string ulid(TimeMs now_ms);

}  // namespace outrider
