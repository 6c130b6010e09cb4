// Sending a message of a conversation on to other people, with its files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inbox/personal_mail.h"
#include "wire/wire.h"

namespace outrider::inbox {

inline constexpr std::size_t kForwardedBytesMax = 25 * 1024 * 1024;  // of a message as it lies in its mailbox

struct ForwardInput {
  static constexpr const char* kName = "ForwardEmailInput";
  std::optional<std::string> message_id;
  std::string stats_id;
  std::vector<std::string> to_emails;
  std::optional<std::string> forward_email_subject;
  std::optional<std::string> forward_email_body;
  static wire::Fields wire();
};

/// The message that is sent on.
struct Forwarded {
  std::int64_t id = 0;
  std::int64_t thread_id = 0;
  std::int64_t lead_id = 0;
  std::int64_t mailbox_id = 0;
  bool is_inbound = false;
  bool has_files = false;
  std::string header_id;  // without brackets
  std::string from;
  std::string to;
  std::string subject;
  TimeMs at_ms = 0;
  std::string body;  // HTML where there is any
};

/// `message_id` may be a Message-ID, with or without brackets, or the id of a message on the wire; without it
/// the newest of the thread. Errors: NotFound.
Result<Forwarded> load_forwarded(db::Tx& tx,
                                 const Scope& scope,
                                 std::int64_t campaign_id,
                                 const ForwardInput& input);

/// Errors: Invalid without a recipient or for an address that is none.
Result<std::vector<std::string>> recipients_of(const ForwardInput& input);

/// What the person wrote, then who wrote what when, then the message. Pure.
MailText forward_text(const Forwarded& forwarded, const std::optional<std::string>& said);

/// Errors: those of recipients_of; Conflict when the mailbox was deleted.
Result<QueuedMail> queue_forward(db::Tx& tx,
                                 std::int64_t workspace_id,
                                 std::int64_t campaign_id,
                                 const Forwarded& forwarded,
                                 const ForwardInput& input,
                                 std::vector<mail::Attachment> files,
                                 TimeMs now_ms);

}  // namespace outrider::inbox
