// A received message as it lies in its mailbox, for forwarding: found by its Message-ID wherever it was moved
// to since it came.
#pragma once

#include <cstddef>
#include <string>

#include "mail/imap_client.h"

namespace outrider::receiving {

inline constexpr std::size_t kFoldersSearchedMax = 30;

/// Opens a session of its own, so that none waits for the one in IDLE. Errors: NotFound when no folder holds
/// it, TooLarge beyond `bytes_max`, and those of the IMAP client.
Task<std::string> fetch_original(net::Network network,
                                 mail::ImapSettings settings,
                                 std::string header_id,
                                 std::size_t bytes_max);

}  // namespace outrider::receiving
