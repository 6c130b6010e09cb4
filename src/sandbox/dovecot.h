// The sandbox's mailboxes: Debian's Dovecot in a folder of its own, on loopback, as an ordinary user. It ends
// with the process that started it, however that ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>

#include "core/result.h"

namespace outrider::sandbox {

struct DovecotPorts {
  std::uint16_t imap = 0;
  std::uint16_t lmtp = 0;
};

class Dovecot {
 public:
  /// Returns when both ports answer. Every user name is an account, with the password of smtp_session.h;
  /// mail that is in the folder stays. Errors: Unavailable, with what Dovecot wrote last. To be called by the
  /// thread that lives as long as the server is needed.
  static Result<Dovecot> start(const std::filesystem::path& folder, DovecotPorts ports);

  /// Ends every process of it.
  ~Dovecot();
  Dovecot(Dovecot&& other) noexcept;
  Dovecot& operator=(Dovecot&&) = delete;

  /// Whether it still runs.
  bool is_alive();

 private:
  explicit Dovecot(pid_t process) : process_(process) {}
  pid_t process_ = 0;
};

/// A folder for the sandbox that Dovecot's user can reach: `wanted`, or, when this runs as root and `wanted`
/// lies in a folder closed to others, one in /var/tmp that belongs to `wanted`. Made when absent.
Result<std::filesystem::path> reachable_folder(const std::filesystem::path& wanted);

}  // namespace outrider::sandbox
