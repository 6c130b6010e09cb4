// What the database knows about a received mail: the threads it may belong to and the facts its
// classification needs (BEHAVIOUR 3.2, 3.3). Reads only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campaigns/lead_state.h"
#include "db/database.h"
#include "mail/mime.h"
#include "receiving/inbound.h"
#include "receiving/match.h"
#include "tracking/token.h"

namespace outrider::receiving {

inline constexpr std::size_t kReferencesMax = 12;      // ids looked up of one message
inline constexpr std::int64_t kCandidatesMax = 50;     // threads of one rule
inline constexpr std::size_t kTokensMax = 8;           // tracking tokens tried of one message
inline constexpr TimeMs kResetRescanMs = 14 * kDayMs;  // after a new UIDVALIDITY, and in a new mailbox

/// A message known under a Message-ID.
struct KnownMessage {
  std::int64_t id = 0;
  bool is_ours = false;  // outbound
  std::string from_email = {};
  std::optional<std::int64_t> campaign_lead_id = {};
  std::int64_t mailbox_id = 0;
  std::string mailbox_email = {};
  TimeMs last_sent_ms = 0;  // of its thread
  bool is_live = false;
};
/// Newest first. `header_id` without brackets.
Result<std::vector<KnownMessage>> find_by_header_id(db::Tx& tx,
                                                    std::int64_t workspace_id,
                                                    std::string_view header_id);

/// A candidate and the message that led to it.
struct ThreadCandidate {
  MatchCandidate match = {};
  std::optional<std::int64_t> message_id = {};
};
/// Every thread one of the rules of 3.3 names.
Result<std::vector<ThreadCandidate>> find_candidates(db::Tx& tx,
                                                     const MailboxKey& mailbox,
                                                     const mail::ParsedMessage& message,
                                                     const tracking::TokenSigner& signer);

Result<bool> is_own_address(db::Tx& tx, std::int64_t workspace_id, std::string_view email);

/// The message of ours a report is about: by the ids it shows, else the newest mail to its recipient from
/// this mailbox since `since_ms`. Empty for backscatter.
Result<std::optional<KnownMessage>> find_reported(db::Tx& tx,
                                                  const MailboxKey& mailbox,
                                                  const DeliveryReport& report,
                                                  TimeMs since_ms);

/// The message whose List-Unsubscribe link made this subject.
Result<std::optional<KnownMessage>> find_unsubscribed(db::Tx& tx,
                                                      std::int64_t workspace_id,
                                                      std::string_view subject,
                                                      const tracking::TokenSigner& signer);

/// A thread with what the effects of a message need: the lead, and how the campaign wants it treated.
struct Thread {
  std::int64_t campaign_lead_id = 0;
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  std::optional<std::int64_t> client_id;
  std::string lead_domain;
  LeadIdentity lead;
  bool paused_until_return = false;  // by an earlier out-of-office note
  std::int64_t soft_bounces = 0;
  std::string timezone;  // of the campaign; "UTC" when it has none
  bool track_replies = true;
  bool pause_domain_on_reply = false;
  bool ooo_ignore_as_reply = true;
  bool ooo_reactivate = false;
  std::optional<std::int64_t> ooo_reactivate_days;
  bool ooo_categorise = true;
  std::string category_options;  // JSON list of the ids and names a reply may be given, "" for all
};
/// Errors: NotFound.
Result<Thread> load_thread(db::Tx& tx, std::int64_t workspace_id, std::int64_t campaign_lead_id);

/// The mail of ours that an inbound message answers.
struct Answered {
  std::int64_t id = 0;
  std::optional<std::int64_t> step_id;
  std::optional<std::int64_t> variant_id;
  std::optional<TimeMs> at_ms;
};
/// `message_id` when that is a mail of ours, else the newest one of the thread.
Result<std::optional<Answered>> find_answered(db::Tx& tx,
                                              std::int64_t workspace_id,
                                              std::int64_t campaign_lead_id,
                                              std::optional<std::int64_t> message_id);

/// Tokens of our tracking addresses in a text, at most kTokensMax.
std::vector<std::string_view> tracking_tokens(std::string_view text);

}  // namespace outrider::receiving
