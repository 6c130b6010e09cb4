#include "smtp_sink.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "core/assert.h"

namespace outrider::tests {
namespace {

constexpr std::chrono::seconds kPatience{10};

/// Lines of a socket without their CRLF.
class Lines {
 public:
  explicit Lines(int socket) : socket_(socket) {}

  std::optional<std::string> next() {
    for (;;) {
      if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
        auto line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      char chunk[16384];
      const auto got = ::recv(socket_, chunk, sizeof chunk, 0);
      if (got <= 0) return std::nullopt;
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
  }

 private:
  int socket_;
  std::string buffer_;
};

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string address_in(std::string_view command) {
  const auto open = command.find('<');
  const auto close = command.find('>', open);
  return std::string(command.substr(open + 1, close - open - 1));
}

std::optional<std::string> read_text(Lines& lines) {
  std::string text;
  for (;;) {
    const auto line = lines.next();
    if (!line) return std::nullopt;
    if (*line == ".") return text;
    text += line->starts_with('.') ? line->substr(1) : *line;
    text += "\r\n";
  }
}

}  // namespace

std::string SunkMail::header(std::string_view name) const {
  const auto mark = "\r\n" + std::string(name) + ": ";
  const auto all = "\r\n" + text;
  const auto at = all.find(mark);
  if (at == std::string::npos) return {};
  const auto value = at + mark.size();
  return all.substr(value, all.find("\r\n", value) - value);
}

SmtpSink::SmtpSink(SinkAnswer answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int bound = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  OUTRIDER_ASSERT(bound == 0 && ::listen(listener_, 128) == 0, "loopback has a free port");
  socklen_t length = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

SmtpSink::~SmtpSink() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  for (auto& talk : talks_) talk.join();
  for (const int socket : sockets_) ::close(socket);
}

std::vector<SunkMail> SmtpSink::mails() const {
  const std::lock_guard lock(mutex_);
  return mails_;
}

bool SmtpSink::has_mails(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, kPatience, [&] { return mails_.size() >= count; });
}

void SmtpSink::serve() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    ++connections_;
    sockets_.push_back(socket);
    talks_.emplace_back([this, socket] { talk(socket); });
  }
}

bool SmtpSink::reply(int socket, std::string_view command, std::string_view usual) {
  const auto own = answer_ ? answer_(command) : std::string();
  if (own == kCut) {
    ::shutdown(socket, SHUT_RDWR);
    return false;
  }
  return send_all(socket, own.empty() ? usual : own) && (own.empty() || own.front() < '4');
}

void SmtpSink::talk(int socket) {
  Lines lines(socket);
  SunkMail mail;
  reply(socket, "", "220 sink.example ready\r\n");
  while (const auto line = lines.next()) {
    const auto verb = line->substr(0, 4);
    if (verb == "EHLO") {
      reply(socket, *line, "250-sink.example\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n");
    } else if (verb == "AUTH") {
      reply(socket, *line, "235 2.7.0 welcome\r\n");
    } else if (verb == "MAIL") {
      mail = {.from = address_in(*line), .to = {}, .text = {}};
      reply(socket, *line, "250 2.1.0 ok\r\n");
    } else if (verb == "RCPT") {
      if (reply(socket, *line, "250 2.1.5 ok\r\n")) mail.to.push_back(address_in(*line));
    } else if (verb == "DATA") {
      if (!reply(socket, *line, "354 go\r\n")) continue;
      auto text = read_text(lines);
      if (!text) return;
      mail.text = *std::move(text);
      const auto own = answer_ ? answer_(".") : std::string();
      // A cut here is a mail that was taken and whose answer was lost.
      if (own.empty() || own == kCut) {
        const std::lock_guard lock(mutex_);
        mails_.push_back(mail);
        arrived_.notify_all();
      }
      if (own == kCut) {
        ::shutdown(socket, SHUT_RDWR);
        return;
      }
      send_all(socket, own.empty() ? "250 2.0.0 taken\r\n" : own);
    } else if (verb == "QUIT") {
      send_all(socket, "221 bye\r\n");
      ::shutdown(socket, SHUT_RDWR);
      return;
    } else {
      reply(socket, *line, "250 ok\r\n");
    }
  }
}

}  // namespace outrider::tests
