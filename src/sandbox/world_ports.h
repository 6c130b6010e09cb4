// The ports of the sandbox: the same at every start, because they stand in the settings of its mailboxes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/result.h"

namespace outrider::sandbox {

struct WorldPorts {
  std::uint16_t smtp = 0;
  std::uint16_t imap = 0;
  std::uint16_t lmtp = 0;
  bool operator==(const WorldPorts&) const = default;
};

/// Asked for first, before anything is on record.
inline constexpr std::uint16_t kSmtpPort = 8125;
inline constexpr std::uint16_t kImapPort = 8143;

std::optional<WorldPorts> load_ports(const std::filesystem::path& file);
Result<> store_ports(const std::filesystem::path& file, const WorldPorts& ports);

/// Whether this program could listen there now.
bool is_free(std::uint16_t port);
/// One that nobody listens on at this moment.
Result<std::uint16_t> any_free_port();

}  // namespace outrider::sandbox
