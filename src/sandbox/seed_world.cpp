#include "sandbox/seed_world.h"

#include <algorithm>

#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "leads/import.h"
#include "mail/address.h"
#include "mailboxes/attachment.h"
#include "mailboxes/store.h"
#include "sandbox/sample_words.h"
#include "sandbox/smtp_session.h"
#include "workspaces/store.h"

namespace outrider::sandbox {
namespace {

constexpr std::string_view kHost = "127.0.0.1";
constexpr int kMailsADay = 5'000;
constexpr int kNewLeadsADay = 5'000;

mailboxes::Server server(std::uint16_t port, std::string_view user) {
  return {.host = std::string(kHost),
          .port = port,
          .security = mailboxes::Security::None,
          .user = std::string(user)};
}

Result<std::vector<std::int64_t>> make_mailboxes(db::Tx& tx,
                                                 const workspaces::User& owner,
                                                 const MasterKey& key,
                                                 const MailServers& servers,
                                                 TimeMs now_ms) {
  std::vector<std::int64_t> ids;
  for (const auto& [name, email] : kSampleMailboxes) {
    mailboxes::Mailbox mailbox;
    mailbox.workspace_id = owner.workspace_id;
    mailbox.user_id = owner.id;
    mailbox.from_name = name;
    mailbox.from_email = email;
    mailbox.smtp = server(servers.smtp_port, email);
    mailbox.smtp.sealed_secret = key.seal(kPassword);
    mailbox.imap = server(servers.imap_port, email);
    mailbox.signature = "<p>" + std::string(name) + "<br>Lumen Boards</p>";
    mailbox.max_email_per_day = kMailsADay;
    TRY_AS(const auto id, mailboxes::create(tx, mailbox, now_ms));
    if (!id) return fail(Code::Conflict, "sandbox: " + mailbox.from_email + " exists already");
    ids.push_back(*id);
  }
  return ids;
}

/// Around the clock. The window opened an hour ago and more, because a mailbox begins its day some minutes
/// after the opening.
campaigns::SavedSchedule schedule(TimeMs now_ms) {
  const int hour = static_cast<int>((now_ms / kHourMs + 23) % 24);
  return {.timezone = "UTC",
          .days = 0x7F,
          .start_minute = hour * 60,
          .end_minute = hour * 60,
          .min_gap_minutes = 0,
          .max_new_leads_per_day = kNewLeadsADay,
          .start_at_ms = {}};
}

campaigns::SequenceStep step(int number, const SampleText& text) {
  campaigns::SequenceStep made;
  made.seq_number = number;
  made.subject = text.subject;
  made.body = text.body;
  return made;
}

std::vector<campaigns::SequenceStep> steps() {
  campaigns::SequenceStep first;
  first.seq_number = 1;
  for (const auto& [label, text] : {std::pair("A", kFirstA), std::pair("B", kFirstB)}) {
    campaigns::Variant variant;
    variant.label = label;
    variant.subject = text.subject;
    variant.body = text.body;
    first.variants.push_back(std::move(variant));
  }
  return {first, step(2, kSecond), step(3, kThird)};
}

Result<> make_campaign(db::Tx& tx,
                       const workspaces::User& owner,
                       const std::vector<std::int64_t>& mailbox_ids,
                       TimeMs now_ms) {
  TRY_AS(auto campaign,
         campaigns::create(tx,
                           {.workspace_id = owner.workspace_id,
                            .user_id = owner.id,
                            .client_id = {},
                            .name = std::string(kSampleName)},
                           now_ms));
  campaign.settings.unsubscribe_text = kUnsubscribeText;
  TRY(campaigns::store_settings(tx, campaign, now_ms));
  TRY(campaigns::store_schedule(tx, campaign, schedule(now_ms), now_ms));
  TRY(campaigns::replace_steps(tx, campaign, steps(), now_ms));
  TRY(mailboxes::attach(tx, campaign, mailbox_ids, now_ms));
  const auto rows = sample_leads();
  TRY_AS(campaign, campaigns::load(tx, {.workspace_id = owner.workspace_id}, campaign.id));
  TRY(leads::import_leads(tx, campaign, rows, {}, now_ms));
  TRY_AS(campaign, campaigns::load(tx, {.workspace_id = owner.workspace_id}, campaign.id));
  return campaigns::store_state(tx, campaign, campaigns::CampaignState::Active, "API", now_ms);
}

Result<> make_workspace(db::Tx& tx, const MasterKey& key, const MailServers& servers, TimeMs now_ms) {
  TRY_AS(const auto owner,
         workspaces::create_user(
             tx,
             {.email = std::string(kOwner), .name = "Sandbox", .role = http::Role::Owner, .workspace_id = {}},
             now_ms));
  TRY_AS(const auto mailbox_ids, make_mailboxes(tx, owner, key, servers, now_ms));
  return make_campaign(tx, owner, mailbox_ids, now_ms);
}

Result<> follow_servers(db::Tx& tx,
                        const workspaces::User& owner,
                        const MailServers& servers,
                        TimeMs now_ms) {
  TRY_AS(const auto all, mailboxes::list_live(tx));
  for (auto mailbox : all) {
    const bool is_here = mailbox.workspace_id == owner.workspace_id && mailbox.smtp.host == kHost &&
                         mail::domain_of(mailbox.from_email) == kMailboxDomain;
    const bool moved = mailbox.smtp.port != servers.smtp_port || mailbox.imap.port != servers.imap_port;
    if (!is_here || !moved) continue;
    mailbox.smtp.port = servers.smtp_port;
    mailbox.imap.port = servers.imap_port;
    TRY(mailboxes::store_settings(tx, mailbox, now_ms));
  }
  return {};
}

}  // namespace

Result<> seed_world(db::Database& database, const MasterKey& key, const MailServers& servers, TimeMs now_ms) {
  const auto done = database.write([&](db::Tx& tx) -> Result<> {
    const auto owner = workspaces::load_user(tx, kOwner);
    if (owner) return follow_servers(tx, *owner, servers, now_ms);
    if (owner.error().code != Code::NotFound) return std::unexpected(owner.error());
    return make_workspace(tx, key, servers, now_ms);
  });
  return done;
}

Result<std::string> make_key(db::Database& database, TimeMs now_ms) {
  return database.write([&](db::Tx& tx) -> Result<std::string> {
    TRY_AS(const auto owner, workspaces::load_user(tx, kOwner));
    return workspaces::create_key(tx, owner, {.name = "sandbox", .rate_limit = 0}, now_ms);
  });
}

}  // namespace outrider::sandbox
