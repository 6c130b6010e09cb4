// The mail of one conversation, oldest first, as both generations of clients read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/thread.h"
#include "wire/wire.h"

namespace outrider::inbox {

/// Of a longer conversation: the newest ones, or those that follow `after_ms`, by which the rest is read on.
inline constexpr std::int64_t kHistoryMessagesMax = 1'000;

enum class EntryType : std::uint8_t { Sent, Reply, Forward };
constexpr wire::Words wire_words(EntryType) {
  static constexpr wire::Word kWords[] = {
      {"SENT", EntryType::Sent}, {"REPLY", EntryType::Reply}, {"FORWARD", EntryType::Forward}};
  return kWords;
}

constexpr wire::Words wire_words(Direction) {
  static constexpr wire::Word kWords[] = {{"outbound", Direction::Outbound}, {"inbound", Direction::Inbound}};
  return kWords;
}

struct HistoryEntry {
  static constexpr const char* kName = "InboxHistoryMessage";
  EntryType type = EntryType::Sent;
  Direction direction = Direction::Outbound;
  std::string id;
  std::string stats_id;    // of a reply: that of the mail it answers
  std::string message_id;  // in angle brackets
  std::string from;
  std::string to;
  wire::Json cc;
  wire::Json bcc;  // of our own mail only, like the counts and clicks
  wire::Instant time;
  std::optional<wire::Instant> sent_at;
  std::optional<wire::Instant> received_at;
  std::optional<wire::Instant> opened_at;
  std::optional<wire::Instant> clicked_at;
  std::string subject;
  std::string email_body;
  std::string body;
  std::optional<std::string> email_seq_number;
  std::optional<std::int64_t> open_count;
  std::optional<std::int64_t> click_count;
  wire::Json click_details;
  wire::Json attachments;
  wire::Patch<wire::Json> reply_details;
  static wire::Fields wire();
};

enum class BodyForm : std::uint8_t { Html, PlainText };

struct HistoryOptions {
  std::optional<TimeMs> after_ms = {};  // only later mail
  BodyForm body = BodyForm::Html;       // of email_body
  std::int64_t messages_max = kHistoryMessagesMax;
};

/// Oldest first: with `after_ms` the `messages_max` that follow it, else the newest `messages_max`. Delivery
/// reports stay out: they are nobody's answer. Reading changes nothing.
Result<std::vector<HistoryEntry>> load_history(db::Tx& tx,
                                               const ThreadKey& key,
                                               const HistoryOptions& options = {});

}  // namespace outrider::inbox
