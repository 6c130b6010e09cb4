// bench: mail net core
// The bare SMTP client with kept connections against Postfix's smtp-source, both into smtp-sink: 4 KB
// messages, the median of five runs each, taken in turns.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "mail/smtp_client.h"
#include "net/io_pool.h"

extern char** environ;

namespace {

using namespace outrider;
using Steady = std::chrono::steady_clock;

constexpr int kRuns = 5;
constexpr int kMessages = 40'000;
constexpr std::size_t kBodyBytes = 4096;
constexpr std::array kConnections = {1, 8, 32};
constexpr std::size_t kThreads = 1;  // the sink needs the other core

pid_t start(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
    std::fprintf(stderr, "%s cannot be started: install postfix\n", words[0].c_str());
    std::exit(1);
  }
  return child;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  static_cast<void>(::bind(fd, reinterpret_cast<sockaddr*>(&address), length));
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// smtp-sink on a free port, as an unprivileged user; ended with the object.
class Sink {
 public:
  Sink() : port_(free_port()) {
    std::vector<std::string> words{"/usr/sbin/smtp-sink"};
    if (::geteuid() == 0) words.insert(words.end(), {"-u", "nobody"});
    words.insert(words.end(), {"127.0.0.1:" + std::to_string(port_), "1024"});
    child_ = start(std::move(words));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  ~Sink() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  pid_t child_ = 0;
};

std::string make_message() {
  std::string message = "From: joe@example.org\r\nTo: jane@example.com\r\nSubject: bench\r\n\r\n";
  while (message.size() < kBodyBytes) message += std::string(70, 'x') + "\r\n";
  return message;
}

mail::SmtpTask<int> send_many(net::Network network,
                              mail::SmtpSettings settings,
                              const std::string& message,
                              int count) {
  CO_TRY_AS(const auto client, co_await mail::SmtpClient::open(network, settings));
  for (int i = 0; i < count; ++i) {
    mail::SmtpEnvelope envelope{.from = "joe@example.org", .to = {"jane@example.com"}};
    CO_TRY(co_await client->send(std::move(envelope), message));
  }
  co_await client->quit();
  co_return count;
}

/// Messages a second.
double run_client(const net::Network& network, std::uint16_t port, int connections) {
  static const std::string kMessage = make_message();
  net::IoPool pool(kThreads);
  const mail::SmtpSettings settings{.endpoint = {.host = "127.0.0.1", .port = port},
                                    .security = mail::SmtpSecurity::None};
  const auto started = Steady::now();
  std::vector<std::future<std::expected<int, mail::SmtpFailure>>> lanes;
  for (int i = 0; i < connections; ++i) {
    auto task = send_many(network, settings, kMessage, kMessages / connections);
    lanes.push_back(boost::asio::co_spawn(pool.next(), std::move(task), boost::asio::use_future));
  }
  int sent = 0;
  for (auto& lane : lanes) {
    const auto done = lane.get();
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
    sent += done.value_or(0);
  }
  return sent / std::chrono::duration<double>(Steady::now() - started).count();
}

double run_peer(std::uint16_t port, int connections) {
  const auto started = Steady::now();
  const pid_t child = start({"/usr/sbin/smtp-source",
                             "-d",
                             "-s",
                             std::to_string(connections),
                             "-m",
                             std::to_string(kMessages),
                             "-l",
                             std::to_string(kBodyBytes),
                             "-f",
                             "joe@example.org",
                             "-t",
                             "jane@example.com",
                             "127.0.0.1:" + std::to_string(port)});
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) std::fprintf(stderr, "smtp-source failed\n");
  return kMessages / std::chrono::duration<double>(Steady::now() - started).count();
}

}  // namespace

int main() {
  const auto resolver = net::Resolver::create({});
  const auto tls = net::TlsClient::create({});
  if (!resolver || !tls) return 1;
  const net::Network network{
      .resolver = **resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = *tls};
  const Sink sink;
  std::printf(
      "| connections | client msg/s (min-max) | smtp-source msg/s (min-max) | ratio |\n|---|---|---|---|\n");
  for (const int connections : kConnections) {
    std::array<double, kRuns> ours{};
    std::array<double, kRuns> theirs{};
    for (int i = 0; i < kRuns; ++i) {
      ours[static_cast<std::size_t>(i)] = run_client(network, sink.port(), connections);
      theirs[static_cast<std::size_t>(i)] = run_peer(sink.port(), connections);
    }
    std::ranges::sort(ours);
    std::ranges::sort(theirs);
    std::printf("| %d | %.0f (%.0f-%.0f) | %.0f (%.0f-%.0f) | %.2f |\n",
                connections,
                ours[kRuns / 2],
                ours.front(),
                ours.back(),
                theirs[kRuns / 2],
                theirs.front(),
                theirs.back(),
                ours[kRuns / 2] / theirs[kRuns / 2]);
  }
  return 0;
}
