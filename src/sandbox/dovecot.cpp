#include "sandbox/dovecot.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "core/encoding.h"
#include "core/log.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "sandbox/smtp_session.h"

namespace outrider::sandbox {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr char kTemplate[] = {
#embed "../../sandbox/dovecot.conf.in"
};
constexpr const char* kProgram = "/usr/sbin/dovecot";
constexpr std::chrono::seconds kStartMax{20};
constexpr std::chrono::seconds kStopMax{5};
constexpr std::chrono::milliseconds kLook{50};
constexpr std::size_t kLogTailBytes = 1500;

struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string user;
  std::string group;
};

/// Who runs Dovecot: the caller, or nobody when the caller is root.
Result<Account> account() {
  const passwd* user = geteuid() == 0 ? getpwnam("nobody") : getpwuid(geteuid());
  if (!user) return fail(Code::Internal, "sandbox: this user has no name in the system");
  Account found{.uid = user->pw_uid, .gid = user->pw_gid, .user = user->pw_name, .group = {}};
  const group* of = getgrgid(found.gid);
  if (!of) return fail(Code::Internal, "sandbox: the group of " + found.user + " has no name in the system");
  found.group = of->gr_name;
  return found;
}

bool gives_way(const fs::path& folder, const Account& who) {
  struct stat facts{};
  if (stat(folder.c_str(), &facts) != 0) return false;
  if (facts.st_uid == who.uid) return (facts.st_mode & S_IXUSR) != 0;
  if (facts.st_gid == who.gid) return (facts.st_mode & S_IXGRP) != 0;
  return (facts.st_mode & S_IXOTH) != 0;
}

std::string config_text(const fs::path& folder, const Account& who, DovecotPorts ports) {
  const struct {
    std::string_view name;
    std::string value;
  } places[] = {
      {"@ROOT@", folder.string()},
      {"@USER@", who.user},
      {"@GROUP@", who.group},
      {"@IMAP_PORT@", std::to_string(ports.imap)},
      {"@IMAPS_PORT@", "0"},
      {"@LMTP_PORT@", std::to_string(ports.lmtp)},
      {"@TLS@", "ssl = no"},
      {"@PASSDB@", "driver = static\n  args = password=" + std::string(kPassword)},
  };
  std::string text(kTemplate, sizeof kTemplate);
  for (const auto& place : places) text = replace_all(text, place.name, place.value);
  return text;
}

Result<> write_file(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return fail(Code::Internal, "sandbox: cannot write " + file.string());
  return {};
}

/// Mail stays; what an earlier run left of sockets and marks would keep Dovecot from starting.
Result<> prepare(const fs::path& folder, const Account& who, DovecotPorts ports) {
  std::error_code error;
  fs::remove_all(folder / "run", error);
  fs::remove(folder / "dovecot.log", error);
  fs::create_directories(folder / "mail", error);
  if (error) return fail(Code::Internal, "sandbox: cannot make " + folder.string() + ": " + error.message());
  TRY(write_file(folder / "dovecot.conf", config_text(folder, who, ports)));
  if (geteuid() != 0) return {};
  for (const fs::path& path : {folder, folder / "mail", folder / "dovecot.conf"})
    if (chown(path.c_str(), who.uid, who.gid) != 0)
      return fail(Code::Internal, "sandbox: cannot give " + path.string() + " to " + who.user);
  return {};
}

/// After fork: only what is safe between fork and exec.
[[noreturn]] void become_dovecot(const Account& who, pid_t parent, const char* config) {
  prctl(PR_SET_DUMPABLE, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  setpgid(0, 0);
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(who.gid) != 0 || setuid(who.uid) != 0))
    _exit(126);
  // After the change of user, which would undo it.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(126);
  const int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0) _exit(126);
  for (int descriptor = 0; descriptor < 3; ++descriptor) dup2(nothing, descriptor);
  close_range(3, ~0U, 0);
  char* const environment[] = {const_cast<char*>("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nullptr};
  char* const arguments[] = {const_cast<char*>("dovecot"),
                             const_cast<char*>("-F"),
                             const_cast<char*>("-c"),
                             const_cast<char*>(config),
                             nullptr};
  execve(kProgram, arguments, environment);
  _exit(127);
}

bool answers(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_there = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return is_there;
}

std::string log_tail(const fs::path& folder) {
  std::ifstream in(folder / "dovecot.log");
  std::ostringstream all;
  all << in.rdbuf();
  const std::string text = all.str();
  return text.substr(text.size() > kLogTailBytes ? text.size() - kLogTailBytes : 0);
}

}  // namespace

Result<Dovecot> Dovecot::start(const fs::path& folder, DovecotPorts ports) {
  if (access(kProgram, X_OK) != 0)
    return fail(Code::Unavailable,
                "sandbox: Dovecot is not installed (apt-get install dovecot-imapd dovecot-lmtpd)");
  TRY_AS(const auto who, account());
  TRY(prepare(folder, who, ports));
  const std::string config = (folder / "dovecot.conf").string();
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) return fail(Code::Internal, std::string("sandbox: fork: ") + std::strerror(errno));
  if (process == 0) become_dovecot(who, parent, config.c_str());

  Dovecot dovecot(process);
  const auto give_up = steady_clock::now() + kStartMax;
  while (!answers(ports.imap) || !answers(ports.lmtp)) {
    if (!dovecot.is_alive() || steady_clock::now() > give_up)
      return fail(Code::Unavailable, "sandbox: Dovecot did not start: " + log_tail(folder));
    std::this_thread::sleep_for(kLook);
  }
  return dovecot;
}

Dovecot::Dovecot(Dovecot&& other) noexcept : process_(std::exchange(other.process_, 0)) {}

bool Dovecot::is_alive() {
  if (process_ != 0 && waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
  return process_ != 0;
}

Dovecot::~Dovecot() {
  if (process_ == 0) return;
  const pid_t group = process_;
  kill(process_, SIGTERM);
  const auto give_up = steady_clock::now() + kStopMax;
  while (is_alive() && steady_clock::now() < give_up) std::this_thread::sleep_for(kLook);
  kill(-group, SIGKILL);
  if (process_ != 0) waitpid(process_, nullptr, 0);
}

Result<fs::path> reachable_folder(const fs::path& wanted) {
  std::error_code error;
  fs::create_directories(wanted, error);
  fs::path real = error ? wanted : fs::canonical(wanted, error);
  if (error) return fail(Code::Internal, "sandbox: cannot make " + wanted.string() + ": " + error.message());
  if (geteuid() != 0) return real;
  TRY_AS(const auto who, account());
  bool is_open = true;
  for (fs::path above = real.parent_path(); is_open; above = above.parent_path()) {
    is_open = gives_way(above, who);
    if (above == above.root_path()) break;
  }
  if (is_open) return real;

  const std::string mark = hex_encode(sha256(real.string())).substr(0, 16);
  fs::path elsewhere = "/var/tmp/outrider-sandbox-" + mark;
  const bool is_new = mkdir(elsewhere.c_str(), 0700) == 0;
  struct stat facts{};
  const bool is_ours = is_new || (lstat(elsewhere.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
                                  (facts.st_uid == 0 || facts.st_uid == who.uid));
  if (!is_ours) return fail(Code::Internal, "sandbox: " + elsewhere.string() + " belongs to somebody else");
  log::info("sandbox.folder_elsewhere",
            {{"folder", elsewhere.string()}, {"reason", "only root can reach the data folder"}});
  return elsewhere;
}

}  // namespace outrider::sandbox
