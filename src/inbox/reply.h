// Answering a conversation from the inbox (BEHAVIOUR 3.11): the mail is written here and put into the send
// ledger; the engine gives it In-Reply-To and References and sends it outside of caps and windows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "http/route.h"
#include "inbox/list.h"
#include "inbox/personal_mail.h"
#include "wire/wire.h"

namespace outrider::inbox {

inline constexpr std::size_t kFileUrlCharactersMax = 4'000;
inline constexpr std::size_t kFileNameCharactersMax = 255;

inline constexpr const char* kAddressListSchema =
    R"({"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"}},{"type":"null"}]})";
/// One text, several joined by commas, or a list of them.
Result<std::vector<std::string>> read_address_list(const wire::Node& node);

/// A file to be fetched and sent along.
struct ReplyFile {
  static constexpr const char* kName = "ReplyAttachment";
  std::string file_url;
  std::optional<std::string> file_name;
  std::optional<std::string> file_type;
  std::optional<std::int64_t> file_size;  // as the client thinks; what is fetched counts
  static wire::Fields wire();
};

struct ReplyInput {
  static constexpr const char* kName = "ReplyToLeadInput";
  std::optional<std::string> email_stats_id;
  std::string email_body;
  std::optional<std::string> to_email;
  std::optional<std::string> to_first_name;
  std::optional<std::string> to_last_name;
  std::optional<wire::Instant> scheduled_time;
  std::optional<std::string> reply_message_id;
  std::optional<std::string> reply_email_body;
  std::optional<wire::Instant> reply_email_time;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
  std::optional<std::string> schedule_condition;
  bool add_signature = false;
  std::optional<std::string> seq_type;
  std::vector<ReplyFile> attachments;
  std::optional<std::int64_t> lead_id;
  static wire::Fields wire();
};

/// What stands under a reply.
struct Quote {
  std::string from;
  TimeMs at_ms = 0;
  std::string body = {};  // empty: nothing is quoted
};

/// The body, then the signature of the mailbox when it is asked for and not there yet, then the quote. Pure.
MailText reply_text(const ReplyInput& input, std::string_view signature, const Quote& quote);

/// Whether queue_reply would take it, before its files are fetched. The same errors.
Result<> check_reply(db::Tx& tx, const Scope& scope, std::int64_t campaign_id, const ReplyInput& input);

/// Without a body to quote the answered message is quoted. Errors: NotFound for a campaign out of scope, a
/// message that is not in it, a lead without mail; Invalid for an address that is none; Conflict when the
/// mailbox of the conversation was deleted.
Result<QueuedMail> queue_reply(db::Tx& tx,
                               const Scope& scope,
                               std::int64_t campaign_id,
                               const ReplyInput& input,
                               std::vector<mail::Attachment> files,
                               TimeMs now_ms);

}  // namespace outrider::inbox
