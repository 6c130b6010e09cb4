// Replies, forwards and planned mail on the wire: paths and answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/route.h"
#include "inbox/forward.h"
#include "inbox/reply.h"
#include "wire/wire.h"

namespace outrider::inbox {

struct CampaignPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

/// The older paths have the campaign in the body.
struct LegacyReplyInput {
  static constexpr const char* kName = "ReplyToLeadLegacyInput";
  std::int64_t campaign_id = 0;
  ReplyInput reply;
  static wire::Fields wire();
};
struct LegacyForwardInput {
  static constexpr const char* kName = "ForwardEmailLegacyInput";
  std::int64_t campaign_id = 0;
  ForwardInput forward;
  static wire::Fields wire();
};

/// A mail that waits: its stats_id, its id as `msg_7`, or the number of its ledger row.
struct PersonalMailPath {
  static constexpr auto kSource = http::Source::Path;
  std::string id;
  static wire::Fields wire();
};

enum class MailStatus : std::uint8_t { Pending, Scheduled, Cancelled };
constexpr wire::Words wire_words(MailStatus) {
  static constexpr wire::Word kWords[] = {{"PENDING", MailStatus::Pending},
                                          {"SCHEDULED", MailStatus::Scheduled},
                                          {"CANCELLED", MailStatus::Cancelled}};
  return kWords;
}

struct MailResult {
  static constexpr const char* kName = "ReplyResult";
  struct Queued {
    std::string message_id;  // in angle brackets
    std::string email_stats_id;
    MailStatus status = MailStatus::Pending;
    std::optional<wire::Instant> scheduled_time;
    static wire::Fields wire();
  };
  bool ok = true;
  bool success = true;
  std::string message;
  Queued data;
  static wire::Fields wire();
};

struct ForwardResult {
  static constexpr const char* kName = "ForwardResult";
  bool ok = true;
  bool success = true;
  std::string message = "Message forwarded";
  std::string message_id;  // in angle brackets
  std::string status = "success";
  static wire::Fields wire();
};

}  // namespace outrider::inbox
