#include "scripted_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "core/assert.h"

namespace outrider::tests {

/// One accepted connection.
class ScriptedPeer::Talk {
 public:
  Talk(int fd, std::vector<std::string>& heard) : fd_(fd), heard_(heard) {}
  ~Talk() {
    if (ssl_) SSL_free(ssl_);
    ::close(fd_);
  }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  /// False when the connection is over.
  bool follow(const Step& step) {
    switch (step.kind) {
      case Step::Kind::Say:
        return say(step.text);
      case Step::Kind::Hear:
        return hear_lines(step.count);
      case Step::Kind::HearText:
        return hear_text();
      case Step::Kind::HearBytes:
        return hear_bytes(step.count);
      case Step::Kind::StartTls:
        return start_tls(step.context);
      case Step::Kind::Stall:
        return drain();
      case Step::Kind::Reset:
        return reset();
      case Step::Kind::HangUp:
        return false;
    }
    return false;
  }

 private:
  bool say(const std::string& text) {
    const int length = static_cast<int>(text.size());
    if (ssl_) return SSL_write(ssl_, text.data(), length) == length;
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == length;
  }

  bool fill() {
    char bytes[4096];
    const auto count =
        ssl_ ? SSL_read(ssl_, bytes, sizeof bytes) : static_cast<int>(::recv(fd_, bytes, sizeof bytes, 0));
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  bool hear_until(const std::string& end) {
    while (buffer_.find(end) == std::string::npos)
      if (!fill()) return false;
    const auto at = buffer_.find(end);
    heard_.push_back(buffer_.substr(0, at));
    buffer_.erase(0, at + end.size());
    return true;
  }

  bool hear_lines(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      if (!hear_until("\r\n")) return false;
    return true;
  }

  bool hear_text() {
    if (buffer_.empty() && !fill()) return false;
    return hear_until("\r\n.\r\n");
  }

  bool hear_bytes(std::size_t count) {
    while (buffer_.size() < count)
      if (!fill()) return false;
    heard_.push_back(buffer_.substr(0, count));
    buffer_.erase(0, count);
    return true;
  }

  bool start_tls(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    return SSL_accept(ssl_) == 1;
  }

  bool drain() {
    while (fill()) buffer_.clear();
    return false;
  }

  bool reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    return false;
  }

  int fd_;
  std::vector<std::string>& heard_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

ScriptedPeer::ScriptedPeer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool ready = ::bind(listener_, generic, length) == 0 && ::listen(listener_, 8) == 0 &&
                     ::getsockname(listener_, generic, &length) == 0;
  OUTRIDER_ASSERT(ready, "a test can listen on loopback");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedPeer::~ScriptedPeer() {
  ::shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  ::close(listener_);
}

std::vector<std::string> ScriptedPeer::heard() {
  thread_.join();
  return heard_;
}

void ScriptedPeer::serve() {
  for (const auto& script : scripts_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    Talk talk(fd, heard_);
    for (const auto& step : script)
      if (!talk.follow(step)) break;
  }
}

}  // namespace outrider::tests
