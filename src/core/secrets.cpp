#include "core/secrets.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/assert.h"

namespace outrider {
namespace {

constexpr std::size_t kKeyBytes = 32;

unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void start_sodium() {
  static const int kStarted = sodium_init();
  OUTRIDER_ASSERT(kStarted >= 0, "libsodium starts");
}

Result<std::string> create_key_file(const std::filesystem::path& file) {
  std::string bytes = random_bytes(kKeyBytes);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(Code::Internal, "cannot create the key file " + file.string() + ": " + std::strerror(errno));
  const bool written = ::write(fd, bytes.data(), bytes.size()) == std::ssize(bytes) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) return fail(Code::Internal, "cannot write the key file " + file.string());
  return bytes;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  start_sodium();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string sha256(std::string_view bytes) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(raw(digest), raw(bytes), bytes.size());
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  crypto_auth_hmacsha256_update(&state, raw(message), message.size());
  crypto_auth_hmacsha256_final(&state, raw(mac));
  return mac;
}

std::uint64_t keyed_hash(std::string_view key, std::string_view message) {
  OUTRIDER_ASSERT(key.size() >= crypto_shorthash_KEYBYTES, "a hash key has 16 bytes or more");
  std::array<unsigned char, crypto_shorthash_BYTES> digest{};
  crypto_shorthash(digest.data(), raw(message), message.size(), raw(key));
  std::uint64_t number = 0;
  for (const unsigned char byte : digest) number = number << 8 | byte;
  return number;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

MasterKey::MasterKey(std::string bytes) : bytes_(std::move(bytes)) {
  start_sodium();
  OUTRIDER_ASSERT(bytes_.size() == kKeyBytes, "a master key has 32 bytes");
}

Result<MasterKey> MasterKey::load_or_create(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    TRY_AS(auto bytes, create_key_file(file));
    return MasterKey(std::move(bytes));
  }
  std::ifstream in(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  if (bytes.size() != kKeyBytes)
    return fail(Code::Internal,
                "the key file " + file.string() + " must hold 32 bytes; restore it from a backup");
  return MasterKey(std::move(bytes));
}

MasterKey MasterKey::generate() {
  return MasterKey(random_bytes(kKeyBytes));
}

MasterKey MasterKey::for_tests() {
  return MasterKey(std::string(kKeyBytes, 'k'));
}

std::string MasterKey::derive(std::string_view purpose) const {
  return hmac_sha256(bytes_, purpose);
}

std::string MasterKey::seal(std::string_view plain) const {
  const std::string key = derive("seal");
  const std::string nonce = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  std::string cipher(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(cipher),
                                             nullptr,
                                             raw(plain),
                                             plain.size(),
                                             nullptr,
                                             0,
                                             nullptr,
                                             raw(std::string_view(nonce)),
                                             raw(std::string_view(key)));
  return nonce + cipher;
}

Result<std::string> MasterKey::open(std::string_view sealed) const {
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t kMac = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  const auto wrong_key = [] {
    return fail(Code::Internal, "a stored secret was sealed with another key file");
  };
  if (sealed.size() < kNonce + kMac) return wrong_key();
  const std::string key = derive("seal");
  std::string plain(sealed.size() - kNonce - kMac, '\0');
  const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain),
                                                                nullptr,
                                                                nullptr,
                                                                raw(sealed.substr(kNonce)),
                                                                sealed.size() - kNonce,
                                                                nullptr,
                                                                0,
                                                                raw(sealed.substr(0, kNonce)),
                                                                raw(std::string_view(key)));
  if (opened != 0) return wrong_key();
  return plain;
}

}  // namespace outrider
