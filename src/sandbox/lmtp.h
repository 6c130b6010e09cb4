// Puts a message into a mailbox of the sandbox (LMTP, RFC 2033), as the last mail server on its way does.
#pragma once

#include <string>

#include "net/stream.h"

namespace outrider::sandbox {

/// CRLF line ends. `from` empty is the null sender. Errors: Unavailable and Timeout of the connection,
/// Invalid with the server's words when it refuses.
Task<> deliver(net::Network network, net::Endpoint lmtp, std::string from, std::string to, std::string bytes);

}  // namespace outrider::sandbox
