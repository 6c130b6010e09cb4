// From the bytes of received mail to its effects: read, classify, match, and store, once for each message
// however often it is seen (BEHAVIOUR 3). Called by the mailbox sessions on worker threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "classifier/store.h"
#include "core/clock.h"
#include "db/database.h"
#include "receiving/inbound.h"
#include "tracking/token.h"

namespace outrider::receiving {

inline constexpr std::size_t kBatchMessagesMax = 200;           // of one transaction
inline constexpr std::size_t kBatchBytesMax = 8 * 1024 * 1024;  // one larger message is a batch of its own

struct IngestCounts {
  std::size_t read = 0;     // new messages
  std::size_t replies = 0;  // of them: human answers
  std::size_t copies = 0;   // seen before, elsewhere
};

/// Thread-safe.
class Ingester {
 public:
  /// All outlive the ingester.
  Ingester(db::Database& database, Clock& clock, const tracking::TokenSigner& signer)
      : database_(database), clock_(clock), signer_(signer) {}

  /// All messages of a batch in one transaction, in their order, and with them how far the folder has been
  /// read: `uid_next` when it is not 0. A message that cannot be stored is recorded as such and passed over.
  /// Doing it again changes nothing. Errors: Unavailable when the database is; nothing was stored then.
  Result<IngestCounts> ingest(const MailboxKey& mailbox,
                              const FolderKey& folder,
                              std::span<const RawMessage> messages,
                              std::uint32_t uid_next);

 private:
  struct Prepared;
  Prepared prepare(const RawMessage& raw) const;
  Result<IngestCounts> store_all(db::Tx& tx,
                                 const MailboxKey& mailbox,
                                 const FolderKey& folder,
                                 std::span<const Prepared> messages);
  Result<> store_one(db::Tx& tx,
                     const MailboxKey& mailbox,
                     const FolderKey& folder,
                     const Prepared& message,
                     IngestCounts& counts);
  Result<IngestCounts> store_singly(const MailboxKey& mailbox,
                                    const FolderKey& folder,
                                    std::span<const Prepared> messages);

  db::Database& database_;
  Clock& clock_;
  const tracking::TokenSigner& signer_;
  classifier::Models models_;
};

/// When a message counts as received: its Date when that lies within the day before its arrival, else the
/// arrival; never later than `now_ms`.
TimeMs received_at_ms(std::optional<TimeMs> date_ms, TimeMs internal_date_ms, TimeMs now_ms);

}  // namespace outrider::receiving
