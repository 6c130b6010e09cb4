// Evidence for mail of unknown fate: whether it lies in the Sent folder of its mailbox (BEHAVIOUR 1.9). Each
// question is a short session of its own, so that none waits for the one in IDLE.
#pragma once

#include "core/secrets.h"
#include "db/database.h"
#include "jobs/worker_pool.h"
#include "mail/imap_client.h"
#include "sending/upkeep.h"

namespace outrider::receiving {

class ImapSentLookup : public sending::SentLookup {
 public:
  /// All outlive the lookup.
  ImapSentLookup(db::Database& database,
                 jobs::WorkerPool& workers,
                 net::Network& network,
                 const MasterKey& key)
      : database_(database), workers_(workers), network_(network), key_(key) {}

  /// Looks into Sent and, where there is one, into the folder of all mail. Errors: NotFound for a mailbox
  /// that is gone, Unavailable for one that counts as disconnected, and those of the IMAP client.
  Task<bool> find_sent(std::int64_t workspace_id, std::int64_t mailbox_id, std::string header_id) override;

 private:
  Task<mail::ImapSettings> load_settings(std::int64_t workspace_id, std::int64_t mailbox_id);

  db::Database& database_;
  jobs::WorkerPool& workers_;
  net::Network& network_;
  const MasterKey& key_;
};

}  // namespace outrider::receiving
