#include "sandbox/world.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#include "core/log.h"
#include "core/strings.h"

namespace outrider::sandbox {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartMax{40};
constexpr std::chrono::seconds kStopMax{8};
constexpr std::chrono::milliseconds kLook{20};
constexpr std::size_t kLineBytesMax = 256;

struct Pipe {
  int read = -1;
  int write = -1;

  Result<> open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      return fail(Code::Internal, std::string("sandbox: pipe: ") + std::strerror(errno));
    read = ends[0];
    write = ends[1];
    return {};
  }
  ~Pipe() {
    if (read >= 0) ::close(read);
    if (write >= 0) ::close(write);
  }
};

/// In a session of its own, so that Ctrl-C reaches the server alone, and with the signals the server blocks.
Result<pid_t> spawn(const std::vector<std::string>& arguments, int input, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  pid_t process = 0;
  const int error = posix_spawn(&process, "/proc/self/exe", &files, &attributes, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return fail(Code::Internal, std::string("sandbox: cannot start: ") + std::strerror(error));
  return process;
}

/// The first line; nothing at the end of the stream or when it takes too long.
std::string read_line(int descriptor) {
  std::string line;
  const auto give_up = steady_clock::now() + kStartMax;
  while (line.size() < kLineBytesMax && !line.ends_with('\n')) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(give_up - steady_clock::now());
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return {};
    char c = 0;
    if (read(descriptor, &c, 1) != 1) return {};
    line += c;
  }
  return line;
}

std::uint16_t port_of(std::string_view line, std::string_view word) {
  for (const auto part : split(trim(line), ' '))
    if (part.starts_with(word))
      return static_cast<std::uint16_t>(parse_integer(part.substr(word.size())).value_or(0));
  return 0;
}

}  // namespace

Result<World> World::start(const WorldOptions& options, const std::string& log_level) {
  Pipe input;
  Pipe output;
  TRY(input.open());
  TRY(output.open());
  World world;
  TRY_AS(world.process_,
         spawn({"outrider",
                "sandbox-world",
                "--data",
                options.folder.string(),
                "--sandbox-seed",
                std::to_string(options.seed),
                "--sandbox-speed",
                std::to_string(options.speed),
                "--log-level",
                log_level},
               input.read,
               output.write));
  world.input_ = std::exchange(input.write, -1);
  ::close(std::exchange(output.write, -1));

  const std::string line = read_line(output.read);
  world.smtp_port_ = port_of(line, "smtp=");
  world.imap_port_ = port_of(line, "imap=");
  if (world.smtp_port_ == 0 || world.imap_port_ == 0)
    return fail(Code::Unavailable, "the sandbox's mail world did not start; its reason stands above");
  return world;
}

World::World(World&& other) noexcept
    : process_(std::exchange(other.process_, 0)),
      input_(std::exchange(other.input_, -1)),
      smtp_port_(other.smtp_port_),
      imap_port_(other.imap_port_) {}

World::~World() {
  if (input_ >= 0) ::close(input_);
  if (process_ == 0) return;
  const auto give_up = steady_clock::now() + kStopMax;
  while (steady_clock::now() < give_up) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) return;
    std::this_thread::sleep_for(kLook);
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void World::tell_server(const std::string& address) const {
  const std::string line = address + "\n";
  if (write(input_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    log::error("sandbox.world_gone");
}

}  // namespace outrider::sandbox
