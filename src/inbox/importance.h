// How important a conversation is (INBOX-ACCEPTANCE section 6): points with their reasons, computed when a
// reply comes and when title, company size, revenue or tags change, never on read, and never against a star
// set by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "inbox/thread.h"

namespace outrider::inbox {

inline constexpr int kImportantScore = 50;  // from here on a conversation is flagged
inline constexpr int kScoreMax = 100;
inline constexpr std::int64_t kLargeDealCents = 50'000'00;  // above it
inline constexpr TimeMs kFastReplyMs = 4 * kHourMs;         // below it

/// What is known of a conversation; unknown facts give no points.
struct ImportanceFacts {
  std::string title = {};
  std::string company_size = {};
  std::int64_t deal_cents = 0;
  std::optional<TimeMs> reply_after_ms = {};  // from the answered mail to the reply
  std::string reply = {};                     // subject and new text
  bool has_vip_tag = false;                   // lead or campaign
};

struct ImportanceReason {
  std::string_view word;  // "title", "company_size", "deal_size", "fast_reply", "budget", "urgent", "vip_tag"
  int points = 0;
};

struct Importance {
  int score = 0;  // the sum of the points, at most kScoreMax
  std::vector<ImportanceReason> reasons = {};
  bool is_important() const { return score >= kImportantScore; }
};
Importance score_importance(const ImportanceFacts& facts);

/// The stored reasons as texts, "title +30"; empty for none.
std::optional<std::vector<std::string>> reason_texts(std::string_view json);

/// An amount as people write it in a field: "75,000", "$75k", "1.2m", "75.000,00 EUR". Empty when it is none.
std::optional<std::int64_t> amount_cents(std::string_view text);

/// Computes score, reasons and flag anew from the facts of the database. A flag that a person set or took
/// away stays.
Result<> refresh_importance(db::Tx& tx, const ThreadKey& key);

/// The same for every answered conversation of a lead: its fields or tags changed.
Result<> refresh_importance_of_lead(db::Tx& tx, std::int64_t workspace_id, std::int64_t lead_id);

}  // namespace outrider::inbox
