#include "mailboxes/mailbox_wire.h"

#include <algorithm>

#include "core/strings.h"
#include "mail/address.h"
#include "mail/domain.h"

namespace outrider::mailboxes {
namespace {

constexpr std::size_t kNameMax = 200;
constexpr std::size_t kAddressMax = 320;
constexpr std::size_t kPasswordMax = 4096;  // some are tokens
constexpr std::size_t kSignatureMax = 100'000;
constexpr std::size_t kTokenBytesMax = 16'384;
constexpr std::int64_t kPerDayMax = 1'000'000;
constexpr std::int64_t kWarmupPerDayMax = 1'000;
constexpr std::int64_t kGapMinutesMax = 7 * 24 * 60;
constexpr std::int64_t kReplyRateDefault = 30;  // BEHAVIOUR 5.1

constexpr const char* kTokenSchema = R"({"type":["object","null"],"additionalProperties":true})";
constexpr const char* kAddressRule = "must be an email address";
constexpr const char* kOneLineRule = "must be one line of text";
constexpr const char* kHostRule = "must be a host name or an IP address";

constexpr wire::Word kEspWords[] = {{"GMAIL", Kind::Gmail}, {"OUTLOOK", Kind::Outlook}, {"SMTP", Kind::Smtp}};

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

bool is_address(std::string_view text) {
  return mail::is_valid_email(text);
}

/// An empty text takes the address away.
bool is_address_or_empty(std::string_view text) {
  return text.empty() || is_address(text);
}

bool is_host(std::string_view text) {
  const bool is_ip_v6 = text.find(':') != std::string_view::npos &&
                        text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  return is_ip_v6 || mail::domain_to_ascii(text).has_value();
}

/// With or without a scheme, as clients send it.
bool is_tracking_host_or_empty(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (starts_with_ignoring_case(text, scheme)) text.remove_prefix(scheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  return text.empty() || mail::domain_to_ascii(text).has_value();
}

Result<wire::Json> read_token(const wire::Node& node) {
  if (!node.is_object()) return fail(Code::Invalid, "must be an object");
  if (node.get("access_token").text().empty()) return fail(Code::Invalid, "must hold an access_token");
  wire::Json token{node.json()};
  if (token.text.size() > kTokenBytesMax) return fail(Code::Invalid, "is too long");
  return token;
}

/// NONE is not among the contract's words for answers.
std::optional<Security> port_type(Security security) {
  return security == Security::None ? std::nullopt : std::optional(security);
}

WarmupReply warmup_of(const Mailbox& mailbox) {
  return {.id = mailbox.id,
          .status = mailbox.warmup.is_enabled ? WarmupStatus::Active : WarmupStatus::Inactive,
          .warmup_key_id = mailbox.warmup.key,
          .reply_rate = mailbox.warmup.reply_rate.value_or(kReplyRateDefault),
          .blocked_reason = std::nullopt};
}

}  // namespace

AccountBase base_of(const Mailbox& mailbox, const AccountFacts& facts) {
  const bool has_imap_login = mailbox.has_imap_login();
  AccountBase base{.id = mailbox.id,
                   .created_at = {mailbox.created_at_ms},
                   .updated_at = {mailbox.updated_at_ms},
                   .user_id = mailbox.user_id,
                   .from_name = mailbox.from_name,
                   .from_email = mailbox.from_email,
                   .min_gap_minutes = mailbox.min_gap_minutes,
                   .username = mailbox.smtp.user,
                   .password = std::nullopt,
                   .smtp_host = mailbox.smtp.host,
                   .smtp_port = mailbox.smtp.port,
                   .smtp_port_type = port_type(mailbox.smtp.security),
                   .message_per_day = mailbox.max_email_per_day.value_or(facts.daily_cap_default),
                   .different_reply_to_address = mailbox.reply_to.value_or(""),
                   .is_different_imap_account = has_imap_login,
                   .imap_username = has_imap_login ? mailbox.imap.user : "",
                   .imap_password = std::nullopt,
                   .imap_host = mailbox.imap.host,
                   .imap_port = mailbox.imap.port,
                   .imap_port_type = port_type(mailbox.imap.security),
                   .signature = mailbox.signature,
                   .custom_tracking_domain = mailbox.custom_tracking_url.value_or(""),
                   .bcc_email = mailbox.bcc,
                   .smtp_failure_error = mailbox.smtp_connection.error,
                   .imap_failure_error = mailbox.imap_connection.error,
                   .type = mailbox.kind,
                   .daily_sent_count = facts.sent_today,
                   .is_suspended = mailbox.is_suspended,
                   .client_id = mailbox.client_id};
  base.is_smtp_success = mailbox.smtp_connection.state == ConnectionState::Connected;
  base.is_imap_success = mailbox.imap_connection.state == ConnectionState::Connected;
  return base;
}

std::optional<WarmupSummary> warmup_summary_of(const Mailbox& mailbox) {
  if (!mailbox.warmup.created_at_ms) return std::nullopt;
  return WarmupSummary{.base = warmup_of(mailbox), .created_at = {*mailbox.warmup.created_at_ms}};
}

std::optional<WarmupDetails> warmup_details_of(const Mailbox& mailbox, const AccountFacts& facts) {
  if (!mailbox.warmup.created_at_ms) return std::nullopt;
  return WarmupDetails{.base = warmup_of(mailbox),
                       .created_at = {*mailbox.warmup.created_at_ms},
                       .warmup_max_count = mailbox.warmup.per_day.value_or(0),
                       .max_email_per_day = mailbox.max_email_per_day.value_or(facts.daily_cap_default)};
}

wire::Fields AccountPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AccountPath::email_account_id>("email_account_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields CampaignPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields AttachmentPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AttachmentPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
      wire::required<&AttachmentPath::email_account_id>("email_account_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields AccountQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&AccountQuery::fetch_campaigns>("fetch_campaigns", wire::fallback(false)),
      wire::optional<&AccountQuery::fetch_tags>("fetch_tags", wire::fallback(false)),
  };
  return kFields;
}

wire::Fields CampaignAccountsQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CampaignAccountsQuery::include_tags>("include_tags", wire::fallback(false)),
  };
  return kFields;
}

wire::Fields AccountListQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&AccountListQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
      wire::optional<&AccountListQuery::limit>("limit", wire::range(1, kPageMax), wire::fallback(kPageMax)),
      wire::optional<&AccountListQuery::is_in_use>("isInUse"),
      wire::optional<&AccountListQuery::warmup_status>("emailWarmupStatus"),
      wire::optional<&AccountListQuery::is_smtp_success>("isSmtpSuccess"),
      wire::optional<&AccountListQuery::is_warmup_blocked>("isWarmupBlocked"),
      wire::optional<&AccountListQuery::esp>("esp", wire::words(kEspWords)),
      wire::optional<&AccountListQuery::username>("username", wire::length(0, kAddressMax)),
      wire::optional<&AccountListQuery::client_id>("client_id", wire::range(1, INT64_MAX)),
      wire::optional<&AccountListQuery::fetch_campaigns>("fetch_campaigns"),
  };
  return kFields;
}

// Answers spell these names in another way than requests; clients send back what they have read, so both are
// taken (DIALECTS "create account").
wire::Fields AccountSettings::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&AccountSettings::max_email_per_day>(
          "max_email_per_day", wire::alias("message_per_day"), wire::range(0, kPerDayMax), wire::lenient()),
      wire::optional<&AccountSettings::custom_tracking_url>(
          "custom_tracking_url",
          wire::alias("custom_tracking_domain"),
          wire::must(is_tracking_host_or_empty, "must be a host name such as go.example.com")),
      wire::optional<&AccountSettings::bcc>(
          "bcc", wire::alias("bcc_email"), wire::must(is_address_or_empty, kAddressRule)),
      wire::optional<&AccountSettings::signature>("signature", wire::length(0, kSignatureMax)),
      wire::optional<&AccountSettings::different_reply_to_address>(
          "different_reply_to_address", wire::must(is_address_or_empty, kAddressRule)),
      wire::optional<&AccountSettings::client_id>("client_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&AccountSettings::time_to_wait_in_mins>("time_to_wait_in_mins",
                                                             wire::alias("minTimeToWaitInMins"),
                                                             wire::range(0, kGapMinutesMax),
                                                             wire::lenient()),
      wire::optional<&AccountSettings::is_suspended>("is_suspended", wire::lenient()),
      wire::optional<&AccountSettings::smtp_port_type>("smtp_port_type"),
      wire::optional<&AccountSettings::imap_port_type>("imap_port_type"),
  };
  return kFields;
}

wire::Fields SaveAccount::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&SaveAccount::id>("id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::required<&SaveAccount::from_name>(
          "from_name", wire::alias("name"), wire::length(1, kNameMax), wire::must(is_one_line, kOneLineRule)),
      wire::required<&SaveAccount::from_email>(
          "from_email", wire::alias("email"), wire::email(), wire::must(is_address, kAddressRule)),
      wire::required<&SaveAccount::user_name>(
          "user_name", wire::alias("username"), wire::length(1, kAddressMax)),
      wire::required<&SaveAccount::password>("password", wire::length(0, kPasswordMax), wire::secret()),
      wire::required<&SaveAccount::smtp_host>("smtp_host", wire::must(is_host, kHostRule)),
      wire::required<&SaveAccount::smtp_port>("smtp_port", wire::range(1, 65535), wire::lenient()),
      wire::required<&SaveAccount::imap_host>("imap_host", wire::must(is_host, kHostRule)),
      wire::required<&SaveAccount::imap_port>("imap_port", wire::range(1, 65535), wire::lenient()),
      wire::optional<&SaveAccount::imap_user_name>(
          "imap_user_name", wire::alias("imap_username"), wire::length(0, kAddressMax)),
      wire::optional<&SaveAccount::imap_password>(
          "imap_password", wire::length(0, kPasswordMax), wire::secret()),
      wire::optional<&SaveAccount::type>("type"),
      wire::optional<&SaveAccount::token>("token", wire::read_by<&read_token>(kTokenSchema), wire::secret()),
      wire::required<&SaveAccount::warmup_enabled>("warmup_enabled", wire::lenient()),
      wire::optional<&SaveAccount::total_warmup_per_day>(
          "total_warmup_per_day", wire::range(0, kWarmupPerDayMax), wire::lenient()),
      wire::optional<&SaveAccount::daily_rampup>(
          "daily_rampup", wire::alias("daily_ramp_up"), wire::range(0, kWarmupPerDayMax), wire::lenient()),
      wire::optional<&SaveAccount::reply_rate_percentage>(
          "reply_rate_percentage", wire::range(0, 100), wire::lenient()),
      wire::inlined<&SaveAccount::settings>(),
  };
  return kFields;
}

wire::Fields UpdateAccount::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&UpdateAccount::from_name>(
          "from_name", wire::length(1, kNameMax), wire::must(is_one_line, kOneLineRule)),
      wire::inlined<&UpdateAccount::settings>(),
  };
  return kFields;
}

wire::Fields AttachAccounts::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AttachAccounts::email_account_ids>(
          "email_account_ids",
          wire::alias("email_accounts_ids", "email_account_id"),
          wire::range(1, INT64_MAX),
          wire::items(1, kIdsMax),
          wire::lenient(),
          wire::one_or_many()),
      wire::optional<&AttachAccounts::auto_adjust_warmup>(
          "auto_adjust_warmup",
          wire::lenient(),
          wire::doc("Let warmup volume follow. Taken for compatibility.")),
  };
  return kFields;
}

wire::Fields DetachAccounts::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&DetachAccounts::email_account_ids>(
          "email_account_ids",
          wire::alias("email_accounts_ids", "email_account_id"),
          wire::range(1, INT64_MAX),
          wire::items(1, kIdsMax),
          wire::lenient(),
          wire::one_or_many()),
  };
  return kFields;
}

wire::Fields AccountTag::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AccountTag::tag_id>("tag_id", wire::also("id")),
      wire::required<&AccountTag::tag_name>("tag_name", wire::also("name")),
      wire::required<&AccountTag::tag_color>("tag_color", wire::also("color")),
  };
  return kFields;
}

wire::Fields AccountBase::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AccountBase::id>("id"),
      wire::required<&AccountBase::created_at>("created_at", wire::with_ms()),
      wire::required<&AccountBase::updated_at>("updated_at", wire::with_ms()),
      wire::required<&AccountBase::user_id>("user_id"),
      wire::required<&AccountBase::from_name>("from_name"),
      wire::required<&AccountBase::from_email>("from_email"),
      wire::required<&AccountBase::min_gap_minutes>("minTimeToWaitInMins"),
      wire::required<&AccountBase::username>("username"),
      wire::required<&AccountBase::password>("password"),
      wire::required<&AccountBase::smtp_host>("smtp_host"),
      wire::required<&AccountBase::smtp_port>("smtp_port"),
      wire::required<&AccountBase::smtp_port_type>("smtp_port_type"),
      wire::required<&AccountBase::message_per_day>("message_per_day"),
      wire::required<&AccountBase::different_reply_to_address>("different_reply_to_address"),
      wire::required<&AccountBase::is_different_imap_account>("is_different_imap_account"),
      wire::required<&AccountBase::imap_username>("imap_username"),
      wire::required<&AccountBase::imap_password>("imap_password"),
      wire::required<&AccountBase::imap_host>("imap_host"),
      wire::required<&AccountBase::imap_port>("imap_port"),
      wire::required<&AccountBase::imap_port_type>("imap_port_type"),
      wire::required<&AccountBase::signature>("signature"),
      wire::required<&AccountBase::custom_tracking_domain>("custom_tracking_domain"),
      wire::required<&AccountBase::bcc_email>("bcc_email"),
      wire::required<&AccountBase::is_smtp_success>("is_smtp_success"),
      wire::required<&AccountBase::is_imap_success>("is_imap_success"),
      wire::required<&AccountBase::smtp_failure_error>("smtp_failure_error"),
      wire::required<&AccountBase::imap_failure_error>("imap_failure_error"),
      wire::required<&AccountBase::type>("type"),
      wire::required<&AccountBase::daily_sent_count>("daily_sent_count"),
      wire::required<&AccountBase::is_suspended>("is_suspended"),
      wire::required<&AccountBase::client_id>("client_id"),
  };
  return kFields;
}

wire::Fields WarmupReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&WarmupReply::id>("id"),
      wire::required<&WarmupReply::status>("status"),
      wire::required<&WarmupReply::total_sent_count>("total_sent_count"),
      wire::required<&WarmupReply::total_spam_count>("total_spam_count"),
      wire::required<&WarmupReply::warmup_reputation>("warmup_reputation"),
      wire::required<&WarmupReply::warmup_key_id>("warmup_key_id"),
      wire::required<&WarmupReply::reply_rate>("reply_rate"),
      wire::required<&WarmupReply::blocked_reason>("blocked_reason"),
  };
  return kFields;
}

wire::Fields WarmupSummary::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&WarmupSummary::base>(),
      wire::required<&WarmupSummary::created_at>("warmup_created_at", wire::with_ms()),
  };
  return kFields;
}

wire::Fields WarmupDetails::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&WarmupDetails::base>(),
      wire::required<&WarmupDetails::created_at>("created_at", wire::with_ms()),
      wire::required<&WarmupDetails::warmup_max_count>("warmup_max_count"),
      wire::required<&WarmupDetails::is_warmup_blocked>("is_warmup_blocked"),
      wire::required<&WarmupDetails::max_email_per_day>("max_email_per_day"),
  };
  return kFields;
}

wire::Fields AccountReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&AccountReply::base>(),
      wire::required<&AccountReply::warmup_details>("warmup_details"),
      wire::optional<&AccountReply::campaign_ids>("campaign_ids", wire::omit_when_empty()),
      wire::optional<&AccountReply::tags>("tags", wire::omit_when_empty()),
  };
  return kFields;
}

wire::Fields AccountListItem::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&AccountListItem::base>(),
      wire::required<&AccountListItem::campaign_count>("campaign_count"),
      wire::required<&AccountListItem::tags>("tags"),
      wire::required<&AccountListItem::warmup_details>("warmup_details"),
      wire::optional<&AccountListItem::campaign_ids>("campaign_ids", wire::omit_when_empty()),
  };
  return kFields;
}

wire::Fields CampaignAccount::wire() {
  static constexpr wire::Field kFields[] = {
      wire::inlined<&CampaignAccount::base>(),
      wire::required<&CampaignAccount::warmup_details>("warmup_details"),
      wire::optional<&CampaignAccount::tags>("tags", wire::omit_when_empty()),
  };
  return kFields;
}

wire::Fields SavedWarmup::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedWarmup::status>("status"),
      wire::optional<&SavedWarmup::total_warmup_per_day>("total_warmup_per_day", wire::omit_when_empty()),
  };
  return kFields;
}

wire::Fields SavedData::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedData::id>("id"),
      wire::required<&SavedData::from_email>("from_email"),
      wire::required<&SavedData::type>("type"),
      wire::required<&SavedData::is_smtp_success>("is_smtp_success"),
      wire::required<&SavedData::is_imap_success>("is_imap_success"),
      wire::required<&SavedData::warmup_details>("warmup_details"),
  };
  return kFields;
}

wire::Fields SavedAccount::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&SavedAccount::ok>("ok"),
      wire::required<&SavedAccount::success>("success"),
      wire::required<&SavedAccount::message>("message"),
      wire::required<&SavedAccount::email_account_id>("emailAccountId"),
      wire::required<&SavedAccount::warmup_key>("warmupKey"),
      wire::required<&SavedAccount::data>("data"),
  };
  return kFields;
}

wire::Fields AccountWritten::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AccountWritten::ok>("ok"),
      wire::required<&AccountWritten::success>("success"),
      wire::required<&AccountWritten::message>("message"),
      wire::required<&AccountWritten::email_account_id>("emailAccountId"),
  };
  return kFields;
}

wire::Fields AccountRefusal::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AccountRefusal::ok>("ok"),
      wire::required<&AccountRefusal::success>("success"),
      wire::required<&AccountRefusal::status_code>("statusCode"),
      wire::required<&AccountRefusal::error>("error"),
      wire::required<&AccountRefusal::message>("message"),
      wire::required<&AccountRefusal::code>("code"),
      wire::required<&AccountRefusal::error_code>("errorCode"),
      wire::required<&AccountRefusal::email_account_id>("emailAccountId"),
      wire::optional<&AccountRefusal::smtp_failure_error>("smtp_failure_error", wire::omit_when_empty()),
      wire::optional<&AccountRefusal::imap_failure_error>("imap_failure_error", wire::omit_when_empty()),
      wire::required<&AccountRefusal::request_id>("request_id"),
  };
  return kFields;
}

wire::Fields AttachmentReply::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AttachmentReply::id>("id"),
      wire::required<&AttachmentReply::email_campaign_id>("email_campaign_id"),
      wire::required<&AttachmentReply::email_account_id>("email_account_id"),
      wire::required<&AttachmentReply::updated_at>("updated_at", wire::with_ms()),
  };
  return kFields;
}

wire::Fields Attached::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Attached::ok>("ok"),
      wire::required<&Attached::success>("success"),
      wire::required<&Attached::result>("result"),
  };
  return kFields;
}

wire::Fields Detached::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&Detached::ok>("ok"),
      wire::required<&Detached::success>("success"),
      wire::required<&Detached::result>("result"),
  };
  return kFields;
}

}  // namespace outrider::mailboxes
