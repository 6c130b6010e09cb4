#include "leads/store.h"

#include <array>

#include "inbox/importance.h"
#include "inbox/outgoing.h"
#include "inbox/search.h"
#include "leads/json_args.h"
#include "leads/lead_row.h"
#include "mail/address.h"
#include "mail/domain.h"

namespace outrider::leads {
namespace {

constexpr db::Query kLoad{"leads.load", R"sql(
  SELECT lead.id, lead.email, lead.domain, lead.first_name, lead.last_name, lead.phone_number,
         lead.company_name, lead.website, lead.location, lead.linkedin_profile, lead.company_url,
         lead.custom_fields, lead.is_unsubscribed, lead.created_at_ms
    FROM lead
   WHERE lead.workspace_id = $1
     AND lead.id = $2
     AND (CAST($3 AS BIGINT) IS NULL
          OR EXISTS (SELECT 1
                       FROM campaign_lead AS place
                      WHERE place.workspace_id = $1
                        AND place.lead_id = lead.id
                        AND place.client_id = $3))
)sql"};

constexpr db::Query kFindByEmail{"leads.find_by_email", R"sql(
  SELECT lead.id, lead.email, lead.domain, lead.first_name, lead.last_name, lead.phone_number,
         lead.company_name, lead.website, lead.location, lead.linkedin_profile, lead.company_url,
         lead.custom_fields, lead.is_unsubscribed, lead.created_at_ms
    FROM lead
   WHERE lead.workspace_id = $1
     AND lead.email = $2
     AND (CAST($3 AS BIGINT) IS NULL
          OR EXISTS (SELECT 1
                       FROM campaign_lead AS place
                      WHERE place.workspace_id = $1
                        AND place.lead_id = lead.id
                        AND place.client_id = $3))
)sql"};

constexpr db::Query kPlaces{"leads.list_places", R"sql(
  SELECT place.id, place.campaign_id, campaign.name, place.client_id, client.email, place.category_id,
         place.last_sent_at_ms, place.last_reply_at_ms, place.engaged_at_ms
    FROM campaign_lead AS place
    JOIN campaign ON campaign.workspace_id = place.workspace_id AND campaign.id = place.campaign_id
    LEFT JOIN client ON client.workspace_id = place.workspace_id AND client.id = place.client_id
   WHERE place.workspace_id = $1
     AND place.lead_id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR place.client_id = $3)
   ORDER BY place.id
)sql"};

constexpr db::Query kClientUnsubscribes{"leads.list_client_unsubscribes", R"sql(
  SELECT value, client_id
    FROM suppression
   WHERE workspace_id = $1
     AND value IN (SELECT value FROM /*+json_list($2)*/)
     AND client_id <> 0
     AND source = 'unsubscribe'
   ORDER BY value, client_id
)sql"};

constexpr db::Query kStore{"leads.update", R"sql(
  UPDATE lead
     SET email = $3,
         domain = $4,
         first_name = $5,
         last_name = $6,
         phone_number = $7,
         company_name = $8,
         website = $9,
         location = $10,
         linkedin_profile = $11,
         company_url = $12,
         custom_fields = $13,
         updated_at_ms = $14
   WHERE workspace_id = $1
     AND id = $2
     AND NOT EXISTS (SELECT 1
                       FROM lead AS other
                      WHERE other.workspace_id = $1
                        AND other.email = $3
                        AND other.id <> $2)
)sql"};

constexpr db::Query kMovePlaces{"leads.move_places", R"sql(
  UPDATE campaign_lead
     SET lead_domain = $3
   WHERE workspace_id = $1
     AND lead_id = $2
     AND lead_domain <> $3
)sql"};

constexpr db::Query kConversations{"leads.list_conversations", R"sql(
  SELECT id
    FROM campaign_lead
   WHERE workspace_id = $1
     AND lead_id IN (SELECT value FROM /*+json_ints($2)*/)
     AND last_message_id IS NOT NULL
   ORDER BY id
)sql"};

constexpr db::Query kRemoveThreadText{"leads.remove_thread_text", R"sql(
  DELETE FROM thread_text WHERE workspace_id = $1 AND campaign_lead_id = $2
)sql"};
constexpr db::Query kRemoveTimeline{"leads.remove_timeline", R"sql(
  DELETE FROM lead_timeline WHERE workspace_id = $1 AND campaign_lead_id = $2
)sql"};
/// A first step that was reserved for a day gives its place back.
constexpr db::Query kReleaseDay{"leads.release_day", R"sql(
  UPDATE campaign_day
     SET new_leads = new_leads - 1
   WHERE workspace_id = $1
     AND (campaign_id, local_date) IN (SELECT campaign_id, first_step_date
                                         FROM outgoing
                                        WHERE workspace_id = $1
                                          AND campaign_lead_id = $2
                                          AND state = 0
                                          AND first_step_date IS NOT NULL)
)sql"};
constexpr db::Query kRemovePlanned{"leads.remove_planned", R"sql(
  DELETE FROM outgoing WHERE workspace_id = $1 AND campaign_lead_id = $2 AND state IN (0, 7)
)sql"};
static_assert(static_cast<int>(inbox::OutgoingState::Claimed) == 0 &&
              static_cast<int>(inbox::OutgoingState::Held) == 7);
constexpr db::Query kRemoveReminders{"leads.remove_reminders", R"sql(
  DELETE FROM reminder WHERE workspace_id = $1 AND campaign_lead_id = $2
)sql"};
constexpr db::Query kRemovePlace{"leads.remove_place", R"sql(
  DELETE FROM campaign_lead WHERE workspace_id = $1 AND id = $2
)sql"};
constexpr db::Query kCountDown{"leads.count_removed", R"sql(
  UPDATE campaign
     SET lead_count = lead_count - 1
   WHERE workspace_id = $1
     AND id = $2
)sql"};
constexpr db::Query kRemoveLonely{"leads.remove_lonely", R"sql(
  DELETE FROM lead
   WHERE workspace_id = $1
     AND id = $2
     AND NOT EXISTS (SELECT 1 FROM campaign_lead WHERE workspace_id = $1 AND lead_id = $2)
)sql"};
constexpr db::Query kRemoveNotes{"leads.remove_notes", R"sql(
  DELETE FROM lead_note
   WHERE workspace_id = $1
     AND lead_id = $2
     AND NOT EXISTS (SELECT 1 FROM lead WHERE workspace_id = $1 AND id = $2)
)sql"};
constexpr db::Query kRemoveTasks{"leads.remove_tasks", R"sql(
  DELETE FROM lead_task
   WHERE workspace_id = $1
     AND lead_id = $2
     AND NOT EXISTS (SELECT 1 FROM lead WHERE workspace_id = $1 AND id = $2)
)sql"};
constexpr db::Query kRemoveTags{"leads.remove_tags", R"sql(
  DELETE FROM lead_tag
   WHERE workspace_id = $1
     AND lead_id = $2
     AND NOT EXISTS (SELECT 1 FROM lead WHERE workspace_id = $1 AND id = $2)
)sql"};

constexpr db::Query kOpenOfAddresses{"leads.list_open_of_addresses", R"sql(
  SELECT place.id
    FROM campaign_lead AS place
   WHERE place.workspace_id = $1
     AND place.lead_id IN (SELECT lead.id
                             FROM lead
                            WHERE lead.workspace_id = $1
                              AND lead.email IN (SELECT value FROM /*+json_list($2)*/))
     AND place.state <> 5
     AND (CAST($3 AS BIGINT) IS NULL OR place.client_id = $3)
   ORDER BY place.id
   LIMIT $4
)sql"};

/// `$5`: the domains themselves, `$2`: the organisational domains above them, which the index knows.
constexpr db::Query kOpenOfDomains{"leads.list_open_of_domains", R"sql(
  SELECT place.id
    FROM campaign_lead AS place
    JOIN lead ON lead.workspace_id = place.workspace_id AND lead.id = place.lead_id
   WHERE place.workspace_id = $1
     AND place.lead_domain IN (SELECT value FROM /*+json_list($2)*/)
     AND place.state <> 5
     AND (CAST($3 AS BIGINT) IS NULL OR place.client_id = $3)
     AND EXISTS (SELECT 1
                   FROM /*+json_list($5)*/
                  WHERE SUBSTR(lead.email, LENGTH(lead.email) - LENGTH(value))
                        IN ('@' || value, '.' || value))
   ORDER BY place.id
   LIMIT $4
)sql"};
static_assert(static_cast<int>(campaigns::LeadState::Blocked) == 5);

constexpr db::Query kCategories{"leads.list_categories", R"sql(
  SELECT id, name, sentiment, created_at_ms
    FROM lead_category
   WHERE workspace_id = $1
   ORDER BY id
)sql"};

}  // namespace

Result<Lead> load(db::Tx& tx, const Scope& scope, std::int64_t id) {
  TRY_AS(const auto row, tx.row(kLoad, scope.workspace_id, id, scope.client_id));
  if (!row) return fail(Code::NotFound, "Lead not found");
  return lead_from(scope.workspace_id, *row, 0);
}

Result<std::optional<Lead>> find_by_email(db::Tx& tx, const Scope& scope, std::string_view email) {
  const std::string address = mail::normalise_address(email);
  TRY_AS(const auto row, tx.row(kFindByEmail, scope.workspace_id, address, scope.client_id));
  if (!row) return std::nullopt;
  return lead_from(scope.workspace_id, *row, 0);
}

Result<std::vector<Place>> list_places(db::Tx& tx, const Scope& scope, std::int64_t lead_id) {
  TRY_AS(const auto rows, tx.rows(kPlaces, scope.workspace_id, lead_id, scope.client_id));
  std::vector<Place> places;
  for (const auto& row : rows) {
    const TimeMs engaged_at_ms = row.int64(8);
    places.push_back(
        {.id = row.int64(0),
         .campaign_id = row.int64(1),
         .campaign_name = row.string(2),
         .client_id = row.opt_int64(3),
         .client_email = row.opt_string(4),
         .category_id = row.opt_int64(5),
         .last_sent_at_ms = row.opt_int64(6),
         .last_reply_at_ms = row.opt_int64(7),
         .last_activity_at_ms = engaged_at_ms == 0 ? std::nullopt : std::optional(engaged_at_ms)});
  }
  return places;
}

Result<std::vector<ClientUnsubscribe>> list_client_unsubscribes(db::Tx& tx,
                                                                std::int64_t workspace_id,
                                                                const std::vector<std::string>& emails) {
  const std::string list = json_list(emails);
  TRY_AS(const auto rows, tx.rows(kClientUnsubscribes, workspace_id, list));
  std::vector<ClientUnsubscribe> found;
  for (const auto& row : rows) found.push_back({.email = row.string(0), .client_id = row.int64(1)});
  return found;
}

Result<> store(db::Tx& tx, const Lead& lead, TimeMs now_ms) {
  const std::string fields = custom_fields_json(lead.custom_fields);
  TRY_AS(const auto changed,
         tx.run(kStore,
                lead.workspace_id,
                lead.id,
                lead.email,
                lead.domain,
                lead.contact.first_name,
                lead.contact.last_name,
                lead.contact.phone_number,
                lead.contact.company_name,
                lead.contact.website,
                lead.contact.location,
                lead.contact.linkedin_profile,
                lead.contact.company_url,
                fields,
                now_ms));
  if (changed == 0) return fail(Code::Conflict, "another lead has this address");
  TRY(tx.run(kMovePlaces, lead.workspace_id, lead.id, lead.domain));
  return index_conversations(tx, lead.workspace_id, {lead.id});
}

Result<> index_conversations(db::Tx& tx,
                             std::int64_t workspace_id,
                             const std::vector<std::int64_t>& lead_ids) {
  if (lead_ids.empty()) return {};
  const std::string list = json_list(lead_ids);
  TRY_AS(const auto rows, tx.rows(kConversations, workspace_id, list));
  for (const auto& row : rows) {
    TRY(inbox::index_thread(tx, workspace_id, row.int64(0)));
    TRY(inbox::refresh_importance(tx, {.workspace_id = workspace_id, .campaign_lead_id = row.int64(0)}));
  }
  return {};
}

Result<> remove_from_campaign(db::Tx& tx, const Membership& membership) {
  static constexpr std::array kOfPlace{
      &kRemoveThreadText, &kRemoveTimeline, &kRemoveReminders, &kReleaseDay, &kRemovePlanned, &kRemovePlace};
  for (const db::Query* query : kOfPlace) TRY(tx.run(*query, membership.workspace_id, membership.id));
  TRY(tx.run(kCountDown, membership.workspace_id, membership.campaign_id));
  static constexpr std::array kOfLead{&kRemoveLonely, &kRemoveNotes, &kRemoveTasks, &kRemoveTags};
  for (const db::Query* query : kOfLead) TRY(tx.run(*query, membership.workspace_id, membership.lead_id));
  return {};
}

Result<> block_suppressed(db::Tx& tx,
                          std::int64_t workspace_id,
                          std::optional<std::int64_t> client_id,
                          const std::vector<std::string>& values,
                          const Cause& cause,
                          TimeMs now_ms) {
  std::vector<std::string> addresses;
  std::vector<std::string> domains;
  std::vector<std::string> organisations;
  for (const auto& value : values) {
    if (value.contains('@')) {
      addresses.push_back(value);
      continue;
    }
    domains.push_back(value);
    organisations.push_back(mail::organisational_domain(value));
  }
  const std::string address_list = json_list(addresses);
  const std::string domain_list = json_list(domains);
  const std::string organisation_list = json_list(organisations);
  TRY_AS(const auto of_addresses,
         tx.rows(kOpenOfAddresses, workspace_id, address_list, client_id, kBlockedAtOnceMax));
  TRY_AS(const auto of_domains,
         tx.rows(kOpenOfDomains, workspace_id, organisation_list, client_id, kBlockedAtOnceMax, domain_list));
  for (const auto* rows : {&of_addresses, &of_domains}) {
    for (const auto& row : *rows) {
      TRY_AS(const auto place, load_membership(tx, workspace_id, row.int64(0)));
      TRY(apply(tx, place, campaigns::LeadEvent::BlockListed, cause, now_ms));
    }
  }
  return {};
}

Result<std::vector<CategoryRow>> list_categories(db::Tx& tx, std::int64_t workspace_id) {
  TRY_AS(const auto rows, tx.rows(kCategories, workspace_id));
  std::vector<CategoryRow> categories;
  for (const auto& row : rows)
    categories.push_back({.id = row.int64(0),
                          .name = row.string(1),
                          .sentiment = row.opt_string(2),
                          .created_at_ms = row.int64(3)});
  return categories;
}

}  // namespace outrider::leads
