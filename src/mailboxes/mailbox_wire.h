// Mailboxes on the wire, where they are called email accounts. The tables stand in mailbox_wire.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/route.h"
#include "mailboxes/mailbox.h"
#include "wire/wire.h"

namespace outrider::mailboxes {

inline constexpr std::int64_t kPageMax = 100;
inline constexpr std::size_t kIdsMax = 10'000;  // of one attach or detach request

constexpr wire::Words wire_words(Kind) {
  static constexpr wire::Word kWords[] = {
      {"SMTP", Kind::Smtp}, {"GMAIL", Kind::Gmail}, {"OUTLOOK", Kind::Outlook}, {"ZOHO", Kind::Zoho}};
  return kWords;
}

// SSL and TLS mean the same; NONE is ours (RULINGS 24).
constexpr wire::Words wire_words(Security) {
  static constexpr wire::Word kWords[] = {{"SSL", Security::Tls},
                                          {"STARTTLS", Security::StartTls},
                                          {"NONE", Security::None},
                                          {"TLS", Security::Tls}};
  return kWords;
}

enum class WarmupStatus : std::uint8_t { Active, Inactive };
constexpr wire::Words wire_words(WarmupStatus) {
  static constexpr wire::Word kWords[] = {{"ACTIVE", WarmupStatus::Active},
                                          {"INACTIVE", WarmupStatus::Inactive}};
  return kWords;
}

/// A flag that the contract declares as text.
enum class Flag : std::uint8_t { False, True };
constexpr wire::Words wire_words(Flag) {
  static constexpr wire::Word kWords[] = {{"true", Flag::True},
                                          {"false", Flag::False},
                                          {"True", Flag::True},
                                          {"False", Flag::False},
                                          {"1", Flag::True},
                                          {"0", Flag::False}};
  return kWords;
}

struct AccountPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t email_account_id = 0;
  static wire::Fields wire();
};

struct CampaignPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

struct AttachmentPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  std::int64_t email_account_id = 0;
  static wire::Fields wire();
};

struct AccountQuery {
  bool fetch_campaigns = false;
  bool fetch_tags = false;
  static wire::Fields wire();
};

struct CampaignAccountsQuery {
  bool include_tags = false;
  static wire::Fields wire();
};

struct AccountListQuery {
  std::int64_t offset = 0;
  std::int64_t limit = kPageMax;
  std::optional<Flag> is_in_use;
  std::optional<WarmupStatus> warmup_status;
  std::optional<Flag> is_smtp_success;
  std::optional<Flag> is_warmup_blocked;
  std::optional<Kind> esp;
  std::optional<std::string> username;
  std::optional<std::int64_t> client_id;
  std::optional<Flag> fetch_campaigns;
  static wire::Fields wire();
};

/// What can be changed without the password; absent fields stay as they are.
struct AccountSettings {
  wire::Patch<std::int64_t> max_email_per_day;
  wire::Patch<std::string> custom_tracking_url;
  wire::Patch<std::string> bcc;
  wire::Patch<std::string> signature;
  wire::Patch<std::string> different_reply_to_address;
  wire::Patch<std::int64_t> client_id;
  wire::Patch<std::int64_t> time_to_wait_in_mins;
  std::optional<bool> is_suspended;
  std::optional<Security> smtp_port_type;
  std::optional<Security> imap_port_type;
  static wire::Fields wire();
};

struct SaveAccount {
  static constexpr const char* kName = "SaveEmailAccountRequest";
  std::optional<std::int64_t> id;
  std::string from_name;
  std::string from_email;
  std::string user_name;
  std::string password;  // empty for an account that has one: stays
  std::string smtp_host;
  int smtp_port = 0;
  std::string imap_host;
  int imap_port = 0;
  wire::Patch<std::string> imap_user_name;
  wire::Patch<std::string> imap_password;
  std::optional<Kind> type;
  wire::Patch<wire::Json> token;
  bool warmup_enabled = false;
  std::optional<std::int64_t> total_warmup_per_day;
  std::optional<std::int64_t> daily_rampup;
  std::optional<std::int64_t> reply_rate_percentage;
  AccountSettings settings;
  static wire::Fields wire();
};

struct UpdateAccount {
  static constexpr const char* kName = "UpdateEmailAccountRequest";
  std::optional<std::string> from_name;
  AccountSettings settings;
  static wire::Fields wire();
};

struct AttachAccounts {
  std::vector<std::int64_t> email_account_ids;
  std::optional<bool> auto_adjust_warmup;
  static wire::Fields wire();
};

struct DetachAccounts {
  static constexpr const char* kName = "CampaignEmailAccountIds";
  static constexpr auto kSource = http::Source::BodyOrQuery;
  std::vector<std::int64_t> email_account_ids;
  static wire::Fields wire();
};

struct AccountTag {
  static constexpr const char* kName = "TagPrefixed";
  std::int64_t tag_id = 0;
  std::string tag_name;
  std::string tag_color;
  static wire::Fields wire();
};

/// Common to every answer. Secrets are always null (RULINGS 12).
struct AccountBase {
  std::int64_t id = 0;
  wire::Instant created_at;
  wire::Instant updated_at;
  std::int64_t user_id = 0;
  std::string from_name;
  std::string from_email;
  std::optional<std::int64_t> min_gap_minutes;
  std::string username;
  std::optional<std::string> password;
  std::string smtp_host;
  int smtp_port = 0;
  std::optional<Security> smtp_port_type;
  std::int64_t message_per_day = 0;
  std::string different_reply_to_address;
  bool is_different_imap_account = false;
  std::string imap_username;
  std::optional<std::string> imap_password;
  std::string imap_host;
  int imap_port = 0;
  std::optional<Security> imap_port_type;
  std::optional<std::string> signature;
  std::string custom_tracking_domain;
  std::optional<std::string> bcc_email;
  bool is_smtp_success = true;
  bool is_imap_success = true;
  std::optional<std::string> smtp_failure_error;
  std::optional<std::string> imap_failure_error;
  Kind type = Kind::Smtp;
  std::int64_t daily_sent_count = 0;
  bool is_suspended = false;
  std::optional<std::int64_t> client_id;
  static wire::Fields wire();
};

/// Nothing is invented: no warmup mail has been counted here, and then the reputation is 100% (BEHAVIOUR
/// 5.6).
struct WarmupReply {
  std::int64_t id = 0;
  WarmupStatus status = WarmupStatus::Inactive;
  std::int64_t total_sent_count = 0;
  std::int64_t total_spam_count = 0;
  std::string warmup_reputation = "100%";
  std::optional<std::string> warmup_key_id;
  std::int64_t reply_rate = 0;
  std::optional<std::string> blocked_reason;
  static wire::Fields wire();
};

struct WarmupSummary {
  static constexpr const char* kName = "WarmupSummary";
  WarmupReply base;
  wire::Instant created_at;
  static wire::Fields wire();
};

struct WarmupDetails {
  static constexpr const char* kName = "WarmupDetails";
  WarmupReply base;
  wire::Instant created_at;
  std::int64_t warmup_max_count = 0;
  bool is_warmup_blocked = false;
  std::int64_t max_email_per_day = 0;
  static wire::Fields wire();
};

struct AccountReply {
  static constexpr const char* kName = "EmailAccount";
  AccountBase base;
  std::optional<WarmupDetails> warmup_details;
  std::optional<std::vector<std::int64_t>> campaign_ids;
  std::optional<std::vector<AccountTag>> tags;
  static wire::Fields wire();
};

struct AccountListItem {
  static constexpr const char* kName = "EmailAccountListItem";
  AccountBase base;
  std::int64_t campaign_count = 0;
  std::vector<AccountTag> tags;
  std::optional<WarmupSummary> warmup_details;
  std::optional<std::vector<std::int64_t>> campaign_ids;
  static wire::Fields wire();
};

struct CampaignAccount {
  static constexpr const char* kName = "CampaignEmailAccount";
  AccountBase base;
  std::optional<WarmupSummary> warmup_details;
  std::optional<std::vector<AccountTag>> tags;
  static wire::Fields wire();
};

struct SavedWarmup {
  WarmupStatus status = WarmupStatus::Inactive;
  std::optional<std::int64_t> total_warmup_per_day;
  static wire::Fields wire();
};

struct SavedData {
  std::int64_t id = 0;
  std::string from_email;
  Kind type = Kind::Smtp;
  bool is_smtp_success = true;
  bool is_imap_success = true;
  std::optional<SavedWarmup> warmup_details;
  static wire::Fields wire();
};

/// The older reference has the id and the key at the top, the current one an object; both are sent
/// (RULINGS 13).
struct SavedAccount {
  static constexpr const char* kName = "SaveEmailAccountResponse";
  bool ok = true;
  bool success = true;
  std::string message = "Mailbox saved";
  std::int64_t email_account_id = 0;
  std::optional<std::string> warmup_key;
  SavedData data;
  static wire::Fields wire();
};

struct AccountWritten {
  static constexpr const char* kName = "EmailAccountWriteResponse";
  bool ok = true;
  bool success = true;
  std::string message;
  std::int64_t email_account_id = 0;
  static wire::Fields wire();
};

/// A refusal in the documented form of this area and in the common one at once (RULINGS 8 and 13).
struct AccountRefusal {
  static constexpr const char* kName = "EmailAccountError";
  bool ok = false;
  bool success = false;
  int status_code = 400;
  std::string error;
  std::string message;
  std::string code;
  std::string error_code;
  std::optional<std::int64_t> email_account_id;
  std::optional<std::string> smtp_failure_error;
  std::optional<std::string> imap_failure_error;
  std::string request_id;
  static wire::Fields wire();
};

struct AttachmentReply {
  static constexpr const char* kName = "CampaignEmailAccountLink";
  std::int64_t id = 0;
  std::int64_t email_campaign_id = 0;
  std::int64_t email_account_id = 0;
  wire::Instant updated_at;
  static wire::Fields wire();
};

struct Attached {
  bool ok = true;
  bool success = true;
  std::vector<AttachmentReply> result;
  static wire::Fields wire();
};

struct Detached {
  bool ok = true;
  bool success = true;
  std::int64_t result = 0;
  static wire::Fields wire();
};

/// What an answer says beside the stored row.
struct AccountFacts {
  std::int64_t daily_cap_default = 0;
  std::int64_t sent_today = 0;
};
AccountBase base_of(const Mailbox& mailbox, const AccountFacts& facts);
/// Absent when warmup was never set up.
std::optional<WarmupSummary> warmup_summary_of(const Mailbox& mailbox);
std::optional<WarmupDetails> warmup_details_of(const Mailbox& mailbox, const AccountFacts& facts);

}  // namespace outrider::mailboxes
