// Signed tokens of open, click and unsubscribe addresses. A token names a message and a link of it, never a
// destination: there is no open redirect, and nothing can be forged without the key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::tracking {

inline constexpr std::size_t kTokenCharacters = 48;
inline constexpr std::size_t kSigningKeysMax = 16;

enum class TokenKind : std::uint8_t {
  Open = 1,
  Click = 2,
  Unsubscribe = 3,
  Trap = 4,  // a link no person can see
};

struct Token {
  TokenKind kind = TokenKind::Open;
  std::int64_t workspace_id = 0;
  std::int64_t message_id = 0;   // the row of the outgoing mail
  std::uint16_t link_index = 0;  // Click: which destination
  bool operator==(const Token&) const = default;
};

struct SigningKey {
  std::uint8_t id = 0;
  std::string bytes;  // MasterKey::derive("tracking token")
};

/// base64url(key id, kind, workspace id, message id, link index, first 128 bits of HMAC-SHA256). Immutable,
/// so any thread may use it.
class TokenSigner {
 public:
  /// The first key signs, every key verifies: a key is changed by putting a new one in front.
  explicit TokenSigner(std::vector<SigningKey> keys);

  std::string sign(const Token& token) const;
  /// Nothing for a token that is damaged, forged, signed with an unknown key or of another kind. The
  /// signature is compared in constant time.
  std::optional<Token> verify(std::string_view text, TokenKind kind) const;

 private:
  std::vector<SigningKey> keys_;
};

}  // namespace outrider::tracking
