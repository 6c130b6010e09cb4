// A lead out of a row: the fourteen columns in the order in which every query of this folder lists them.
#pragma once

#include <cstddef>

#include "db/rows.h"
#include "leads/lead.h"

namespace outrider::leads {

/// `first` is the column of the id. Errors: Malformed when the stored fields are no JSON.
inline Result<Lead> lead_from(std::int64_t workspace_id, const db::Row& row, std::size_t first) {
  TRY_AS(auto fields, parse_custom_fields(row.text(first + 11)));
  return Lead{.workspace_id = workspace_id,
              .id = row.int64(first),
              .email = row.string(first + 1),
              .domain = row.string(first + 2),
              .contact = {.first_name = row.opt_string(first + 3),
                          .last_name = row.opt_string(first + 4),
                          .phone_number = row.opt_string(first + 5),
                          .company_name = row.opt_string(first + 6),
                          .website = row.opt_string(first + 7),
                          .location = row.opt_string(first + 8),
                          .linkedin_profile = row.opt_string(first + 9),
                          .company_url = row.opt_string(first + 10)},
              .custom_fields = std::move(fields),
              .is_unsubscribed = row.flag(first + 12),
              .created_at_ms = row.int64(first + 13)};
}

}  // namespace outrider::leads
