// Who runs a mail server, by its name, and what that provider allows in 24 hours (BEHAVIOUR 1.7).
#pragma once

#include <cstdint>
#include <string_view>

#include "sending/mailbox_store.h"
#include "sending/planner.h"

namespace outrider::sending {

Provider provider_of_host(std::string_view host);

/// Mails in any 24 hours, of every kind; kUnlimited for a provider without a known ceiling.
std::int64_t provider_ceiling(const MailboxRecord& mailbox);

}  // namespace outrider::sending
