// Keys, sealing and signatures (libsodium). The master key is a file made at first start; from it come the
// keys for sealing mailbox secrets, signing tracking tokens and seeding spintax.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.h"

namespace outrider {

/// `count` bytes from the system's generator.
std::string random_bytes(std::size_t count);
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view message);
/// SipHash-2-4 with the first 16 bytes of `key`: an unguessable number for seeds and shards, not a signature.
std::uint64_t keyed_hash(std::string_view key, std::string_view message);
/// In constant time for equal lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b);

class MasterKey {
 public:
  /// Reads the file, or makes it (mode 0600) when it is absent. Errors: Internal with the path.
  static Result<MasterKey> load_or_create(const std::filesystem::path& file);
  /// A new key that is kept nowhere.
  static MasterKey generate();
  /// For tests: a fixed key.
  static MasterKey for_tests();

  /// A 32-byte key for one purpose, always the same for the same name.
  std::string derive(std::string_view purpose) const;

  /// XChaCha20-Poly1305 with a fresh nonce; the result is binary.
  std::string seal(std::string_view plain) const;
  /// Errors: Internal when the text was not sealed with this key.
  Result<std::string> open(std::string_view sealed) const;

 private:
  explicit MasterKey(std::string bytes);
  std::string bytes_;
};

}  // namespace outrider
