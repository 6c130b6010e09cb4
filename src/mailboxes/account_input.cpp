#include "mailboxes/account_input.h"

#include "core/strings.h"

namespace outrider::mailboxes {
namespace {

/// An empty text means the same as null.
std::optional<std::string> text_or_null(const wire::Patch<std::string>& given) {
  return given.value && !given.value->empty() ? given.value : std::nullopt;
}

void patch_text(std::optional<std::string>& place, const wire::Patch<std::string>& given) {
  if (given.given) place = text_or_null(given);
}

template <class T>
void patch(std::optional<T>& place, const wire::Patch<T>& given) {
  if (given.given) place = given.value;
}

template <class T>
void keep(T& place, const std::optional<T>& given) {
  if (given) place = *given;
}

std::optional<std::string> tracking_host(const std::optional<std::string>& given) {
  if (!given) return std::nullopt;
  std::string_view host = *given;
  for (const std::string_view scheme : {"https://", "http://"})
    if (starts_with_ignoring_case(host, scheme)) host.remove_prefix(scheme.size());
  if (host.ends_with('/')) host.remove_suffix(1);
  return host.empty() ? std::nullopt : std::optional(to_lower(host));
}

void apply(Mailbox& mailbox, const AccountSettings& input) {
  patch(mailbox.max_email_per_day, input.max_email_per_day);
  if (input.custom_tracking_url.given)
    mailbox.custom_tracking_url = tracking_host(input.custom_tracking_url.value);
  patch_text(mailbox.bcc, input.bcc);
  patch_text(mailbox.signature, input.signature);
  patch_text(mailbox.reply_to, input.different_reply_to_address);
  patch(mailbox.client_id, input.client_id);
  patch(mailbox.min_gap_minutes, input.time_to_wait_in_mins);
  keep(mailbox.is_suspended, input.is_suspended);
  keep(mailbox.smtp.security, input.smtp_port_type);
  keep(mailbox.imap.security, input.imap_port_type);
}

/// An unchanged port keeps the security that was chosen for it; any other decides anew.
void apply_server(Server& server, const std::string& host, int port) {
  if (server.port != port) server.security = security_of_port(port);
  server.host = to_lower(host);
  server.port = port;
}

void apply_imap_login(Mailbox& mailbox, bool had_imap_login, const SaveAccount& input, const MasterKey& key) {
  const auto user = text_or_null(input.imap_user_name);
  if (input.imap_user_name.given || !had_imap_login) mailbox.imap.user = user.value_or(input.user_name);
  if (!input.imap_password.given) return;
  const auto password = text_or_null(input.imap_password);
  mailbox.imap.sealed_secret = password ? std::optional(key.seal(*password)) : std::nullopt;
}

void apply_warmup(Warmup& warmup, const SaveAccount& input, TimeMs now_ms) {
  warmup.is_enabled = input.warmup_enabled;
  if (input.total_warmup_per_day) warmup.per_day = input.total_warmup_per_day;
  if (input.daily_rampup) warmup.rampup = input.daily_rampup;
  if (input.reply_rate_percentage) warmup.reply_rate = input.reply_rate_percentage;
  if (!warmup.is_enabled || warmup.created_at_ms) return;
  warmup.created_at_ms = now_ms;
  std::uint64_t seed = 0;
  for (const char c : random_bytes(sizeof(seed))) seed = seed << 8 | static_cast<std::uint8_t>(c);
  warmup.key = make_warmup_key(seed);
}

bool is_same_server(const Server& a, const Server& b) {
  return a.host == b.host && a.port == b.port && a.user == b.user;
}

/// A stored secret is sent only where it was sent before.
Result<> check_secrets(const Mailbox& before, const Mailbox& after, const SaveAccount& input) {
  const bool has_login = after.smtp.sealed_secret || after.sealed_oauth_token;
  if (!has_login) return fail_field("password", "\"password\" must not be empty");
  if (before.id == 0) return {};
  const bool keeps_smtp = input.password.empty() && !(input.token.given && input.token.value);
  const bool keeps_imap = keeps_smtp && (!input.imap_password.given || !input.imap_password.value);
  if (keeps_smtp && !is_same_server(before.smtp, after.smtp))
    return fail_field("password", "\"password\" is needed again when the SMTP server or user changes");
  if (keeps_imap && !is_same_server(before.imap, after.imap))
    return fail_field("password", "\"password\" is needed again when the IMAP server or user changes");
  return {};
}

}  // namespace

Result<> apply(Mailbox& mailbox, const SaveAccount& input, const MasterKey& key, TimeMs now_ms) {
  const Mailbox before = mailbox;
  const bool had_imap_login = mailbox.has_imap_login();
  mailbox.from_name = input.from_name;
  mailbox.from_email = to_lower(input.from_email);
  apply_server(mailbox.smtp, input.smtp_host, input.smtp_port);
  apply_server(mailbox.imap, input.imap_host, input.imap_port);
  mailbox.smtp.user = input.user_name;
  apply_imap_login(mailbox, had_imap_login, input, key);
  if (!input.password.empty()) mailbox.smtp.sealed_secret = key.seal(input.password);
  if (input.token.given)
    mailbox.sealed_oauth_token =
        input.token.value ? std::optional(key.seal(input.token.value->text)) : std::nullopt;
  if (input.type)
    mailbox.kind = *input.type;
  else if (mailbox.smtp.host != before.smtp.host)
    mailbox.kind = kind_of_host(mailbox.smtp.host);
  apply_warmup(mailbox.warmup, input, now_ms);
  apply(mailbox, input.settings);
  return check_secrets(before, mailbox, input);
}

void apply(Mailbox& mailbox, const UpdateAccount& input) {
  keep(mailbox.from_name, input.from_name);
  apply(mailbox, input.settings);
}

bool connects_otherwise(const Mailbox& before, const Mailbox& after) {
  return before.smtp.security != after.smtp.security || before.imap.security != after.imap.security;
}

bool reads_otherwise(const Mailbox& before, const Mailbox& after) {
  return before.imap.host != after.imap.host || before.imap.user != after.imap.user;
}

}  // namespace outrider::mailboxes
