// A person to write to: one record for a workspace, whatever number of campaigns it is in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

namespace outrider::leads {

inline constexpr std::size_t kContactCharactersMax = 1'000;  // of each text but the custom fields
inline constexpr std::size_t kCustomFieldsMax = 200;
inline constexpr std::size_t kCustomKeyCharactersMax = 100;
inline constexpr std::size_t kCustomValueCharactersMax = 10'000;

/// By key as given; the renderer looks keys up without regard to case (BEHAVIOUR 2.6).
using CustomFields = std::map<std::string, std::string>;

struct Contact {
  std::optional<std::string> first_name = {};
  std::optional<std::string> last_name = {};
  std::optional<std::string> phone_number = {};
  std::optional<std::string> company_name = {};
  std::optional<std::string> website = {};
  std::optional<std::string> location = {};
  std::optional<std::string> linkedin_profile = {};
  std::optional<std::string> company_url = {};
};

struct Lead {
  std::int64_t workspace_id = 0;
  std::int64_t id = 0;
  std::string email;   // lower case
  std::string domain;  // organisational domain of the address
  Contact contact;
  CustomFields custom_fields;
  bool is_unsubscribed = false;  // from everything in the workspace
  TimeMs created_at_ms = 0;
};

/// The stored form of the fields, and back.
std::string custom_fields_json(const CustomFields& fields);
Result<CustomFields> parse_custom_fields(std::string_view json);

/// `added` laid over `fields`: a key that is there already gets the new value.
CustomFields merged(CustomFields fields, const CustomFields& added);

/// The organisational domain of an address: what "the same company" means.
std::string company_domain(std::string_view email);

}  // namespace outrider::leads
