#include "leads/lead_wire.h"

namespace outrider::leads {
namespace {

constexpr auto kContactText = wire::length(0, kContactCharactersMax);

constexpr wire::Word kStateWords[] = {{"STARTED", campaigns::LeadState::Started},
                                      {"INPROGRESS", campaigns::LeadState::InProgress},
                                      {"COMPLETED", campaigns::LeadState::Completed},
                                      {"PAUSED", campaigns::LeadState::Paused},
                                      {"STOPPED", campaigns::LeadState::Stopped},
                                      {"BLOCKED", campaigns::LeadState::Blocked}};

}  // namespace

wire::Fields LeadCampaignPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadCampaignPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields CampaignLeadPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignLeadPath::campaign_id>("campaign_id", wire::range(1, INT64_MAX)),
      wire::required<&CampaignLeadPath::lead_id>("lead_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

wire::Fields LeadPath::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadPath::lead_id>("lead_id", wire::range(1, INT64_MAX)),
  };
  return kFields;
}

// Whether the address is one is decided row by row, so it is any text here.
wire::Fields LeadInput::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadInput::email>("email", kContactText),
      wire::optional<&LeadInput::first_name>("first_name", kContactText),
      wire::optional<&LeadInput::last_name>("last_name", kContactText),
      wire::optional<&LeadInput::phone_number>(
          "phone_number", wire::alias("phone"), kContactText, wire::lenient()),
      wire::optional<&LeadInput::company_name>("company_name", wire::alias("company"), kContactText),
      wire::optional<&LeadInput::website>("website", kContactText),
      wire::optional<&LeadInput::location>("location", kContactText),
      wire::optional<&LeadInput::linkedin_profile>("linkedin_profile", kContactText),
      wire::optional<&LeadInput::company_url>("company_url", kContactText),
      wire::optional<&LeadInput::custom_fields>(
          "custom_fields", wire::items(0, kCustomFieldsMax), wire::length(0, kCustomValueCharactersMax)),
  };
  return kFields;
}

wire::Fields LeadImportSettings::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&LeadImportSettings::ignore_global_block_list>("ignore_global_block_list",
                                                                    wire::lenient()),
      wire::optional<&LeadImportSettings::ignore_unsubscribe_list>("ignore_unsubscribe_list",
                                                                   wire::lenient()),
      wire::optional<&LeadImportSettings::ignore_duplicate_leads_in_other_campaign>(
          "ignore_duplicate_leads_in_other_campaign",
          wire::lenient(),
          wire::doc("true leaves out leads that another campaign holds.")),
      wire::optional<&LeadImportSettings::ignore_community_bounce_list>(
          "ignore_community_bounce_list", wire::alias("skip_community_bounce_list"), wire::lenient()),
      wire::optional<&LeadImportSettings::return_lead_ids>("return_lead_ids", wire::lenient()),
      wire::optional<&LeadImportSettings::allow_duplicate>(
          "allow_duplicate",
          wire::lenient(),
          wire::doc("false means the same as ignore_duplicate_leads_in_other_campaign true.")),
  };
  return kFields;
}

wire::Fields AddLeads::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AddLeads::lead_list>(
          "lead_list", wire::alias("leads"), wire::bare(), wire::items(1, kLeadsPerRequestMax)),
      wire::optional<&AddLeads::lead_list_ids>("lead_list_ids", wire::lenient()),
      wire::optional<&AddLeads::type>("type"),
      wire::optional<&AddLeads::settings>("settings"),
      wire::inlined<&AddLeads::flags>(),
  };
  return kFields;
}

wire::Fields EmailToLeadIdMap::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&EmailToLeadIdMap::newly_added>("newlyAddedLeads"),
      wire::optional<&EmailToLeadIdMap::existing>("existingLeads"),
      wire::optional<&EmailToLeadIdMap::in_other_campaigns>("existingLeadsInOtherCampaigns"),
  };
  return kFields;
}

wire::Fields AddedLeads::Skipped::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AddedLeads::Skipped::email>("email"),
      wire::required<&AddedLeads::Skipped::reason>("reason"),
  };
  return kFields;
}

wire::Fields AddedLeads::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AddedLeads::ok>("ok"),
      wire::optional<&AddedLeads::upload_count>("upload_count"),
      wire::optional<&AddedLeads::total_leads>("total_leads"),
      wire::optional<&AddedLeads::block_count>("block_count"),
      wire::optional<&AddedLeads::duplicate_count>("duplicate_count"),
      wire::optional<&AddedLeads::invalid_email_count>("invalid_email_count"),
      wire::optional<&AddedLeads::invalid_emails>("invalid_emails"),
      wire::optional<&AddedLeads::already_added_to_campaign>("already_added_to_campaign"),
      wire::optional<&AddedLeads::unsubscribed_leads>("unsubscribed_leads"),
      wire::optional<&AddedLeads::is_lead_limit_exhausted>("is_lead_limit_exhausted"),
      wire::optional<&AddedLeads::lead_import_stopped_count>("lead_import_stopped_count"),
      wire::optional<&AddedLeads::bounce_count>("bounce_count"),
      wire::optional<&AddedLeads::email_to_lead_id_map>("emailToLeadIdMap", wire::omit_when_empty()),
      wire::optional<&AddedLeads::added_count>("added_count"),
      wire::optional<&AddedLeads::skipped_count>("skipped_count"),
      wire::optional<&AddedLeads::skipped_leads>("skipped_leads"),
  };
  return kFields;
}

wire::Fields LeadQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadQuery::email>("email", wire::email()),
  };
  return kFields;
}

wire::Fields CampaignLeadsQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CampaignLeadsQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
      wire::optional<&CampaignLeadsQuery::limit>("limit", wire::range(1, 100), wire::fallback(100)),
      wire::optional<&CampaignLeadsQuery::status>("status", wire::words(kStateWords)),
      wire::optional<&CampaignLeadsQuery::lead_category_id>("lead_category_id", wire::range(1, INT64_MAX)),
      wire::optional<&CampaignLeadsQuery::email_status>("emailStatus"),
      wire::optional<&CampaignLeadsQuery::created_at_gt>("created_at_gt"),
      wire::optional<&CampaignLeadsQuery::last_sent_time_gt>("last_sent_time_gt"),
      wire::optional<&CampaignLeadsQuery::event_time_gt>("event_time_gt"),
  };
  return kFields;
}

wire::Fields LeadContact::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&LeadContact::first_name>("first_name"),
      wire::optional<&LeadContact::last_name>("last_name"),
      wire::required<&LeadContact::email>("email"),
      wire::optional<&LeadContact::phone_number>("phone_number"),
      wire::optional<&LeadContact::company_name>("company_name"),
      wire::optional<&LeadContact::website>("website"),
      wire::optional<&LeadContact::location>("location"),
      wire::optional<&LeadContact::custom_fields>("custom_fields"),
      wire::optional<&LeadContact::linkedin_profile>("linkedin_profile"),
      wire::optional<&LeadContact::company_url>("company_url"),
      wire::optional<&LeadContact::is_unsubscribed>("is_unsubscribed"),
      wire::optional<&LeadContact::unsubscribed_client_id_map>("unsubscribed_client_id_map"),
  };
  return kFields;
}

wire::Fields LeadInCampaign::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadInCampaign::id>("id"),
      wire::inlined<&LeadInCampaign::contact>(),
  };
  return kFields;
}

wire::Fields CampaignLeadEntry::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignLeadEntry::campaign_lead_map_id>("campaign_lead_map_id"),
      wire::optional<&CampaignLeadEntry::lead_category_id>("lead_category_id"),
      wire::required<&CampaignLeadEntry::status>("status"),
      wire::required<&CampaignLeadEntry::created_at>("created_at", wire::with_ms()),
      wire::required<&CampaignLeadEntry::lead>("lead"),
  };
  return kFields;
}

wire::Fields CampaignLeadList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&CampaignLeadList::total_leads>("total_leads"),
      wire::required<&CampaignLeadList::offset>("offset"),
      wire::required<&CampaignLeadList::limit>("limit"),
      wire::required<&CampaignLeadList::data>("data"),
  };
  return kFields;
}

wire::Fields LeadMembership::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadMembership::campaign_lead_map_id>("campaign_lead_map_id"),
      wire::required<&LeadMembership::campaign_id>("campaign_id"),
      wire::required<&LeadMembership::campaign_name>("campaign_name"),
      wire::optional<&LeadMembership::client_id>("client_id"),
      wire::optional<&LeadMembership::client_email>("client_email"),
      wire::optional<&LeadMembership::lead_category_id>("lead_category_id"),
      wire::optional<&LeadMembership::last_sent_at>("last_sent_at", wire::with_ms()),
      wire::optional<&LeadMembership::last_reply_at>("last_reply_at", wire::with_ms()),
      wire::optional<&LeadMembership::last_activity_at>("last_activity_at", wire::with_ms()),
  };
  return kFields;
}

wire::Fields LeadByEmail::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadByEmail::id>("id"),
      wire::inlined<&LeadByEmail::contact>(),
      wire::required<&LeadByEmail::created_at>("created_at", wire::with_ms()),
      wire::required<&LeadByEmail::lead_campaign_data>("lead_campaign_data"),
  };
  return kFields;
}

// The address may be left out, as the older reference and some clients have it.
wire::Fields UpdateLead::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&UpdateLead::email>("email", wire::email()),
      wire::optional<&UpdateLead::first_name>("first_name", kContactText),
      wire::optional<&UpdateLead::last_name>("last_name", kContactText),
      wire::optional<&UpdateLead::phone_number>(
          "phone_number", wire::alias("phone"), kContactText, wire::lenient()),
      wire::optional<&UpdateLead::company_name>("company_name", wire::alias("company"), kContactText),
      wire::optional<&UpdateLead::website>("website", kContactText),
      wire::optional<&UpdateLead::location>("location", kContactText),
      wire::optional<&UpdateLead::linkedin_profile>("linkedin_profile", kContactText),
      wire::optional<&UpdateLead::company_url>("company_url", kContactText),
      wire::optional<&UpdateLead::custom_fields>(
          "custom_fields", wire::items(0, kCustomFieldsMax), wire::length(0, kCustomValueCharactersMax)),
  };
  return kFields;
}

wire::Fields ResumeLead::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&ResumeLead::resume_lead_with_delay_days>(
          "resume_lead_with_delay_days", wire::range(0, 3'650), wire::lenient()),
  };
  return kFields;
}

wire::Fields CategoryChange::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&CategoryChange::category_id>("category_id", wire::range(1, INT64_MAX), wire::lenient()),
      wire::optional<&CategoryChange::category>("category", wire::length(1, 200)),
      wire::optional<&CategoryChange::pause_lead>("pause_lead", wire::lenient()),
  };
  return kFields;
}

wire::Fields LeadOk::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadOk::ok>("ok"),
  };
  return kFields;
}

wire::Fields OkData::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&OkData::ok>("ok"),
      wire::required<&OkData::data>("data"),
  };
  return kFields;
}

wire::Fields OkMessage::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&OkMessage::ok>("ok"),
      wire::required<&OkMessage::message>("message"),
  };
  return kFields;
}

wire::Fields LeadCategory::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&LeadCategory::id>("id"),
      wire::required<&LeadCategory::created_at>("created_at", wire::with_ms()),
      wire::required<&LeadCategory::name>("name"),
      wire::optional<&LeadCategory::sentiment_type>("sentiment_type"),
  };
  return kFields;
}

wire::Fields AddToBlockList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AddToBlockList::domain_block_list>("domain_block_list",
                                                         wire::alias("domain"),
                                                         wire::items(1, kBlockListEntriesMax),
                                                         wire::length(1, 254),
                                                         wire::one_or_many(),
                                                         wire::lenient()),
      wire::optional<&AddToBlockList::client_id>("client_id", wire::range(1, INT64_MAX), wire::lenient()),
  };
  return kFields;
}

wire::Fields AddedToBlockList::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&AddedToBlockList::upload_count>("uploadCount"),
      wire::required<&AddedToBlockList::total_domain_added>("totalDomainAdded"),
      wire::optional<&AddedToBlockList::success>("success"),
      wire::optional<&AddedToBlockList::message>("message"),
  };
  return kFields;
}

wire::Fields BlockListQuery::wire() {
  static constexpr wire::Field kFields[] = {
      wire::optional<&BlockListQuery::offset>("offset", wire::range(0, INT64_MAX), wire::fallback(0)),
      wire::optional<&BlockListQuery::limit>("limit", wire::range(1, 1'000), wire::fallback(100)),
      wire::optional<&BlockListQuery::filter_client_id>("filter_client_id"),
      wire::optional<&BlockListQuery::filter_email_or_domain>("filter_email_or_domain", wire::length(0, 254)),
      wire::optional<&BlockListQuery::filter_email_with_domain>("filter_email_with_domain",
                                                                wire::length(0, 254)),
  };
  return kFields;
}

wire::Fields BlockListEntry::wire() {
  static constexpr wire::Field kFields[] = {
      wire::required<&BlockListEntry::id>("id"),
      wire::required<&BlockListEntry::email_or_domain>("email_or_domain"),
      wire::required<&BlockListEntry::created_at>("created_at", wire::with_ms()),
      wire::required<&BlockListEntry::source>("source"),
      wire::required<&BlockListEntry::client_id>("client_id"),
  };
  return kFields;
}

}  // namespace outrider::leads
