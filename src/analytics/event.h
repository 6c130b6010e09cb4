// Facts: what happened, in order. An event is written in the transaction of the change it tells of, together
// with its sums, so the feed, the statistics and the webhooks can never disagree with the state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "db/database.h"

namespace outrider::analytics {

/// Stored as these numbers.
enum class EventType : std::uint8_t {
  Sent = 1,
  Opened = 2,
  Clicked = 3,
  Replied = 4,
  Bounced = 5,
  Unsubscribed = 6,
  AutoReplied = 7,
  CategoryChanged = 8,
  CampaignStatusChanged = 9,
  LeadStateChanged = 10,
  MailboxDisconnected = 11,
  MailboxReconnected = 12,
  UntrackedReply = 13,
  Complaint = 14,
  SendUnconfirmed = 15,
  MachineOpened = 16,  // kept apart from Opened, never in the default counters
  MachineClicked = 17,
  ReadStateChanged = 18,
  AssignmentChanged = 19,
  ArchiveChanged = 20,
  SnoozeChanged = 21,  // by a person; one that ends by itself or by an answer is no event of its own
  ImportanceChanged = 22,
  RevenueChanged = 23,
  NoteAdded = 24,
  TaskAdded = 25,
  ReminderSet = 26,
  LeadTagsChanged = 27,
  ReplyHeld = 28,  // an answer came before a scheduled reply left: a person decides
};  // a new one needs its name below

/// What the feed and the webhooks call them (BEHAVIOUR 6.1), in the order of their numbers.
inline constexpr std::array<std::string_view, 28> kEventNames{"EMAIL_SENT",
                                                              "EMAIL_OPEN",
                                                              "EMAIL_LINK_CLICK",
                                                              "EMAIL_REPLY",
                                                              "EMAIL_BOUNCE",
                                                              "LEAD_UNSUBSCRIBED",
                                                              "EMAIL_AUTO_REPLY",
                                                              "LEAD_CATEGORY_UPDATED",
                                                              "CAMPAIGN_STATUS_CHANGED",
                                                              "LEAD_STATE_CHANGED",
                                                              "EMAIL_ACCOUNT_DISCONNECTED",
                                                              "EMAIL_ACCOUNT_RECONNECTED",
                                                              "UNTRACKED_REPLIES",
                                                              "EMAIL_COMPLAINT",
                                                              "SEND_UNCONFIRMED",
                                                              "MACHINE_OPEN",
                                                              "MACHINE_CLICK",
                                                              "READ_STATE_CHANGED",
                                                              "LEAD_ASSIGNED",
                                                              "ARCHIVE_STATE_CHANGED",
                                                              "SNOOZE_CHANGED",
                                                              "IMPORTANCE_CHANGED",
                                                              "REVENUE_CHANGED",
                                                              "NOTE_ADDED",
                                                              "TASK_ADDED",
                                                              "REMINDER_SET",
                                                              "LEAD_TAGS_CHANGED",
                                                              "REPLY_HELD"};

constexpr std::string_view name(EventType type) {
  return kEventNames[static_cast<std::size_t>(type) - 1];
}
static_assert(name(EventType::Sent) == "EMAIL_SENT");
static_assert(name(EventType::ReplyHeld) == kEventNames.back(), "each type has a name");

/// What an event is about; what does not apply stays empty.
struct Event {
  std::int64_t workspace_id = 0;
  EventType type = EventType::Sent;
  TimeMs at_ms = 0;
  std::optional<std::int64_t> campaign_id = {};
  std::optional<std::int64_t> campaign_lead_id = {};
  std::optional<std::int64_t> lead_id = {};
  std::optional<std::int64_t> client_id = {};
  std::optional<std::int64_t> mailbox_id = {};
  std::optional<std::int64_t> message_id = {};
  std::optional<std::int64_t> step_id = {};
  std::optional<std::int64_t> variant_id = {};
  bool is_first = false;    // the first of its type for this message
  std::string data = "{}";  // a JSON object with what only this type has
};

/// Appends the event and adds it to the sums of its campaign. Errors: those of the database.
Result<> record(db::Tx& tx, const Event& event);

/// 15 minutes: every offset in use today is a multiple of it, so any zone's day is a sum of whole buckets.
inline constexpr TimeMs kBucketMs = 15 * kMinuteMs;

}  // namespace outrider::analytics
