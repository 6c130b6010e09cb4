// Leads, categories and the block list on the wire: the structs of requests and answers. Their tables stand
// in lead_wire.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/route.h"
#include "leads/import.h"
#include "leads/store.h"
#include "wire/wire.h"

namespace outrider::leads {

inline constexpr std::size_t kLeadsPerRequestMax = 400;  // RULINGS 16

constexpr wire::Words wire_words(Engagement) {
  static constexpr wire::Word kWords[] = {{"is_opened", Engagement::Opened},
                                          {"is_clicked", Engagement::Clicked},
                                          {"is_replied", Engagement::Replied},
                                          {"is_bounced", Engagement::Bounced},
                                          {"is_unsubscribed", Engagement::Unsubscribed},
                                          {"is_spam", Engagement::Spam},
                                          {"is_accepted", Engagement::Accepted},
                                          {"not_replied", Engagement::NotReplied},
                                          {"is_sender_bounced", Engagement::SenderBounced}};
  return kWords;
}

struct LeadCampaignPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  static wire::Fields wire();
};

struct CampaignLeadPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t campaign_id = 0;
  std::int64_t lead_id = 0;
  static wire::Fields wire();
};

struct LeadPath {
  static constexpr auto kSource = http::Source::Path;
  std::int64_t lead_id = 0;
  static wire::Fields wire();
};

// Adding.

struct LeadInput {
  static constexpr const char* kName = "LeadInput";
  std::string email;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> phone_number;
  std::optional<std::string> company_name;
  std::optional<std::string> website;
  std::optional<std::string> location;
  std::optional<std::string> linkedin_profile;
  std::optional<std::string> company_url;
  CustomFields custom_fields;
  static wire::Fields wire();
};

struct LeadImportSettings {
  static constexpr const char* kName = "LeadImportSettings";
  std::optional<bool> ignore_global_block_list;
  std::optional<bool> ignore_unsubscribe_list;
  std::optional<bool> ignore_duplicate_leads_in_other_campaign;
  std::optional<bool> ignore_community_bounce_list;
  std::optional<bool> return_lead_ids;
  std::optional<bool> allow_duplicate;
  static wire::Fields wire();
};

struct AddLeads {
  static constexpr const char* kName = "AddLeadsRequest";
  std::vector<LeadInput> lead_list;
  std::vector<std::int64_t> lead_list_ids;
  std::optional<std::string> type;
  LeadImportSettings settings;
  LeadImportSettings flags;  // one client sends the settings beside the list
  static wire::Fields wire();
};

struct EmailToLeadIdMap {
  static constexpr const char* kName = "EmailToLeadIdMap";
  std::map<std::string, std::string> newly_added;
  std::map<std::string, std::string> existing;
  std::map<std::string, std::string> in_other_campaigns;
  static wire::Fields wire();
};

struct AddedLeads {
  static constexpr const char* kName = "AddLeadsResponse";
  struct Skipped {
    std::string email;
    std::string reason;
    static wire::Fields wire();
  };
  bool ok = true;
  std::int64_t upload_count = 0;
  std::int64_t total_leads = 0;
  std::int64_t block_count = 0;
  std::int64_t duplicate_count = 0;
  std::int64_t invalid_email_count = 0;
  std::vector<std::string> invalid_emails;
  std::int64_t already_added_to_campaign = 0;
  std::vector<std::string> unsubscribed_leads;
  bool is_lead_limit_exhausted = false;
  std::int64_t lead_import_stopped_count = 0;
  std::int64_t bounce_count = 0;
  std::optional<EmailToLeadIdMap> email_to_lead_id_map;
  std::int64_t added_count = 0;
  std::int64_t skipped_count = 0;
  std::vector<Skipped> skipped_leads;
  static wire::Fields wire();
};

/// The rows of a request for the import. Errors: Invalid for a key of a custom field that is too long.
Result<std::vector<ImportRow>> import_rows(const AddLeads& input);
ImportSettings import_settings(const AddLeads& input);
bool wants_lead_ids(const AddLeads& input);
AddedLeads added_leads(const std::vector<ImportedRow>& rows, bool with_ids);

// Reading.

struct LeadQuery {
  std::string email;
  static wire::Fields wire();
};

struct CampaignLeadsQuery {
  std::int64_t offset = 0;
  std::int64_t limit = 100;
  std::optional<campaigns::LeadState> status;
  std::optional<std::int64_t> lead_category_id;
  std::optional<Engagement> email_status;
  std::optional<wire::Instant> created_at_gt;
  std::optional<wire::Instant> last_sent_time_gt;
  std::optional<wire::Instant> event_time_gt;
  static wire::Fields wire();
};

/// What the two views of a lead have in common, between its id and its end.
struct LeadContact {
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::string email;
  std::optional<std::string> phone_number;
  std::optional<std::string> company_name;
  std::optional<std::string> website;
  std::optional<std::string> location;
  CustomFields custom_fields;
  std::optional<std::string> linkedin_profile;
  std::optional<std::string> company_url;
  bool is_unsubscribed = false;
  wire::Json unsubscribed_client_id_map;
  static wire::Fields wire();
};

struct LeadInCampaign {
  static constexpr const char* kName = "CampaignLeadContact";
  std::int64_t id = 0;
  LeadContact contact;
  static wire::Fields wire();
};

struct CampaignLeadEntry {
  static constexpr const char* kName = "CampaignLeadEntry";
  std::int64_t campaign_lead_map_id = 0;
  std::optional<std::int64_t> lead_category_id;
  std::string status;
  wire::Instant created_at;
  LeadInCampaign lead;
  static wire::Fields wire();
};

struct CampaignLeadList {
  static constexpr const char* kName = "CampaignLeadList";
  std::string total_leads;
  std::int64_t offset = 0;
  std::int64_t limit = 0;
  std::vector<CampaignLeadEntry> data;
  static wire::Fields wire();
};

struct LeadMembership {
  static constexpr const char* kName = "LeadMembership";
  std::int64_t campaign_lead_map_id = 0;
  std::int64_t campaign_id = 0;
  std::string campaign_name;
  std::optional<std::int64_t> client_id;
  std::optional<std::string> client_email;
  std::optional<std::int64_t> lead_category_id;
  std::optional<wire::Instant> last_sent_at;
  std::optional<wire::Instant> last_reply_at;
  std::optional<wire::Instant> last_activity_at;
  static wire::Fields wire();
};

struct LeadByEmail {
  static constexpr const char* kName = "LeadByEmail";
  std::string id;
  LeadContact contact;
  wire::Instant created_at;
  std::vector<LeadMembership> lead_campaign_data;
  static wire::Fields wire();
};

LeadContact contact_of(const Lead& lead, const std::vector<ClientUnsubscribe>& unsubscribes);
LeadMembership membership_of(const Place& place);

// Changing.

struct UpdateLead {
  static constexpr const char* kName = "LeadUpdateRequest";
  std::optional<std::string> email;
  wire::Patch<std::string> first_name;
  wire::Patch<std::string> last_name;
  wire::Patch<std::string> phone_number;
  wire::Patch<std::string> company_name;
  wire::Patch<std::string> website;
  wire::Patch<std::string> location;
  wire::Patch<std::string> linkedin_profile;
  wire::Patch<std::string> company_url;
  CustomFields custom_fields;
  static wire::Fields wire();
};

/// The lead as the request wants it. Errors: Invalid.
Result<Lead> updated(Lead lead, const UpdateLead& input);

struct ResumeLead {
  std::optional<int> resume_lead_with_delay_days;
  static wire::Fields wire();
};

struct CategoryChange {
  wire::Patch<std::int64_t> category_id;  // null: none
  std::optional<std::string> category;    // by its name, where there is no id
  bool pause_lead = false;
  static wire::Fields wire();
};

struct LeadOk {
  static constexpr const char* kName = "LeadOk";
  bool ok = true;
  static wire::Fields wire();
};

struct OkData {
  static constexpr const char* kName = "OkData";
  bool ok = true;
  std::string data = "success";
  static wire::Fields wire();
};

struct OkMessage {
  static constexpr const char* kName = "OkMessage";
  bool ok = true;
  std::string message = "success";
  static wire::Fields wire();
};

// Categories and the block list.

struct LeadCategory {
  static constexpr const char* kName = "LeadCategory";
  std::int64_t id = 0;
  wire::Instant created_at;
  std::string name;
  std::optional<std::string> sentiment_type;
  static wire::Fields wire();
};

struct AddToBlockList {
  static constexpr const char* kName = "BlockListAddRequest";
  std::vector<std::string> domain_block_list;
  std::optional<std::int64_t> client_id;
  static wire::Fields wire();
};

struct AddedToBlockList {
  static constexpr const char* kName = "BlockListAddResponse";
  std::int64_t upload_count = 0;
  std::int64_t total_domain_added = 0;
  bool success = true;
  std::string message;
  static wire::Fields wire();
};

struct BlockListQuery {
  std::int64_t offset = 0;
  std::int64_t limit = 100;
  std::optional<std::int64_t> filter_client_id;
  std::optional<std::string> filter_email_or_domain;
  std::optional<std::string> filter_email_with_domain;
  static wire::Fields wire();
};

struct BlockListEntry {
  static constexpr const char* kName = "BlockListEntry";
  std::int64_t id = 0;
  std::string email_or_domain;
  wire::Instant created_at;
  std::string source;
  std::optional<std::int64_t> client_id;
  static wire::Fields wire();
};

}  // namespace outrider::leads
