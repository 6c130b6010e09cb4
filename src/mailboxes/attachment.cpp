#include "mailboxes/attachment.h"

#include <algorithm>

#include "campaigns/lead_state.h"
#include "mail/address.h"
#include "mail/domain.h"

namespace outrider::mailboxes {
namespace {

using campaigns::LeadState;

constexpr std::int64_t kMailboxesMax = 100'000;  // of one campaign

constexpr db::Query kAttach{"mailboxes.attach", R"sql(
  INSERT INTO campaign_mailbox (workspace_id, campaign_id, mailbox_id, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $4)
  ON CONFLICT (workspace_id, campaign_id, mailbox_id) DO NOTHING
)sql"};

constexpr db::Query kAttachments{"mailboxes.attachments", R"sql(
  SELECT id, mailbox_id, updated_at_ms
    FROM campaign_mailbox
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id IN (SELECT value FROM /*+json_ints($3)*/)
   ORDER BY id
)sql"};

constexpr db::Query kDetach{"mailboxes.detach", R"sql(
  DELETE FROM campaign_mailbox
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id = $3
)sql"};

constexpr db::Query kCampaignsOfAll{"mailboxes.campaigns_of_all", R"sql(
  SELECT campaign_mailbox.mailbox_id, campaign_mailbox.campaign_id
    FROM campaign_mailbox
    JOIN campaign ON campaign.workspace_id = campaign_mailbox.workspace_id
                 AND campaign.id = campaign_mailbox.campaign_id
   WHERE campaign_mailbox.workspace_id = $1
     AND campaign_mailbox.mailbox_id IN (SELECT value FROM /*+json_ints($2)*/)
     AND (CAST($3 AS BIGINT) IS NULL OR campaign.client_id = $3)
   ORDER BY campaign_mailbox.mailbox_id, campaign_mailbox.campaign_id DESC
)sql"};

// States 0, 1 and 3: whoever may still be written to. The others keep the mailbox they talked with.
constexpr db::Query kNoteMoves{"mailboxes.note_moves", R"sql(
  INSERT INTO lead_timeline (workspace_id, campaign_lead_id, at_ms, from_state, to_state, cause)
  SELECT workspace_id, id, CAST($5 AS BIGINT), state, state, CAST($4 AS TEXT)
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id = $3
     AND state IN (0, 1, 3)
   ORDER BY id
)sql"};
static_assert(static_cast<int>(LeadState::Started) == 0 && static_cast<int>(LeadState::InProgress) == 1 &&
              static_cast<int>(LeadState::Paused) == 3);

constexpr db::Query kReleaseUnsent{"mailboxes.release_unsent", R"sql(
  UPDATE campaign_lead
     SET mailbox_id = NULL,
         updated_at_ms = $4
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id = $3
     AND state IN (0, 1, 3)
     AND sent_count = 0
)sql"};

// $4 NULL: to nobody. Otherwise every $5th lead, counted from $6.
constexpr db::Query kMove{"mailboxes.move_leads", R"sql(
  UPDATE campaign_lead
     SET mailbox_id = $4,
         updated_at_ms = $7
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id = $3
     AND state IN (0, 1, 3)
     AND id % $5 = $6
)sql"};

constexpr db::Query kAdopt{"mailboxes.adopt_leads", R"sql(
  UPDATE campaign_lead
     SET mailbox_id = $3,
         updated_at_ms = $6
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND mailbox_id IS NULL
     AND state IN (0, 1, 3)
     AND sent_count > 0
     AND id % $4 = $5
)sql"};

std::string domain_of(const Mailbox& mailbox) {
  return mail::organisational_domain(mail::domain_of(mailbox.from_email));
}

bool is_usable(const Mailbox& mailbox) {
  return !mailbox.is_suspended && mailbox.smtp_connection.state != ConnectionState::Disconnected;
}

/// The mailboxes that follow best: all of the highest rank.
std::vector<std::int64_t> heirs_of(const Mailbox& from, const std::vector<Mailbox>& others) {
  const std::string domain = domain_of(from);
  const auto rank = [&](const Mailbox& mailbox) {
    return (is_usable(mailbox) ? 4 : 0) + (domain_of(mailbox) == domain ? 2 : 0) +
           (mailbox.kind == from.kind ? 1 : 0);
  };
  int best = -1;
  std::vector<std::int64_t> heirs;
  for (const Mailbox& mailbox : others) {
    const int own = rank(mailbox);
    if (own < best) continue;
    if (own > best) heirs.clear();
    best = own;
    heirs.push_back(mailbox.id);
  }
  return heirs;
}

/// Follow-ups of the leads go to `heirs` in equal parts; without heirs the leads are left without a mailbox.
Result<> move_leads(db::Tx& tx,
                    std::int64_t campaign_id,
                    const Mailbox& from,
                    const std::vector<std::int64_t>& heirs,
                    std::string_view cause,
                    TimeMs now_ms) {
  TRY(tx.run(kNoteMoves, from.workspace_id, campaign_id, from.id, cause, now_ms));
  TRY(tx.run(kReleaseUnsent, from.workspace_id, campaign_id, from.id, now_ms));
  if (heirs.empty()) {
    TRY(tx.run(kMove, from.workspace_id, campaign_id, from.id, nullptr, 1, 0, now_ms));
    return {};
  }
  const auto parts = static_cast<std::int64_t>(heirs.size());
  for (std::int64_t part = 0; part < parts; ++part) {
    const auto heir = heirs[static_cast<std::size_t>(part)];
    TRY(tx.run(kMove, from.workspace_id, campaign_id, from.id, heir, parts, part, now_ms));
  }
  return {};
}

bool remove_attachment(std::vector<Mailbox>& attached, std::int64_t id) {
  return std::erase_if(attached, [&](const Mailbox& mailbox) { return mailbox.id == id; }) > 0;
}

}  // namespace

Result<std::vector<Attachment>> attach(db::Tx& tx,
                                       const campaigns::Campaign& campaign,
                                       std::span<const std::int64_t> mailbox_ids,
                                       TimeMs now_ms) {
  for (const auto id : mailbox_ids) TRY(tx.run(kAttach, campaign.workspace_id, campaign.id, id, now_ms));
  const std::string wanted = json_ids(mailbox_ids);
  TRY_AS(const auto rows, tx.rows(kAttachments, campaign.workspace_id, campaign.id, wanted));
  std::vector<Attachment> attachments;
  for (const auto& row : rows)
    attachments.push_back({.id = row.int64(0),
                           .campaign_id = campaign.id,
                           .mailbox_id = row.int64(1),
                           .updated_at_ms = row.int64(2)});
  const auto parts = static_cast<std::int64_t>(attachments.size());
  for (std::int64_t part = 0; part < parts; ++part) {
    const auto heir = attachments[static_cast<std::size_t>(part)].mailbox_id;
    TRY(tx.run(kAdopt, campaign.workspace_id, campaign.id, heir, parts, part, now_ms));
  }
  return attachments;
}

Result<std::int64_t> detach(db::Tx& tx,
                            const campaigns::Campaign& campaign,
                            std::span<const Mailbox> mailboxes,
                            std::string_view cause,
                            TimeMs now_ms) {
  TRY_AS(auto attached, list_attached(tx, {.workspace_id = campaign.workspace_id}, campaign.id));
  std::vector<const Mailbox*> leaving;
  for (const Mailbox& mailbox : mailboxes)
    if (remove_attachment(attached, mailbox.id)) leaving.push_back(&mailbox);
  for (const Mailbox* mailbox : leaving) {
    TRY(tx.run(kDetach, campaign.workspace_id, campaign.id, mailbox->id));
    TRY(move_leads(tx, campaign.id, *mailbox, heirs_of(*mailbox, attached), cause, now_ms));
  }
  return static_cast<std::int64_t>(leaving.size());
}

Result<> detach_everywhere(db::Tx& tx, const Mailbox& mailbox, std::string_view cause, TimeMs now_ms) {
  const Scope whole{.workspace_id = mailbox.workspace_id};
  TRY_AS(const auto campaign_ids, list_campaigns(tx, whole, std::span(&mailbox, 1)));
  if (campaign_ids.empty()) return {};
  for (const auto campaign_id : campaign_ids.at(mailbox.id)) {
    TRY_AS(const auto campaign, campaigns::load(tx, {.workspace_id = mailbox.workspace_id}, campaign_id));
    TRY(detach(tx, campaign, std::span(&mailbox, 1), cause, now_ms));
  }
  return {};
}

Result<bool> hand_over(db::Tx& tx,
                       std::int64_t workspace_id,
                       std::int64_t campaign_id,
                       const Mailbox& from,
                       std::string_view cause,
                       TimeMs now_ms) {
  TRY_AS(auto others, list_attached(tx, {.workspace_id = workspace_id}, campaign_id));
  std::erase_if(others, [&](const Mailbox& mailbox) { return mailbox.id == from.id || !is_usable(mailbox); });
  if (others.empty()) return false;
  TRY(move_leads(tx, campaign_id, from, heirs_of(from, others), cause, now_ms));
  return true;
}

Result<std::vector<Mailbox>> list_attached(db::Tx& tx, const Scope& scope, std::int64_t campaign_id) {
  return list(tx, scope, {.campaign_id = campaign_id}, {.offset = 0, .limit = kMailboxesMax});
}

Result<std::map<std::int64_t, std::vector<std::int64_t>>> list_campaigns(db::Tx& tx,
                                                                         const Scope& scope,
                                                                         std::span<const Mailbox> mailboxes) {
  std::vector<std::int64_t> ids;
  for (const Mailbox& mailbox : mailboxes) ids.push_back(mailbox.id);
  const std::string wanted = json_ids(ids);
  TRY_AS(const auto rows, tx.rows(kCampaignsOfAll, scope.workspace_id, wanted, scope.client_id));
  std::map<std::int64_t, std::vector<std::int64_t>> campaigns;
  for (const auto& row : rows) campaigns[row.int64(0)].push_back(row.int64(1));
  return campaigns;
}

}  // namespace outrider::mailboxes
