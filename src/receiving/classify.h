// What a received message is (BEHAVIOUR 3.2): one fixed order, the first rule that holds wins. Pure: the
// facts that need the database come in, the effects are the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "mail/mime.h"
#include "receiving/auto_reply.h"
#include "receiving/dsn.h"

namespace outrider::receiving {

enum class MessageClass : std::uint8_t {
  Outbound = 1,  // our own mail, or a copy of it
  Warmup = 2,    // never in the inbox, never counted
  Bounce = 3,
  Delay = 4,  // stored, without effect
  Complaint = 5,
  ReadReceipt = 6,
  OutOfOffice = 7,
  AutoOther = 8,  // ticket systems, people who left, other machines
  Unsubscribe = 9,
  Reply = 10,
  Untracked = 11,  // of no campaign: personal mail, and reports that concern no mail of ours
  Ignored = 12,    // newsletters and notices of delivery
};
std::string_view class_name(MessageClass message_class);

/// By SPECIAL-USE, else by name.
enum class FolderKind : std::uint8_t { Inbox, Sent, Drafts, Junk, Trash, All, Other };

/// What can be read off the message alone; the caller looks its ids and addresses up before it classifies.
struct Reading {
  std::string new_text;  // without quotes and signature
  std::optional<DeliveryReport> report;
};
Reading read_message(const mail::ParsedMessage& message);

struct InboundFacts {
  FolderKind folder = FolderKind::Inbox;
  bool from_own_mailbox = false;  // From is a connected mailbox of the workspace
  bool id_is_ours = false;        // its Message-ID is one we sent
  bool is_warmup = false;         // token, known id or thread of warmup
  bool report_is_ours = false;    // an original id of the report is ours, or its recipient got a mail of ours
                                  // in the last kReportWindowMs
  bool unsubscribe_token_is_ours = false;    // unsubscribe_token(subject) is a token of ours
  bool is_matched = false;                   // choose_thread chose a thread
  std::optional<TimeMs> since_send_ms = {};  // arrival minus our last mail of that thread
  TimeMs received_ms = 0;                    // for relative return dates without a Date field
};

inline constexpr TimeMs kReportWindowMs = 5 * kDayMs;

struct Classification {
  MessageClass message_class = MessageClass::Untracked;
  std::string_view rule;  // stored with the message: "own.folder", "bounce.report", "auto.subject" ...
  std::optional<AutoReplyKind> auto_reply = {};
  std::optional<std::int64_t> return_day = {};  // days since 1970-01-01, OutOfOffice only
};

Classification classify(const mail::ParsedMessage& message,
                        const Reading& reading,
                        const InboundFacts& facts);

}  // namespace outrider::receiving
