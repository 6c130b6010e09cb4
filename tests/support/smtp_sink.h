// An SMTP server on loopback that takes every mail and remembers it, in threads with plain blocking sockets.
// A test may answer single commands itself, or cut the connection there.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace outrider::tests {

struct SunkMail {
  std::string from;
  std::vector<std::string> to;
  std::string text;

  /// The value of a header field, up to the end of its line.
  std::string header(std::string_view name) const;
};

/// What to say instead of the usual; empty: the usual. kCut hangs up without an answer.
using SinkAnswer = std::function<std::string(std::string_view command)>;
inline constexpr std::string_view kCut = "cut";

class SmtpSink {
 public:
  /// `answer` is asked about each command line, "." for the end of the text, and "" for the greeting. Called
  /// on the server's threads.
  explicit SmtpSink(SinkAnswer answer = {});
  ~SmtpSink();
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  std::uint16_t port() const { return port_; }
  std::vector<SunkMail> mails() const;
  /// Whether so many have arrived within ten seconds.
  bool has_mails(std::size_t count) const;
  std::size_t connections() const { return connections_; }

 private:
  void serve();
  void talk(int socket);
  bool reply(int socket, std::string_view command, std::string_view usual);

  const SinkAnswer answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<SunkMail> mails_;
  std::vector<int> sockets_;
  std::vector<std::thread> talks_;
  std::thread thread_;
};

}  // namespace outrider::tests
