// A server on loopback that follows a script line by line, in a thread with plain blocking sockets: it shares
// nothing with the code under test.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace outrider::tests {

struct Step {
  enum class Kind { Say, Hear, HearText, HearBytes, StartTls, HangUp, Reset, Stall };
  Kind kind;
  std::string text = {};       // what to say
  std::size_t count = 0;       // lines or bytes to hear
  SSL_CTX* context = nullptr;  // for StartTls
};

inline Step say(std::string text) {
  return {.kind = Step::Kind::Say, .text = std::move(text)};
}
/// Reads so many lines and keeps them.
inline Step hear(std::size_t lines = 1) {
  return {.kind = Step::Kind::Hear, .count = lines};
}
/// Reads until a line with a single dot and keeps everything before it as one text.
inline Step hear_text() {
  return {.kind = Step::Kind::HearText};
}
inline Step hear_bytes(std::size_t count) {
  return {.kind = Step::Kind::HearBytes, .count = count};
}
inline Step start_tls(SSL_CTX* context) {
  return {.kind = Step::Kind::StartTls, .context = context};
}
inline Step hang_up() {
  return {.kind = Step::Kind::HangUp};
}
/// Closes so that the peer's next write fails.
inline Step reset() {
  return {.kind = Step::Kind::Reset};
}
/// Says nothing until the peer closes.
inline Step stall() {
  return {.kind = Step::Kind::Stall};
}

using Script = std::vector<Step>;

class ScriptedPeer {
 public:
  /// One script for each connection, in order.
  explicit ScriptedPeer(std::vector<Script> scripts);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Waits until every script has ended; then what was heard.
  std::vector<std::string> heard();

 private:
  class Talk;
  void serve();

  std::vector<Script> scripts_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<std::string> heard_;
  std::thread thread_;
};

}  // namespace outrider::tests
