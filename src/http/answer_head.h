// The bytes before an answer's body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/answer.h"

namespace outrider::http {

enum class Keep : std::uint8_t { Alive, Close };

/// How the answer is framed, which the request decides.
struct Framing {
  Keep keep = Keep::Alive;
  bool is_http_1_0 = false;  // knows no chunks; wants keep-alive confirmed
};

/// Status line and headers with the empty line after them, appended to `out`.
void append_head(std::string& out, const Raw& answer, Framing framing, std::string_view date);
void append_head(std::string& out, const Stream& answer, Framing framing, std::string_view date);

/// A status that never has a body (RFC 9110 section 6.4.1).
bool is_bodiless(int status);

}  // namespace outrider::http
