// Writing from the inbox on the wire: paths, inputs and answers of replies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/route.h"
#include "inbox/reply.h"
#include "wire/wire.h"

namespace outrider::inbox {

struct CampaignPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

/// The older path has the campaign in the body.
struct LegacyReplyInput {
  static constexpr const char* kName = "ReplyToLeadLegacyInput";
  std::int64_t campaign_id = 0;
  ReplyInput reply;
  static wire::Fields wire();
};

enum class ReplyStatus : std::uint8_t { Pending, Scheduled };
constexpr wire::Words wire_words(ReplyStatus) {
  static constexpr wire::Word kWords[] = {{"PENDING", ReplyStatus::Pending},
                                          {"SCHEDULED", ReplyStatus::Scheduled}};
  return kWords;
}

struct ReplyResult {
  static constexpr const char* kName = "ActionResult";
  struct Queued {
    std::string message_id;  // in angle brackets
    std::string email_stats_id;
    ReplyStatus status = ReplyStatus::Pending;
    std::optional<wire::Instant> scheduled_time;
    static wire::Fields wire();
  };
  bool ok = true;
  bool success = true;
  std::string message;
  Queued data;
  static wire::Fields wire();
};

}  // namespace outrider::inbox
