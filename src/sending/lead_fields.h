// A lead's values as templates read them, from its row: built-in names first, then the lead's own.
#pragma once

#include <optional>
#include <string_view>

#include "db/rows.h"
#include "sending/fields.h"

namespace outrider::sending {

/// The columns from `first` on: email, first_name, last_name, phone_number, company_name, website, location,
/// linkedin_profile, company_url, custom_fields.
Fields lead_fields(const db::Row& row, std::size_t first);

}  // namespace outrider::sending
