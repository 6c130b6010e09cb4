// Adding leads to a campaign: who is let in, who is left out and why. Known leads get the new contact data
// (BEHAVIOUR 1.9 point 6, 6.6).
#pragma once

#include <span>
#include <vector>

#include "campaigns/campaign.h"
#include "db/database.h"
#include "leads/lead.h"

namespace outrider::leads {

struct ImportRow {
  std::string email;  // as given
  Contact contact;    // an absent or empty text leaves what is known
  CustomFields custom_fields;
};

struct ImportSettings {
  bool ignore_block_list = false;
  bool ignore_unsubscribes = false;
  bool ignore_bounces = false;
  bool skip_known_elsewhere = false;  // leave out leads that another campaign holds
};

enum class ImportOutcome : std::uint8_t {
  Added,
  AlreadyInCampaign,
  DuplicateInRequest,  // of a row before it
  InvalidAddress,
  Blocked,
  Unsubscribed,
  BouncedBefore,
  InOtherCampaign,
  TooManyFields,  // together with those the lead has
};

/// What a client reads for a row that was not added.
std::string_view reason(ImportOutcome outcome);

struct ImportedRow {
  std::string email;  // as stored; of an invalid address as given
  ImportOutcome outcome = ImportOutcome::Added;
  std::optional<std::int64_t> lead_id;  // of a lead the workspace has now
};

/// Answers one element for each row, in order. The same rows again change nothing but the contact data. New
/// places start with the campaign's first step; a completed campaign becomes active again. Takes a handful of
/// statements whatever the number of rows; wake the planner after the commit. Errors: Invalid when the
/// campaign is stopped or archived.
Result<std::vector<ImportedRow>> import_leads(db::Tx& tx,
                                              const campaigns::Campaign& campaign,
                                              std::span<const ImportRow> rows,
                                              const ImportSettings& settings,
                                              TimeMs now_ms);

}  // namespace outrider::leads
