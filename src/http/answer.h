// What a handler may answer with besides a wire struct: raw bytes, or a stream produced piece by piece.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/result.h"
#include "http/bell.h"
#include "http/request.h"

namespace outrider::http {

struct Raw {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers = {};
  std::string body = {};
};

/// A piece of a streamed body.
struct Chunk {
  enum class Next : std::uint8_t { Ask, Wait, End };
  std::string bytes = {};                // may be empty
  Next next = Next::Ask;                 // ask again at once, after `wait`, or never
  std::chrono::milliseconds wait{1000};  // with Wait: nothing blocks meanwhile
  std::uint64_t heard = 0;               // with Wait: rings of the stream's bell that this piece knows of
};

/// A body without a known length, sent chunked. `pull` runs on a worker, never twice at a time, as fast as
/// the client reads; it must not wait for something to happen (answer Wait instead). An error ends the
/// connection, because the status has left already. When the server stops, a stream that waits is ended; so
/// is one whose client is gone or takes a piece too slowly. A bell cuts waits short when there is news.
struct Stream {
  std::string content_type;
  Headers headers = {};
  std::function<Result<Chunk>()> pull;
  std::shared_ptr<Bell> bell = {};
};

using Answer = std::variant<Raw, Stream>;

/// A wire struct with another status than 200.
template <class T>
struct WithStatus {
  int status = 200;
  T value;
};

}  // namespace outrider::http
