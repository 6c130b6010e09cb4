#include "mailboxes/api.h"

#include <algorithm>

#include "campaigns/store.h"
#include "mailboxes/account_input.h"
#include "mailboxes/attachment.h"
#include "mailboxes/client_settings.h"
#include "mailboxes/state_store.h"

namespace outrider::mailboxes {
namespace {

Scope scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

campaigns::Scope campaign_scope_of(const http::Context& context) {
  return {.workspace_id = context.principal.workspace_id, .client_id = context.principal.client_id};
}

/// A client named in a body must exist; a client's own key may name itself only.
Result<> check_client(db::Tx& tx, const Scope& scope, const wire::Patch<std::int64_t>& client_id) {
  if (!client_id.given) return {};
  bool exists = !scope.client_id;
  if (client_id.value) {
    TRY_AS(exists, campaigns::client_exists(tx, scope.workspace_id, *client_id.value));
  }
  if (!exists || (scope.client_id && scope.client_id != client_id.value))
    return fail_field("client_id", "\"client_id\" must be a client of this workspace");
  return {};
}

AccountRefusal refusal_of(const http::Context& context, std::string message) {
  AccountRefusal refusal;
  refusal.error = message;
  refusal.message = std::move(message);
  refusal.request_id = context.request_id;
  return refusal;
}

http::Answer answer_with(const AccountRefusal& refusal) {
  return http::Raw{.status = refusal.status_code, .body = wire::encode(refusal)};
}

http::Answer account_not_found(const http::Context& context) {
  AccountRefusal refusal = refusal_of(context, "Email account not found");
  refusal.status_code = 404;
  refusal.code = "NOT_FOUND";
  refusal.error_code = "ACCOUNT_NOT_FOUND";
  return answer_with(refusal);
}

/// The id is told to those who may see the mailbox.
http::Answer already_exists(const http::Context& context, const AddressHolder& holder) {
  AccountRefusal refusal = refusal_of(context, "Mailbox already exists; pass its id to update it");
  refusal.code = "CONFLICT";
  refusal.error_code = "ACCOUNT_ALREADY_EXIST";
  const auto client_id = context.principal.client_id;
  if (!client_id || client_id == holder.client_id) refusal.email_account_id = holder.id;
  return answer_with(refusal);
}

http::Answer verification_failed(const http::Context& context,
                                 const Mailbox& mailbox,
                                 const mail::LoginReport& report) {
  std::string message;
  if (report.smtp) message = "SMTP: " + report.smtp->message;
  if (report.imap) message += (report.smtp ? "; IMAP: " : "IMAP: ") + report.imap->message;
  AccountRefusal refusal = refusal_of(context, std::move(message));
  refusal.code = "VALIDATION_ERROR";
  refusal.error_code = "ACCOUNT_VERIFICATION_FAILED";
  if (mailbox.id != 0) refusal.email_account_id = mailbox.id;
  if (report.smtp) refusal.smtp_failure_error = report.smtp->message;
  if (report.imap) refusal.imap_failure_error = report.imap->message;
  return answer_with(refusal);
}

SavedAccount saved_of(const Mailbox& mailbox) {
  SavedAccount saved{.email_account_id = mailbox.id,
                     .warmup_key = mailbox.warmup.key,
                     .data = {.id = mailbox.id,
                              .from_email = mailbox.from_email,
                              .type = mailbox.kind,
                              .warmup_details = std::nullopt}};
  if (mailbox.warmup.created_at_ms)
    saved.data.warmup_details =
        SavedWarmup{.status = mailbox.warmup.is_enabled ? WarmupStatus::Active : WarmupStatus::Inactive,
                    .total_warmup_per_day = mailbox.warmup.per_day};
  return saved;
}

template <class T>
http::Answer answer_of(const T& reply) {
  return http::Raw{.body = wire::encode(reply)};
}

std::optional<bool> flag_of(std::optional<Flag> flag) {
  return flag ? std::optional(*flag == Flag::True) : std::nullopt;
}

Filter filter_of(const AccountListQuery& query) {
  Filter filter{.client_id = query.client_id,
                .is_in_use = flag_of(query.is_in_use),
                .is_smtp_connected = flag_of(query.is_smtp_success),
                .kind = query.esp,
                .username = query.username.value_or("")};
  if (query.warmup_status) filter.is_warming = *query.warmup_status == WarmupStatus::Active;
  return filter;
}

std::int64_t count_in(const std::map<std::int64_t, std::int64_t>& counts, std::int64_t id) {
  const auto found = counts.find(id);
  return found == counts.end() ? 0 : found->second;
}

std::vector<std::int64_t> ids_in(const std::map<std::int64_t, std::vector<std::int64_t>>& ids,
                                 std::int64_t id) {
  const auto found = ids.find(id);
  return found == ids.end() ? std::vector<std::int64_t>() : found->second;
}

std::unexpected<Error> not_usable(std::int64_t id, std::string_view why) {
  return fail_field("email_account_ids", "Email account " + std::to_string(id) + " is " + std::string(why));
}

/// The mailboxes that a body names, each once. Errors: Invalid for one out of scope.
Result<std::vector<Mailbox>> load_named(db::Tx& tx, const Scope& scope, std::vector<std::int64_t> ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  std::vector<Mailbox> mailboxes;
  for (const auto id : ids) {
    auto mailbox = load(tx, scope, id);
    if (!mailbox && mailbox.error().code == Code::NotFound) return not_usable(id, "not allowed");
    if (!mailbox) return std::unexpected(std::move(mailbox.error()));
    mailboxes.push_back(*std::move(mailbox));
  }
  return mailboxes;
}

Result<> check_usable(const Mailbox& mailbox) {
  if (mailbox.is_suspended) return not_usable(mailbox.id, "suspended");
  const bool is_disconnected = mailbox.smtp_connection.state == ConnectionState::Disconnected ||
                               mailbox.imap_connection.state == ConnectionState::Disconnected;
  if (is_disconnected) return not_usable(mailbox.id, "disconnected; save it again with a working login");
  return {};
}

}  // namespace

void Api::wake() const {
  needs_.wake_sending();
  needs_.wake_receiving();
}

Result<std::vector<AccountListItem>> Api::list(http::Context& context, const AccountListQuery& query) {
  // No warmup has ever been blocked: there is none yet.
  if (flag_of(query.is_warmup_blocked).value_or(false)) return std::vector<AccountListItem>();
  return needs_.database.read([&](db::Tx& tx) -> Result<std::vector<AccountListItem>> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto mailboxes,
           mailboxes::list(tx, scope, filter_of(query), {.offset = query.offset, .limit = query.limit}));
    TRY_AS(const auto sent, sent_today(tx, scope.workspace_id, mailboxes, needs_.clock.now_ms()));
    TRY_AS(const auto campaigns, list_campaigns(tx, scope, mailboxes));
    std::vector<AccountListItem> items;
    items.reserve(mailboxes.size());
    for (const Mailbox& mailbox : mailboxes) {
      const AccountFacts facts{.daily_cap_default = needs_.daily_cap_default,
                               .sent_today = count_in(sent, mailbox.id)};
      auto campaign_ids = ids_in(campaigns, mailbox.id);
      items.push_back({.base = base_of(mailbox, facts),
                       .campaign_count = static_cast<std::int64_t>(campaign_ids.size()),
                       .tags = {},
                       .warmup_details = warmup_summary_of(mailbox),
                       .campaign_ids = std::nullopt});
      if (flag_of(query.fetch_campaigns).value_or(false)) items.back().campaign_ids = std::move(campaign_ids);
    }
    return items;
  });
}

Result<AccountReply> Api::get(http::Context& context, const AccountPath& path, const AccountQuery& query) {
  return needs_.database.read([&](db::Tx& tx) -> Result<AccountReply> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto mailbox, load(tx, scope, path.email_account_id));
    const std::span one(&mailbox, 1);
    TRY_AS(const auto sent, sent_today(tx, scope.workspace_id, one, needs_.clock.now_ms()));
    const AccountFacts facts{.daily_cap_default = needs_.daily_cap_default,
                             .sent_today = count_in(sent, mailbox.id)};
    AccountReply reply{.base = base_of(mailbox, facts),
                       .warmup_details = warmup_details_of(mailbox, facts),
                       .campaign_ids = std::nullopt,
                       .tags = std::nullopt};
    if (query.fetch_tags) reply.tags.emplace();
    if (!query.fetch_campaigns) return reply;
    TRY_AS(const auto campaigns, list_campaigns(tx, scope, one));
    reply.campaign_ids = ids_in(campaigns, mailbox.id);
    return reply;
  });
}

Result<std::optional<http::Answer>> Api::check_logins(const http::Context& context, const Mailbox& mailbox) {
  const bool is_clear = mailbox.smtp.security == Security::None || mailbox.imap.security == Security::None;
  if (is_clear && !needs_.login_checker.allows_private()) {
    const std::string field = mailbox.smtp.security == Security::None ? "smtp_port_type" : "imap_port_type";
    return fail_field(field,
                      "\"" + field + "\" NONE is only for private hosts where net.allow_private is set");
  }
  TRY_AS(auto smtp, smtp_settings(mailbox, needs_.master_key));
  TRY_AS(auto imap, imap_settings(mailbox, needs_.master_key));
  TRY_AS(const auto report, needs_.login_checker.check(std::move(smtp), std::move(imap)));
  if (report.is_good()) return std::nullopt;
  return verification_failed(context, mailbox, report);
}

Result<http::Answer> Api::save(http::Context& context, const SaveAccount& input) {
  const Scope scope = scope_of(context);
  std::optional<http::Answer> refusal;
  // What is checked and what is stored are made by the same function: the second time from the newest row.
  const auto prepare = [&](db::Tx& tx) -> Result<Mailbox> {
    Mailbox mailbox;
    mailbox.workspace_id = scope.workspace_id;
    mailbox.user_id = context.principal.user_id;
    mailbox.client_id = scope.client_id;
    TRY(check_client(tx, scope, input.settings.client_id));
    if (input.id) {
      TRY_AS(mailbox, load(tx, scope, *input.id));
    }
    TRY(apply(mailbox, input, needs_.master_key, needs_.clock.now_ms()));
    TRY_AS(const auto holder, find_address(tx, scope.workspace_id, mailbox.from_email));
    refusal.reset();
    if (holder && holder->id != mailbox.id) refusal = already_exists(context, *holder);
    return mailbox;
  };

  auto checked = needs_.database.read(prepare);
  if (!checked && checked.error().code == Code::NotFound) return account_not_found(context);
  if (!checked) return std::unexpected(std::move(checked.error()));
  if (refusal) return *std::move(refusal);
  TRY_AS(auto refused, check_logins(context, *checked));
  if (refused) return *std::move(refused);

  TRY_AS(auto answer, needs_.database.write([&](db::Tx& tx) -> Result<http::Answer> {
    TRY_AS(auto mailbox, prepare(tx));
    if (refusal) return *refusal;
    const TimeMs now_ms = needs_.clock.now_ms();
    if (!input.id) {
      TRY_AS(const auto id, create(tx, mailbox, now_ms));
      if (!id) return fail(Code::Unavailable, "the address was taken just now; try again");
      mailbox.id = *id;
      return answer_of(saved_of(mailbox));
    }
    TRY_AS(const auto before, load(tx, scope, mailbox.id));
    TRY(store_settings(tx, mailbox, now_ms));
    TRY(reset_connections(tx, mailbox.workspace_id, mailbox.id));
    if (reads_otherwise(before, mailbox)) TRY(forget_folders(tx, mailbox.workspace_id, mailbox.id));
    return answer_of(saved_of(mailbox));
  }));
  wake();
  return answer;
}

Result<http::Answer> Api::update(http::Context& context,
                                 const AccountPath& path,
                                 const UpdateAccount& input) {
  const Scope scope = scope_of(context);
  const auto prepare = [&](db::Tx& tx) -> Result<std::pair<Mailbox, Mailbox>> {
    TRY_AS(const auto before, load(tx, scope, path.email_account_id));
    TRY(check_client(tx, scope, input.settings.client_id));
    Mailbox after = before;
    apply(after, input);
    return std::pair(before, after);
  };
  TRY_AS(const auto planned, needs_.database.read(prepare));
  const bool reconnects = connects_otherwise(planned.first, planned.second);
  if (reconnects) {
    TRY_AS(auto refused, check_logins(context, planned.second));
    if (refused) return *std::move(refused);
  }
  TRY(needs_.database.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto both, prepare(tx));
    TRY(store_settings(tx, both.second, needs_.clock.now_ms()));
    if (reconnects) TRY(reset_connections(tx, scope.workspace_id, path.email_account_id));
    return {};
  }));
  wake();
  return answer_of(AccountWritten{.message = "Mailbox updated", .email_account_id = path.email_account_id});
}

Result<AccountWritten> Api::remove(http::Context& context, const AccountPath& path) {
  TRY(needs_.database.write([&](db::Tx& tx) -> Result<> {
    TRY_AS(const auto mailbox, load(tx, scope_of(context), path.email_account_id));
    const TimeMs now_ms = needs_.clock.now_ms();
    TRY(detach_everywhere(tx, mailbox, "MAILBOX_DELETED", now_ms));
    return mailboxes::remove(tx, mailbox, now_ms);
  }));
  wake();
  return AccountWritten{.message = "Mailbox removed", .email_account_id = path.email_account_id};
}

Result<Attached> Api::attach(http::Context& context, const CampaignPath& path, const AttachAccounts& input) {
  TRY_AS(auto reply, needs_.database.write([&](db::Tx& tx) -> Result<Attached> {
    TRY_AS(const auto campaign, campaigns::load(tx, campaign_scope_of(context), path.campaign_id));
    TRY_AS(const auto mailboxes, load_named(tx, scope_of(context), input.email_account_ids));
    std::vector<std::int64_t> ids;
    for (const Mailbox& mailbox : mailboxes) {
      TRY(check_usable(mailbox));
      ids.push_back(mailbox.id);
    }
    TRY_AS(const auto attachments, mailboxes::attach(tx, campaign, ids, needs_.clock.now_ms()));
    Attached attached;
    for (const Attachment& attachment : attachments)
      attached.result.push_back({.id = attachment.id,
                                 .email_campaign_id = attachment.campaign_id,
                                 .email_account_id = attachment.mailbox_id,
                                 .updated_at = {attachment.updated_at_ms}});
    return attached;
  }));
  wake();
  return reply;
}

Result<std::vector<CampaignAccount>> Api::list_attached(http::Context& context,
                                                        const CampaignPath& path,
                                                        const CampaignAccountsQuery& query) {
  return needs_.database.read([&](db::Tx& tx) -> Result<std::vector<CampaignAccount>> {
    const Scope scope = scope_of(context);
    TRY_AS(const auto campaign, campaigns::load(tx, campaign_scope_of(context), path.campaign_id));
    TRY_AS(const auto mailboxes, mailboxes::list_attached(tx, scope, campaign.id));
    TRY_AS(const auto sent, sent_today(tx, scope.workspace_id, mailboxes, needs_.clock.now_ms()));
    std::vector<CampaignAccount> accounts;
    accounts.reserve(mailboxes.size());
    for (const Mailbox& mailbox : mailboxes) {
      const AccountFacts facts{.daily_cap_default = needs_.daily_cap_default,
                               .sent_today = count_in(sent, mailbox.id)};
      accounts.push_back({.base = base_of(mailbox, facts),
                          .warmup_details = warmup_summary_of(mailbox),
                          .tags = std::nullopt});
      if (query.include_tags) accounts.back().tags.emplace();
    }
    return accounts;
  });
}

Result<Detached> Api::detach_ids(const http::Context& context,
                                 std::int64_t campaign_id,
                                 const std::vector<std::int64_t>& ids) {
  TRY_AS(auto reply, needs_.database.write([&](db::Tx& tx) -> Result<Detached> {
    TRY_AS(const auto campaign, campaigns::load(tx, campaign_scope_of(context), campaign_id));
    TRY_AS(const auto leaving, load_named(tx, scope_of(context), ids));
    TRY_AS(auto staying, mailboxes::list_attached(tx, {.workspace_id = campaign.workspace_id}, campaign.id));
    const bool had_any = !staying.empty();
    std::erase_if(staying, [&](const Mailbox& mailbox) {
      return std::ranges::find(leaving, mailbox.id, &Mailbox::id) != leaving.end();
    });
    if (had_any && staying.empty() && campaign.state == campaigns::CampaignState::Active)
      return fail_field("email_account_ids",
                        "an active campaign must keep one email account; pause it or add another first");
    TRY_AS(const auto count,
           mailboxes::detach(tx, campaign, leaving, "MAILBOX_DETACHED", needs_.clock.now_ms()));
    return Detached{.result = count};
  }));
  wake();
  return reply;
}

Result<Detached> Api::detach(http::Context& context, const CampaignPath& path, const DetachAccounts& input) {
  return detach_ids(context, path.campaign_id, input.email_account_ids);
}

Result<Detached> Api::detach_one(http::Context& context, const AttachmentPath& path) {
  return detach_ids(context, path.campaign_id, {path.email_account_id});
}

std::vector<http::Route> Api::routes() {
  using http::on;
  using http::route;
  using http::Verb;
  constexpr const char* kTag = "Email accounts";
  constexpr const char* kAttachments = "/campaigns/{campaign_id}/email-accounts";
  std::vector<http::Route> routes{
      route(Verb::Get, "/email-accounts", "List mailboxes.", on(*this, &Api::list))
          .operation_id("listEmailAccounts")
          .tag(kTag),
      route(Verb::Post,
            "/email-accounts/save",
            "Create or update a mailbox (SMTP/IMAP).",
            on(*this, &Api::save))
          .operation_id("saveEmailAccount")
          .tag(kTag)
          .with_id_in_body()
          .alias(Verb::Post, "/email-accounts"),
      route(Verb::Get, "/email-accounts/{email_account_id}", "Get a mailbox.", on(*this, &Api::get))
          .operation_id("getEmailAccount")
          .tag(kTag),
      route(Verb::Post, "/email-accounts/{email_account_id}", "Update a mailbox.", on(*this, &Api::update))
          .operation_id("updateEmailAccount")
          .tag(kTag)
          .alias(Verb::Patch, "/email-accounts/{email_account_id}"),
      route(Verb::Delete, "/email-accounts/{email_account_id}", "Delete a mailbox.", on(*this, &Api::remove))
          .operation_id("deleteEmailAccount")
          .tag(kTag),
      route(Verb::Post, kAttachments, "Attach mailboxes to a campaign.", on(*this, &Api::attach))
          .operation_id("addEmailAccountsToCampaign")
          .tag(kTag),
      route(Verb::Get, kAttachments, "List mailboxes of a campaign.", on(*this, &Api::list_attached))
          .operation_id("listCampaignEmailAccounts")
          .tag(kTag),
      route(Verb::Delete, kAttachments, "Detach mailboxes from a campaign.", on(*this, &Api::detach))
          .operation_id("removeEmailAccountsFromCampaign")
          .tag(kTag),
      // Some clients name the account in the path (DIALECTS "remove accounts from campaign").
      route(Verb::Delete,
            "/campaigns/{campaign_id}/email-accounts/{email_account_id}",
            "Detach one mailbox from a campaign.",
            on(*this, &Api::detach_one))
          .tag(kTag)
          .hidden(),
  };
  // These two may also refuse in the form of their own area, so the table cannot tell their reply.
  for (auto& route : routes) {
    if (route.id == "saveEmailAccount") route.reply = &wire::kType<SavedAccount>;
    if (route.id == "updateEmailAccount") route.reply = &wire::kType<AccountWritten>;
  }
  return routes;
}

}  // namespace outrider::mailboxes
