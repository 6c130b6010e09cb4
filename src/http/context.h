// What a handler knows about its caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.h"
#include "http/request.h"

namespace outrider::http {

enum class Role : std::uint8_t { Owner, Admin, Member, Client };

/// Whom a key stands for.
struct Principal {
  std::int64_t workspace_id = 0;
  std::int64_t user_id = 0;
  Role role = Role::Member;
  std::optional<std::int64_t> client_id = {};  // a white-label client sees its own things only
  std::int64_t key_id = 0;
  std::optional<int> rate_limit = {};  // requests in 60 s; 0 is no limit; absent is the server's default
};

/// Lives as long as the request. `principal` holds a caller on every route that is not public.
struct Context {
  const Request& request;
  Clock& clock;
  std::string request_id = {};
  Principal principal = {};
  Headers reply_headers = {};  // sent with whatever the handler answers, errors too
};

}  // namespace outrider::http
