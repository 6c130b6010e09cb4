// Reads what is new in one IMAP folder and hands it to ingest, in batches bounded by count and bytes; the
// next batch is fetched while the last is being stored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "jobs/worker_pool.h"
#include "mail/imap_client.h"
#include "receiving/ingest.h"

namespace outrider::receiving {

inline constexpr std::uint32_t kBodyBytesMax = 5U << 20;
inline constexpr std::size_t kListedAtOnceMax = 4'000;  // sizes asked for in one command
inline constexpr std::size_t kUnlistedMax = 4;          // so few are fetched without asking for sizes first

/// What a reader works with; all outlive it.
struct ReadingParts {
  db::Database& database;
  Clock& clock;
  Ingester& ingester;
  jobs::WorkerPool& workers;
};

class FolderReader {
 public:
  FolderReader(
      ReadingParts parts, mail::ImapClient& client, MailboxKey mailbox, std::string name, FolderKind kind)
      : parts_(parts), client_(client), mailbox_(mailbox), folder_{.name = std::move(name), .kind = kind} {}

  /// Selects the folder and reads what is new since the last time, or of the last kResetRescanMs when
  /// UIDVALIDITY changed or nothing was read before. The folder stays selected. Errors: those of the client
  /// and of ingest.
  Task<IngestCounts> catch_up();
  /// The folder is selected: reads what came since.
  Task<IngestCounts> read_new();
  /// Reads those of the last kResetRescanMs that were never read, whatever the folder's progress says: mail
  /// that was moved in from elsewhere or that the server showed late. The folder stays selected.
  Task<IngestCounts> reconcile();
  /// Whether a folder that is not selected has something new.
  bool is_behind(const mail::ImapMailboxStatus& status) const;

  const std::string& name() const { return folder_.name; }

 private:
  struct Pending;
  Task<> load_progress();
  Task<> forget_read(std::vector<std::uint32_t>& uids);
  Task<> read_listed(std::vector<std::uint32_t> uids);
  Task<> fetch_batch(std::vector<mail::ImapRange> uids, std::shared_ptr<Pending> pending);
  Task<> hand_over(std::vector<RawMessage> messages, std::shared_ptr<Pending> pending);
  Task<> await_stored(std::shared_ptr<Pending> pending);

  ReadingParts parts_;
  mail::ImapClient& client_;
  MailboxKey mailbox_;
  FolderKey folder_;
  std::uint32_t uid_next_ = 0;  // 0: not known yet
  bool is_recent_only_ = false;
  IngestCounts counts_;
};

}  // namespace outrider::receiving
