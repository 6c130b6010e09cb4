// The leads of a campaign as a list. Both queries carry the same conditions, in the same order.
#include "leads/lead_row.h"
#include "leads/store.h"

namespace outrider::leads {
namespace {

constexpr db::Query kList{"leads.list_in_campaign", R"sql(
  SELECT place.id, place.category_id, place.state, place.created_at_ms,
         lead.id, lead.email, lead.domain, lead.first_name, lead.last_name, lead.phone_number,
         lead.company_name, lead.website, lead.location, lead.linkedin_profile, lead.company_url,
         lead.custom_fields, lead.is_unsubscribed, lead.created_at_ms
    FROM campaign_lead AS place
    JOIN lead ON lead.workspace_id = place.workspace_id AND lead.id = place.lead_id
   WHERE place.workspace_id = $1
     AND place.campaign_id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR place.state = $3)
     AND (CAST($4 AS BIGINT) IS NULL OR place.category_id = $4)
     AND (CAST($5 AS BIGINT) IS NULL OR place.created_at_ms > $5)
     AND (CAST($6 AS BIGINT) IS NULL OR place.last_sent_at_ms > $6)
     AND (CAST($7 AS BIGINT) IS NULL OR place.last_sent_at_ms > $7 OR place.last_reply_at_ms > $7)
     AND CASE CAST($8 AS BIGINT)
           WHEN 0 THEN 1 = 1
           WHEN 1 THEN place.open_count > 0
           WHEN 2 THEN place.click_count > 0
           WHEN 3 THEN place.reply_count > 0
           WHEN 4 THEN place.is_bounced = 1
           WHEN 5 THEN place.is_unsubscribed = 1
           WHEN 6 THEN EXISTS (SELECT 1
                                 FROM event
                                WHERE event.workspace_id = $1
                                  AND event.campaign_lead_id = place.id
                                  AND event.type = 14)
           WHEN 7 THEN place.sent_count > 0 AND place.is_bounced = 0
           WHEN 8 THEN place.open_count > 0 AND place.reply_count = 0
           WHEN 9 THEN place.category_id = 9
         END
   ORDER BY place.id
   LIMIT $9 OFFSET $10
)sql"};

constexpr db::Query kCount{"leads.count_in_campaign", R"sql(
  SELECT COUNT(*)
    FROM campaign_lead AS place
   WHERE place.workspace_id = $1
     AND place.campaign_id = $2
     AND (CAST($3 AS BIGINT) IS NULL OR place.state = $3)
     AND (CAST($4 AS BIGINT) IS NULL OR place.category_id = $4)
     AND (CAST($5 AS BIGINT) IS NULL OR place.created_at_ms > $5)
     AND (CAST($6 AS BIGINT) IS NULL OR place.last_sent_at_ms > $6)
     AND (CAST($7 AS BIGINT) IS NULL OR place.last_sent_at_ms > $7 OR place.last_reply_at_ms > $7)
     AND CASE CAST($8 AS BIGINT)
           WHEN 0 THEN 1 = 1
           WHEN 1 THEN place.open_count > 0
           WHEN 2 THEN place.click_count > 0
           WHEN 3 THEN place.reply_count > 0
           WHEN 4 THEN place.is_bounced = 1
           WHEN 5 THEN place.is_unsubscribed = 1
           WHEN 6 THEN EXISTS (SELECT 1
                                 FROM event
                                WHERE event.workspace_id = $1
                                  AND event.campaign_lead_id = place.id
                                  AND event.type = 14)
           WHEN 7 THEN place.sent_count > 0 AND place.is_bounced = 0
           WHEN 8 THEN place.open_count > 0 AND place.reply_count = 0
           WHEN 9 THEN place.category_id = 9
         END
)sql"};
static_assert(static_cast<int>(Engagement::Any) == 0 && static_cast<int>(Engagement::Opened) == 1 &&
              static_cast<int>(Engagement::Clicked) == 2 && static_cast<int>(Engagement::Replied) == 3 &&
              static_cast<int>(Engagement::Bounced) == 4 && static_cast<int>(Engagement::Unsubscribed) == 5 &&
              static_cast<int>(Engagement::Spam) == 6 && static_cast<int>(Engagement::Accepted) == 7 &&
              static_cast<int>(Engagement::NotReplied) == 8 &&
              static_cast<int>(Engagement::SenderBounced) == 9);

}  // namespace

Result<std::vector<CampaignLead>> list_in_campaign(db::Tx& tx,
                                                   const campaigns::Campaign& campaign,
                                                   const CampaignLeadFilter& filter,
                                                   const Page& page) {
  TRY_AS(const auto rows,
         tx.rows(kList,
                 campaign.workspace_id,
                 campaign.id,
                 filter.state,
                 filter.category_id,
                 filter.added_after_ms,
                 filter.sent_after_ms,
                 filter.event_after_ms,
                 filter.engagement,
                 page.limit,
                 page.offset));
  std::vector<CampaignLead> leads;
  leads.reserve(rows.size());
  for (const auto& row : rows) {
    TRY_AS(auto lead, lead_from(campaign.workspace_id, row, 4));
    leads.push_back({.id = row.int64(0),
                     .category_id = row.opt_int64(1),
                     .state = row.as<campaigns::LeadState>(2),
                     .created_at_ms = row.int64(3),
                     .lead = std::move(lead)});
  }
  return leads;
}

Result<std::int64_t> count_in_campaign(db::Tx& tx,
                                       const campaigns::Campaign& campaign,
                                       const CampaignLeadFilter& filter) {
  if (filter == CampaignLeadFilter()) return campaign.lead_count;
  TRY_AS(const auto row,
         tx.row(kCount,
                campaign.workspace_id,
                campaign.id,
                filter.state,
                filter.category_id,
                filter.added_after_ms,
                filter.sent_after_ms,
                filter.event_after_ms,
                filter.engagement));
  return row->int64(0);
}

}  // namespace outrider::leads
