// Rows that received mail leaves behind: the record of what was read, the stored message with its body, marks
// on the mail it answers, and how far each folder has been read.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "db/database.h"
#include "inbox/thread.h"
#include "mail/mime.h"
#include "receiving/inbound.h"

namespace outrider::receiving {

/// Of `inbound`: one for every message ever read in a folder.
struct InboundRecord {
  std::uint32_t uid = 0;
  std::string_view fingerprint;
  MessageClass message_class = MessageClass::Ignored;
  std::string_view rule;
  std::optional<std::int64_t> message_id = {};
  TimeMs at_ms = 0;
};
Result<> store_inbound(db::Tx& tx,
                       const MailboxKey& mailbox,
                       const FolderKey& folder,
                       const InboundRecord& record);

/// Those UIDs of [first, last] that were read before.
Result<std::set<std::uint32_t>> read_uids(
    db::Tx& tx, const MailboxKey& mailbox, const FolderKey& folder, std::uint32_t first, std::uint32_t last);

/// The same message read before, in any folder and under any UIDVALIDITY of the mailbox.
struct EarlierCopy {
  MessageClass message_class = MessageClass::Ignored;
  std::optional<std::int64_t> message_id;
};
Result<std::optional<EarlierCopy>> find_copy(db::Tx& tx,
                                             const MailboxKey& mailbox,
                                             std::string_view fingerprint);

/// An inbound message to be stored.
struct NewMessage {
  MailboxKey mailbox;
  inbox::MessageKind kind = inbox::MessageKind::Answer;
  std::optional<std::int64_t> campaign_lead_id = {};
  std::optional<std::int64_t> campaign_id = {};
  std::optional<std::int64_t> lead_id = {};
  std::optional<std::int64_t> answers_id = {};
  MessageClass message_class = MessageClass::Reply;
  std::string_view rule = {};
  TimeMs at_ms = 0;
  TimeMs now_ms = 0;
};
/// The row and the ids it is known under. `new_text` makes the preview.
Result<std::int64_t> store_message(db::Tx& tx,
                                   const NewMessage& message,
                                   const mail::ParsedMessage& parsed,
                                   std::string_view new_text);
Result<> store_body(db::Tx& tx,
                    std::int64_t workspace_id,
                    std::int64_t message_id,
                    const mail::ParsedMessage& parsed,
                    std::string_view new_text);

/// True the first time.
Result<bool> mark_replied(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs at_ms);
Result<bool> mark_bounced(db::Tx& tx, std::int64_t workspace_id, std::int64_t message_id, TimeMs at_ms);

/// How far a folder has been read; every smaller UID has been.
struct FolderProgress {
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 1;
};
Result<std::optional<FolderProgress>> load_progress(db::Tx& tx,
                                                    const MailboxKey& mailbox,
                                                    std::string_view folder);
Result<> store_progress(
    db::Tx& tx, const MailboxKey& mailbox, const FolderKey& folder, std::uint32_t uid_next, TimeMs now_ms);

}  // namespace outrider::receiving
