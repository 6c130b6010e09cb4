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
#include "wire/wire.h"

namespace outrider::inbox {

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
  std::vector<wire::Json> attachments;
  std::optional<std::int64_t> lead_id;
  static wire::Fields wire();
};

/// What a person wrote, as it goes out.
struct ReplyText {
  std::optional<std::string> html;  // absent when the person wrote plain text
  std::string text;
};

/// The body, then the signature of the mailbox when it is asked for, then the answered text as a quote when
/// the request brings it along. Pure.
ReplyText reply_text(const ReplyInput& input, std::string_view signature, std::string_view answered_from);

struct QueuedReply {
  std::string message_id;  // without brackets
  std::string stats_id;
  std::optional<TimeMs> scheduled_ms = {};  // absent: it goes now
};

/// Errors: NotFound for a campaign out of scope, a message that is not in it, a lead without mail; Invalid
/// for an address that is none; Conflict when the mailbox of the conversation was deleted.
Result<QueuedReply> queue_reply(
    db::Tx& tx, const Scope& scope, std::int64_t campaign_id, const ReplyInput& input, TimeMs now_ms);

}  // namespace outrider::inbox
