// What people do with a conversation, on the wire. Every action names its conversation in the same ways, and
// every answer has the same shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crm/records.h"
#include "http/route.h"
#include "leads/suppression.h"
#include "wire/wire.h"

namespace outrider::crm {

inline constexpr std::int64_t kRevenueMax = 1'000'000'000'000;
inline constexpr std::size_t kDomainsMax = 1'000;  // of one request
inline constexpr int kResumeDaysMax = 365;

/// By its lead map, or by campaign and lead (DIALECTS "inbox addressing").
struct Named {
  std::optional<std::int64_t> email_lead_map_id;
  std::optional<std::int64_t> campaign_id;
  std::optional<std::int64_t> lead_id;
  static wire::Fields wire();
};

struct ReadStatusInput {
  Named conversation;
  bool read_status = false;
  static wire::Fields wire();
};

struct ConversationInput {
  Named conversation;
  static wire::Fields wire();
};

struct CategoryInput {
  Named conversation;
  std::optional<std::int64_t> category_id;
  static wire::Fields wire();
};

struct RevenueInput {
  Named conversation;
  double revenue = 0;
  static wire::Fields wire();
};

struct TeamMemberInput {
  Named conversation;
  std::optional<std::int64_t> team_member_id;
  static wire::Fields wire();
};

struct ArchivedInput {
  Named conversation;
  bool is_archived = false;
  static wire::Fields wire();
};

struct ImportantInput {
  Named conversation;
  bool is_important = false;
  static wire::Fields wire();
};

struct SnoozeInput {
  Named conversation;
  std::optional<wire::Instant> snoozed_until;
  static wire::Fields wire();
};

struct NoteInput {
  Named conversation;
  std::string note_message;
  static wire::Fields wire();
};

struct TaskInput {
  Named conversation;
  std::string name;
  std::optional<std::string> description;
  TaskPriority priority = TaskPriority::Medium;
  std::optional<wire::Instant> due_date;
  static wire::Fields wire();
};

struct ReminderInput {
  Named conversation;
  std::string email_stats_id;
  std::string message;
  wire::Instant reminder_time;
  static wire::Fields wire();
};

struct ResumeInput {
  std::int64_t campaign_id = 0;
  std::optional<std::int64_t> email_lead_map_id;
  std::optional<std::int64_t> lead_id;
  int resume_delay_days = 0;
  static wire::Fields wire();
};

enum class BlockSource : std::uint8_t { Manual, Bounce, Complaint, Invalid };
constexpr wire::Words wire_words(BlockSource) {
  static constexpr wire::Word kWords[] = {{"manual", BlockSource::Manual},
                                          {"bounce", BlockSource::Bounce},
                                          {"complaint", BlockSource::Complaint},
                                          {"invalid", BlockSource::Invalid}};
  return kWords;
}

struct BlockDomainsInput {
  std::vector<std::string> domains;
  BlockSource source = BlockSource::Manual;
  static wire::Fields wire();
};

struct LeadTagsInput {
  std::int64_t lead_id = 0;
  std::vector<std::int64_t> tag_ids;
  static wire::Fields wire();
};

/// `data` differs by action and is built where it happens.
struct ActionResult {
  static constexpr const char* kName = "InboxActionResult";
  bool ok = true;
  bool success = true;
  std::string message;
  wire::Json data;
  static wire::Fields wire();
};

}  // namespace outrider::crm
