// Leads in the database: the records, their places in campaigns as lists show them, categories.
#pragma once

#include <vector>

#include "campaigns/campaign.h"
#include "campaigns/lead_state.h"
#include "campaigns/store.h"
#include "db/database.h"
#include "leads/lead.h"
#include "leads/membership.h"
#include "leads/suppression.h"

namespace outrider::leads {

using campaigns::Scope;

/// A client sees the leads that are in campaigns of its own. Errors: NotFound.
Result<Lead> load(db::Tx& tx, const Scope& scope, std::int64_t id);
Result<std::optional<Lead>> find_by_email(db::Tx& tx, const Scope& scope, std::string_view email);

/// A place of a lead, for showing.
struct Place {
  std::int64_t id = 0;
  std::int64_t campaign_id = 0;
  std::string campaign_name;
  std::optional<std::int64_t> client_id;
  std::optional<std::string> client_email;
  std::optional<std::int64_t> category_id;
  std::optional<TimeMs> last_sent_at_ms;
  std::optional<TimeMs> last_reply_at_ms;
  std::optional<TimeMs> last_activity_at_ms;
};
/// In the order in which the lead was added to them.
Result<std::vector<Place>> list_places(db::Tx& tx, const Scope& scope, std::int64_t lead_id);

/// For which clients an address is unsubscribed; by address.
struct ClientUnsubscribe {
  std::string email;
  std::int64_t client_id = 0;
};
Result<std::vector<ClientUnsubscribe>> list_client_unsubscribes(db::Tx& tx,
                                                                std::int64_t workspace_id,
                                                                const std::vector<std::string>& emails);

/// Stores address, contact data and fields. A new address moves the lead's places to its company. Errors:
/// Conflict when another lead has the address.
Result<> store(db::Tx& tx, const Lead& lead, TimeMs now_ms);

/// Makes the leads' conversations findable under what the leads are called now.
Result<> index_conversations(db::Tx& tx,
                             std::int64_t workspace_id,
                             const std::vector<std::int64_t>& lead_ids);

/// What the mails to a lead have led to.
enum class Engagement : std::uint8_t {
  Any,
  Opened,
  Clicked,
  Replied,
  Bounced,
  Unsubscribed,
  Spam,
  Accepted,
  NotReplied,  // opened without an answer
  SenderBounced,
};

struct CampaignLeadFilter {
  std::optional<campaigns::LeadState> state = {};
  std::optional<std::int64_t> category_id = {};
  Engagement engagement = Engagement::Any;
  std::optional<TimeMs> added_after_ms = {};
  std::optional<TimeMs> sent_after_ms = {};
  std::optional<TimeMs> event_after_ms = {};  // a send or a reply

  bool operator==(const CampaignLeadFilter&) const = default;
};

struct CampaignLead {
  std::int64_t id = 0;  // the lead map
  std::optional<std::int64_t> category_id;
  campaigns::LeadState state = campaigns::LeadState::Started;
  TimeMs created_at_ms = 0;
  Lead lead;
};

/// In the order in which they were added.
Result<std::vector<CampaignLead>> list_in_campaign(db::Tx& tx,
                                                   const campaigns::Campaign& campaign,
                                                   const CampaignLeadFilter& filter,
                                                   const Page& page);
/// Without a filter the campaign's own counter.
Result<std::int64_t> count_in_campaign(db::Tx& tx,
                                       const campaigns::Campaign& campaign,
                                       const CampaignLeadFilter& filter);

/// Takes the lead out of the campaign with its planned mail; the lead itself goes with its last place. Sent
/// messages and their links stay.
Result<> remove_from_campaign(db::Tx& tx, const Membership& membership);

/// Blocks the places of leads whose address the entries stop: of one client, or all when `client_id` is
/// absent. At most kBlockedAtOnceMax by address and as many by domain: the last look before a send stops the
/// rest.
Result<> block_suppressed(db::Tx& tx,
                          std::int64_t workspace_id,
                          std::optional<std::int64_t> client_id,
                          const std::vector<std::string>& values,
                          const Cause& cause,
                          TimeMs now_ms);
inline constexpr std::int64_t kBlockedAtOnceMax = 2'000;

struct CategoryRow {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> sentiment;
  TimeMs created_at_ms = 0;
};
/// By id.
Result<std::vector<CategoryRow>> list_categories(db::Tx& tx, std::int64_t workspace_id);

}  // namespace outrider::leads
