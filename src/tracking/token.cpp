#include "tracking/token.h"

#include <algorithm>

#include "core/assert.h"
#include "core/encoding.h"
#include "core/secrets.h"

namespace outrider::tracking {
namespace {

constexpr std::size_t kPayloadBytes = 1 + 1 + 8 + 8 + 2;
constexpr std::size_t kMacBytes = 16;
// 36 bytes are a whole number of base64 groups: there is one spelling of each token.
static_assert((kPayloadBytes + kMacBytes) % 3 == 0 &&
              (kPayloadBytes + kMacBytes) / 3 * 4 == kTokenCharacters);

void append_number(std::string& bytes, std::uint64_t number, int size) {
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::uint64_t take_number(std::string_view& bytes, std::size_t size) {
  std::uint64_t number = 0;
  for (const char c : bytes.substr(0, size)) number = number << 8 | static_cast<std::uint8_t>(c);
  bytes.remove_prefix(size);
  return number;
}

std::string mac_of(const SigningKey& key, std::string_view payload) {
  return hmac_sha256(key.bytes, payload).substr(0, kMacBytes);
}

}  // namespace

TokenSigner::TokenSigner(std::vector<SigningKey> keys) : keys_(std::move(keys)) {
  OUTRIDER_ASSERT(!keys_.empty() && keys_.size() <= kSigningKeysMax, "there are 1 to 16 signing keys");
}

std::string TokenSigner::sign(const Token& token) const {
  const SigningKey& key = keys_.front();
  std::string bytes;
  bytes.reserve(kPayloadBytes + kMacBytes);
  append_number(bytes, key.id, 1);
  append_number(bytes, static_cast<std::uint8_t>(token.kind), 1);
  append_number(bytes, static_cast<std::uint64_t>(token.workspace_id), 8);
  append_number(bytes, static_cast<std::uint64_t>(token.message_id), 8);
  append_number(bytes, token.link_index, 2);
  bytes += mac_of(key, bytes);
  return base64url_encode(bytes);
}

std::optional<Token> TokenSigner::verify(std::string_view text, TokenKind kind) const {
  if (text.size() != kTokenCharacters) return std::nullopt;
  const auto bytes = base64url_decode(text);
  if (!bytes || bytes->size() != kPayloadBytes + kMacBytes) return std::nullopt;  // blanks are no token
  const std::string_view payload = std::string_view(*bytes).substr(0, kPayloadBytes);
  const auto id = static_cast<std::uint8_t>(payload.front());
  const auto key = std::ranges::find(keys_, id, &SigningKey::id);
  if (key == keys_.end()) return std::nullopt;
  if (!equal_in_constant_time(mac_of(*key, payload), std::string_view(*bytes).substr(kPayloadBytes)))
    return std::nullopt;
  std::string_view rest = payload.substr(1);
  if (take_number(rest, 1) != static_cast<std::uint8_t>(kind)) return std::nullopt;
  Token token{.kind = kind};
  token.workspace_id = static_cast<std::int64_t>(take_number(rest, 8));
  token.message_id = static_cast<std::int64_t>(take_number(rest, 8));
  token.link_index = static_cast<std::uint16_t>(take_number(rest, 2));
  return token;
}

}  // namespace outrider::tracking
