// Between the wire's structs and the domain's.
#include <algorithm>

#include "core/strings.h"
#include "leads/lead_wire.h"
#include "mail/address.h"

namespace outrider::leads {
namespace {

std::optional<wire::Instant> instant(std::optional<TimeMs> at_ms) {
  return at_ms ? std::optional(wire::Instant{*at_ms}) : std::nullopt;
}

Result<> check_keys(const CustomFields& fields, const std::string& path) {
  for (const auto& [key, value] : fields) {
    const std::size_t length = utf8_length(key);
    if (length >= 1 && length <= kCustomKeyCharactersMax) continue;
    return fail_field(path, "\"" + path + "\" takes keys of 1 to 100 characters");
  }
  return {};
}

/// In "settings", else beside the list.
bool is_on(const AddLeads& input, std::optional<bool> LeadImportSettings::* flag) {
  const auto& inside = input.settings.*flag;
  return inside ? *inside : (input.flags.*flag).value_or(false);
}

template <class T>
void put(std::optional<T>& place, const wire::Patch<T>& given) {
  if (given.given) place = given.value;
}

}  // namespace

Result<std::vector<ImportRow>> import_rows(const AddLeads& input) {
  std::vector<ImportRow> rows;
  rows.reserve(input.lead_list.size());
  for (const LeadInput& lead : input.lead_list) {
    TRY(check_keys(lead.custom_fields, "lead_list." + std::to_string(rows.size()) + ".custom_fields"));
    rows.push_back({.email = lead.email,
                    .contact = {.first_name = lead.first_name,
                                .last_name = lead.last_name,
                                .phone_number = lead.phone_number,
                                .company_name = lead.company_name,
                                .website = lead.website,
                                .location = lead.location,
                                .linkedin_profile = lead.linkedin_profile,
                                .company_url = lead.company_url},
                    .custom_fields = lead.custom_fields});
  }
  return rows;
}

ImportSettings import_settings(const AddLeads& input) {
  using Flags = LeadImportSettings;
  const auto allow =
      input.settings.allow_duplicate ? input.settings.allow_duplicate : input.flags.allow_duplicate;
  return {.ignore_block_list = is_on(input, &Flags::ignore_global_block_list),
          .ignore_unsubscribes = is_on(input, &Flags::ignore_unsubscribe_list),
          .ignore_bounces = is_on(input, &Flags::ignore_community_bounce_list),
          .skip_known_elsewhere =
              is_on(input, &Flags::ignore_duplicate_leads_in_other_campaign) || !allow.value_or(true)};
}

bool wants_lead_ids(const AddLeads& input) {
  return is_on(input, &LeadImportSettings::return_lead_ids);
}

AddedLeads added_leads(const std::vector<ImportedRow>& rows, bool with_ids) {
  AddedLeads reply;
  reply.upload_count = static_cast<std::int64_t>(rows.size());
  EmailToLeadIdMap ids;
  const auto put_id = [](std::map<std::string, std::string>& map, const ImportedRow& row) {
    map.emplace(row.email, std::to_string(row.lead_id.value_or(0)));
  };
  for (const ImportedRow& row : rows) {
    switch (row.outcome) {
      case ImportOutcome::Added:
        ++reply.total_leads;
        put_id(ids.newly_added, row);
        continue;
      case ImportOutcome::AlreadyInCampaign:
        ++reply.already_added_to_campaign;
        put_id(ids.existing, row);
        break;
      case ImportOutcome::InOtherCampaign:
        put_id(ids.in_other_campaigns, row);
        break;
      case ImportOutcome::DuplicateInRequest:
        ++reply.duplicate_count;
        break;
      case ImportOutcome::InvalidAddress:
        ++reply.invalid_email_count;
        reply.invalid_emails.push_back(row.email);
        break;
      case ImportOutcome::Blocked:
        ++reply.block_count;
        break;
      case ImportOutcome::Unsubscribed:
        reply.unsubscribed_leads.push_back(row.email);
        break;
      case ImportOutcome::BouncedBefore:
        ++reply.bounce_count;
        break;
      case ImportOutcome::TooManyFields:
        break;
    }
    reply.skipped_leads.push_back({.email = row.email, .reason = std::string(reason(row.outcome))});
  }
  reply.added_count = reply.total_leads;
  reply.skipped_count = static_cast<std::int64_t>(reply.skipped_leads.size());
  if (with_ids) reply.email_to_lead_id_map = std::move(ids);
  return reply;
}

LeadContact contact_of(const Lead& lead, const std::vector<ClientUnsubscribe>& unsubscribes) {
  LeadContact contact{.first_name = lead.contact.first_name,
                      .last_name = lead.contact.last_name,
                      .email = lead.email,
                      .phone_number = lead.contact.phone_number,
                      .company_name = lead.contact.company_name,
                      .website = lead.contact.website,
                      .location = lead.contact.location,
                      .custom_fields = lead.custom_fields,
                      .linkedin_profile = lead.contact.linkedin_profile,
                      .company_url = lead.contact.company_url,
                      .is_unsubscribed = lead.is_unsubscribed,
                      .unsubscribed_client_id_map = {}};
  const auto own = std::ranges::equal_range(unsubscribes, lead.email, {}, &ClientUnsubscribe::email);
  if (own.empty()) return contact;
  wire::Writer writer(contact.unsubscribed_client_id_map.text);
  writer.begin_object();
  for (const auto& entry : own) writer.member(std::to_string(entry.client_id), true);
  writer.end_object();
  return contact;
}

LeadMembership membership_of(const Place& place) {
  return {.campaign_lead_map_id = place.id,
          .campaign_id = place.campaign_id,
          .campaign_name = place.campaign_name,
          .client_id = place.client_id,
          .client_email = place.client_email,
          .lead_category_id = place.category_id,
          .last_sent_at = instant(place.last_sent_at_ms),
          .last_reply_at = instant(place.last_reply_at_ms),
          .last_activity_at = instant(place.last_activity_at_ms)};
}

Result<Lead> updated(Lead lead, const UpdateLead& input) {
  if (input.email) {
    if (!mail::is_valid_email(*input.email)) return fail_field("email", "\"email\" must be an email address");
    lead.email = mail::normalise_address(*input.email);
    lead.domain = company_domain(lead.email);
  }
  put(lead.contact.first_name, input.first_name);
  put(lead.contact.last_name, input.last_name);
  put(lead.contact.phone_number, input.phone_number);
  put(lead.contact.company_name, input.company_name);
  put(lead.contact.website, input.website);
  put(lead.contact.location, input.location);
  put(lead.contact.linkedin_profile, input.linkedin_profile);
  put(lead.contact.company_url, input.company_url);
  TRY(check_keys(input.custom_fields, "custom_fields"));
  lead.custom_fields = merged(std::move(lead.custom_fields), input.custom_fields);
  if (lead.custom_fields.size() > kCustomFieldsMax)
    return fail_field("custom_fields", "\"custom_fields\" takes at most 200 keys for a lead");
  return lead;
}

}  // namespace outrider::leads
