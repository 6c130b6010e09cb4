#include "leads/import.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "campaigns/lead_state.h"
#include "campaigns/sequence_store.h"
#include "campaigns/store.h"
#include "core/strings.h"
#include "leads/due.h"
#include "leads/json_args.h"
#include "leads/store.h"
#include "leads/suppression.h"
#include "mail/address.h"

namespace outrider::leads {
namespace {

/// Imports into one campaign go one after another, so that what is read below stays true.
constexpr db::Query kLockCampaign{"leads.lock_campaign", R"sql(
  SELECT id
    FROM campaign
   WHERE workspace_id = $1
     AND id = $2
  /*+for_update*/
)sql"};

constexpr db::Query kKnown{"leads.find_known", R"sql(
  SELECT lead.id, lead.email, lead.custom_fields, lead.is_unsubscribed, lead.first_name, lead.last_name,
         (SELECT COUNT(*)
            FROM campaign_lead AS here
           WHERE here.workspace_id = $1
             AND here.campaign_id = $3
             AND here.lead_id = lead.id),
         (SELECT COUNT(*)
            FROM campaign_lead AS anywhere
           WHERE anywhere.workspace_id = $1
             AND anywhere.lead_id = lead.id)
    FROM lead
   WHERE lead.workspace_id = $1
     AND lead.email IN (SELECT value FROM /*+json_list($2)*/)
)sql"};

constexpr db::Query kStoreLead{"leads.store", R"sql(
  INSERT INTO lead (workspace_id, email, domain, first_name, last_name, phone_number, company_name, website,
                    location, linkedin_profile, company_url, custom_fields, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
      ON CONFLICT (workspace_id, email)
      DO UPDATE SET first_name = COALESCE(excluded.first_name, lead.first_name),
                    last_name = COALESCE(excluded.last_name, lead.last_name),
                    phone_number = COALESCE(excluded.phone_number, lead.phone_number),
                    company_name = COALESCE(excluded.company_name, lead.company_name),
                    website = COALESCE(excluded.website, lead.website),
                    location = COALESCE(excluded.location, lead.location),
                    linkedin_profile = COALESCE(excluded.linkedin_profile, lead.linkedin_profile),
                    company_url = COALESCE(excluded.company_url, lead.company_url),
                    custom_fields = excluded.custom_fields,
                    updated_at_ms = excluded.updated_at_ms
)sql"};

constexpr db::Query kIds{"leads.find_ids", R"sql(
  SELECT id, email
    FROM lead
   WHERE workspace_id = $1
     AND email IN (SELECT value FROM /*+json_list($2)*/)
)sql"};

constexpr db::Query kStorePlace{"leads.store_membership", R"sql(
  INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, client_id, lead_domain, state, next_seq,
                             due_at_ms, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $8)
)sql"};
static_assert(static_cast<int>(campaigns::LeadState::Started) == 0);

constexpr db::Query kStartTimelines{"leads.start_timelines", R"sql(
  INSERT INTO lead_timeline (workspace_id, campaign_lead_id, at_ms, to_state, cause)
  SELECT workspace_id, id, created_at_ms, state, 'ADDED'
    FROM campaign_lead
   WHERE workspace_id = $1
     AND campaign_id = $2
     AND lead_id IN (SELECT value FROM /*+json_ints($3)*/)
)sql"};

constexpr db::Query kCount{"leads.count_added", R"sql(
  UPDATE campaign
     SET lead_count = lead_count + $3,
         next_plan_at_ms = 0
   WHERE workspace_id = $1
     AND id = $2
)sql"};

struct Known {
  std::int64_t lead_id = 0;
  CustomFields custom_fields;
  bool is_unsubscribed = false;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  bool is_here = false;
  bool is_elsewhere = false;
};

std::optional<std::string> unless_empty(const std::optional<std::string>& text) {
  return text && !trim(*text).empty() ? text : std::nullopt;
}

class Import {
 public:
  Import(db::Tx& tx,
         const campaigns::Campaign& campaign,
         std::span<const ImportRow> rows,
         const ImportSettings& settings,
         TimeMs now_ms)
      : tx_(tx),
        campaign_(campaign),
        rows_(rows),
        settings_(settings),
        now_ms_(now_ms),
        results_(rows.size()),
        contacts_(rows.size()),
        fields_(rows.size()) {}

  Result<std::vector<ImportedRow>> run() {
    TRY(tx_.row(kLockCampaign, campaign_.workspace_id, campaign_.id));
    read_addresses();
    TRY(load_suppressions());
    TRY(load_known());
    for (std::size_t i = 0; i < rows_.size(); ++i) decide(i);
    TRY(store_leads());
    TRY(store_places());
    return std::move(results_);
  }

 private:
  void read_addresses() {
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::string_view given = trim(rows_[i].email);
      ImportedRow& result = results_[i];
      if (!mail::is_valid_email(given)) {
        result = {.email = std::string(given), .outcome = ImportOutcome::InvalidAddress, .lead_id = {}};
        continue;
      }
      result.email = mail::normalise_address(given);
      if (!seen.insert(result.email).second) result.outcome = ImportOutcome::DuplicateInRequest;
    }
    addresses_.assign(seen.begin(), seen.end());
  }

  Result<> load_suppressions() {
    std::vector<std::string> values;
    for (const auto& address : addresses_)
      for (auto& value : suppressing_values(address)) values.push_back(std::move(value));
    TRY_AS(const auto found, find_suppressions(tx_, campaign_.workspace_id, campaign_.client_id, values));
    for (const Suppression& entry : found) suppressed_[entry.value].push_back(entry.source);
    return {};
  }

  Result<> load_known() {
    const std::string addresses = json_list(addresses_);
    TRY_AS(const auto rows, tx_.rows(kKnown, campaign_.workspace_id, addresses, campaign_.id));
    for (const auto& row : rows) {
      TRY_AS(auto fields, parse_custom_fields(row.text(2)));
      known_.emplace(row.string(1),
                     Known{.lead_id = row.int64(0),
                           .custom_fields = std::move(fields),
                           .is_unsubscribed = row.flag(3),
                           .first_name = row.opt_string(4),
                           .last_name = row.opt_string(5),
                           .is_here = row.int64(6) > 0,
                           .is_elsewhere = row.int64(7) > row.int64(6)});
    }
    return {};
  }

  /// What keeps mail from an address, after what the caller chose to look past.
  std::optional<ImportOutcome> refusal(const std::string& email, const Known* known) const {
    bool is_blocked = false;
    bool is_unsubscribed = known && known->is_unsubscribed;
    bool is_bounced = false;
    for (const auto& value : suppressing_values(email)) {
      const auto entry = suppressed_.find(value);
      if (entry == suppressed_.end()) continue;
      for (const auto source : entry->second) {
        is_unsubscribed = is_unsubscribed || source == SuppressionSource::Unsubscribe;
        is_bounced = is_bounced || source == SuppressionSource::Bounce;
        is_blocked =
            is_blocked || source == SuppressionSource::Manual || source == SuppressionSource::Complaint;
      }
    }
    if (is_blocked && !settings_.ignore_block_list) return ImportOutcome::Blocked;
    if (is_unsubscribed && !settings_.ignore_unsubscribes) return ImportOutcome::Unsubscribed;
    if (is_bounced && !settings_.ignore_bounces) return ImportOutcome::BouncedBefore;
    return std::nullopt;
  }

  void decide(std::size_t i) {
    ImportedRow& result = results_[i];
    if (result.outcome != ImportOutcome::Added) return;
    const auto found = known_.find(result.email);
    const Known* known = found == known_.end() ? nullptr : &found->second;
    if (known) result.lead_id = known->lead_id;
    if (const auto refused = refusal(result.email, known)) {
      result.outcome = *refused;
      return;
    }
    CustomFields fields = merged(known ? known->custom_fields : CustomFields(), rows_[i].custom_fields);
    if (fields.size() > kCustomFieldsMax) {
      result.outcome = ImportOutcome::TooManyFields;
      return;
    }
    if (known && known->is_here)
      result.outcome = ImportOutcome::AlreadyInCampaign;
    else if (known && known->is_elsewhere && settings_.skip_known_elsewhere)
      result.outcome = ImportOutcome::InOtherCampaign;
    fields_[i] = custom_fields_json(fields);
    contacts_[i] = said_in(rows_[i].contact);
    if (known && is_renamed(*known, contacts_[i])) renamed_.push_back(known->lead_id);
    to_store_.push_back(i);
  }

  static bool is_renamed(const Known& known, const Contact& said) {
    return (said.first_name && said.first_name != known.first_name) ||
           (said.last_name && said.last_name != known.last_name);
  }

  static Contact said_in(const Contact& contact) {
    return {.first_name = unless_empty(contact.first_name),
            .last_name = unless_empty(contact.last_name),
            .phone_number = unless_empty(contact.phone_number),
            .company_name = unless_empty(contact.company_name),
            .website = unless_empty(contact.website),
            .location = unless_empty(contact.location),
            .linkedin_profile = unless_empty(contact.linkedin_profile),
            .company_url = unless_empty(contact.company_url)};
  }

  Result<> store_leads() {
    if (to_store_.empty()) return {};
    // In the order of addresses, so that two imports of the same people cannot wait for each other.
    std::ranges::sort(to_store_, {}, [&](std::size_t i) -> const std::string& { return results_[i].email; });
    std::vector<std::string> emails;
    std::vector<std::string> domains;
    for (const std::size_t i : to_store_) {
      emails.push_back(results_[i].email);
      domains.push_back(company_domain(results_[i].email));
    }
    std::vector<db::Args> writes;
    for (std::size_t n = 0; n < to_store_.size(); ++n) {
      const std::size_t i = to_store_[n];
      const Contact& contact = contacts_[i];
      writes.push_back({campaign_.workspace_id,
                        emails[n],
                        domains[n],
                        contact.first_name,
                        contact.last_name,
                        contact.phone_number,
                        contact.company_name,
                        contact.website,
                        contact.location,
                        contact.linkedin_profile,
                        contact.company_url,
                        fields_[i],
                        now_ms_});
    }
    TRY(tx_.run_many(kStoreLead, writes));
    TRY(index_conversations(tx_, campaign_.workspace_id, renamed_));

    const std::string list = json_list(emails);
    TRY_AS(const auto rows, tx_.rows(kIds, campaign_.workspace_id, list));
    std::unordered_map<std::string, std::int64_t> ids;
    for (const auto& row : rows) ids.emplace(row.string(1), row.int64(0));
    for (const std::size_t i : to_store_) results_[i].lead_id = ids.at(results_[i].email);
    return {};
  }

  Result<> store_places() {
    TRY_AS(const auto steps, campaigns::list_steps(tx_, campaign_.workspace_id, campaign_.id));
    const std::int64_t first_seq = steps.empty() ? 1 : steps.front().seq_number;
    const int delay_days = steps.empty() ? 0 : steps.front().delay_days;
    std::vector<std::int64_t> added;
    std::vector<std::string> domains(rows_.size());
    std::vector<db::Args> writes;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (results_[i].outcome != ImportOutcome::Added) continue;
      const std::int64_t lead_id = *results_[i].lead_id;
      // The lead's own offset within the window only has to differ from lead to lead.
      const TimeMs due_at_ms = due_in(
          campaign_, {.delay_days = delay_days, .previous_accepted_ms = now_ms_, .lead_map_id = lead_id});
      domains[i] = company_domain(results_[i].email);
      added.push_back(lead_id);
      writes.push_back({campaign_.workspace_id,
                        campaign_.id,
                        lead_id,
                        campaign_.client_id,
                        domains[i],
                        first_seq,
                        due_at_ms,
                        now_ms_});
    }
    if (added.empty()) return {};
    TRY(tx_.run_many(kStorePlace, writes));
    const std::string lead_ids = json_list(added);
    TRY(tx_.run(kStartTimelines, campaign_.workspace_id, campaign_.id, lead_ids));
    TRY(tx_.run(kCount, campaign_.workspace_id, campaign_.id, added.size()));
    if (campaign_.state != campaigns::CampaignState::Completed) return {};
    return campaigns::store_state(tx_, campaign_, campaigns::CampaignState::Active, "LEADS_ADDED", now_ms_);
  }

  db::Tx& tx_;
  const campaigns::Campaign& campaign_;
  std::span<const ImportRow> rows_;
  const ImportSettings& settings_;
  TimeMs now_ms_;

  std::vector<ImportedRow> results_;
  std::vector<std::string> addresses_;  // the valid ones, once each
  std::unordered_map<std::string, std::vector<SuppressionSource>> suppressed_;
  std::unordered_map<std::string, Known> known_;
  std::vector<std::size_t> to_store_;  // rows whose lead is written
  std::vector<std::int64_t> renamed_;
  std::vector<Contact> contacts_;
  std::vector<std::string> fields_;
};

}  // namespace

std::string_view reason(ImportOutcome outcome) {
  switch (outcome) {
    case ImportOutcome::Added:
      return "added";
    case ImportOutcome::AlreadyInCampaign:
      return "already in this campaign";
    case ImportOutcome::DuplicateInRequest:
      return "duplicate in this request";
    case ImportOutcome::InvalidAddress:
      return "invalid address";
    case ImportOutcome::Blocked:
      return "on the block list";
    case ImportOutcome::Unsubscribed:
      return "unsubscribed";
    case ImportOutcome::BouncedBefore:
      return "bounced before";
    case ImportOutcome::InOtherCampaign:
      return "in another campaign";
    case ImportOutcome::TooManyFields:
      return "more than 200 custom fields";
  }
  return "";
}

Result<std::vector<ImportedRow>> import_leads(db::Tx& tx,
                                              const campaigns::Campaign& campaign,
                                              std::span<const ImportRow> rows,
                                              const ImportSettings& settings,
                                              TimeMs now_ms) {
  if (!campaigns::after(campaign.state, campaigns::CampaignEvent::LeadsAdded))
    return fail(Code::Invalid,
                "a campaign that is " + std::string(name(campaign.state)) + " takes no more leads");
  return Import(tx, campaign, rows, settings, now_ms).run();
}

}  // namespace outrider::leads
