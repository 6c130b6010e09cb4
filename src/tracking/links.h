// The addresses of one message on its tracking host: /o/ for the pixel, /c/ for a click, /u/ to unsubscribe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tracking/token.h"

namespace outrider::tracking {

inline constexpr std::size_t kLinksMax = 500;  // of one message; further ones are left as they are

class MessageLinks {
 public:
  /// `base_url` is the scheme and host without a slash at the end: https://track.example.com. `signer` must
  /// outlive this object.
  MessageLinks(const TokenSigner& signer,
               std::string base_url,
               std::int64_t workspace_id,
               std::int64_t message_id);

  std::string open() const;
  std::string click(std::uint16_t link_index) const;
  std::string trap() const;
  std::string unsubscribe() const;
  /// For List-Unsubscribe: `mailbox?subject=unsubscribe-TOKEN`, without the scheme.
  std::string unsubscribe_mailto(std::string_view mailbox) const;
  const std::string& base_url() const { return base_url_; }

 private:
  std::string token(TokenKind kind, std::uint16_t link_index = 0) const;

  const TokenSigner& signer_;
  std::string base_url_;
  std::int64_t workspace_id_;
  std::int64_t message_id_;
};

/// The token in the subject of a mail that an unsubscribe_mailto() made, or nothing.
std::string_view unsubscribe_token(std::string_view subject);

}  // namespace outrider::tracking
