// A claimed mail made ready for the wire: its bytes from the stored message, and its envelope.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/secrets.h"
#include "db/database.h"
#include "mail/smtp_client.h"
#include "sending/ledger.h"
#include "tracking/token.h"

namespace outrider::sending {

struct ReadyMail {
  mail::SmtpEnvelope envelope;
  std::string bytes;
  std::string sha256;     // of the bytes, in hex
  bool is_retry = false;  // it was tried before: what the plan made sure of may be long ago
};

struct ComposeSettings {
  std::string public_url;
  const tracking::TokenSigner& signer;
};

/// Nothing when the row is gone, no longer claimed, or was put off since `ref` was made. Threading headers
/// are made now, so that an id learned since the claim is answered. Errors: those of mail::compose, which no
/// retry would cure.
Result<std::optional<ReadyMail>> load_ready_mail(db::Tx& tx,
                                                 const OutgoingRef& ref,
                                                 const ComposeSettings& settings,
                                                 TimeMs now_ms);

}  // namespace outrider::sending
