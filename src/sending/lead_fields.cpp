#include "sending/lead_fields.h"

#include <array>

#include "wire/json.h"

namespace outrider::sending {
namespace {

constexpr std::array<std::string_view, 9> kBuiltIn{"email",
                                                   "first_name",
                                                   "last_name",
                                                   "phone_number",
                                                   "company_name",
                                                   "website",
                                                   "location",
                                                   "linkedin_profile",
                                                   "company_url"};

}  // namespace

Fields lead_fields(const db::Row& row, std::size_t first) {
  Fields fields;
  for (std::size_t i = 0; i < kBuiltIn.size(); ++i)
    if (const auto value = row.opt_text(first + i)) fields.add(kBuiltIn[i], std::string(*value));
  const auto custom = row.text(first + kBuiltIn.size());
  if (custom == "{}") return fields;
  const auto document = wire::Document::parse(custom);
  if (!document) return fields;
  const auto root = document->root();
  for (std::size_t i = 0; i < root.size(); ++i) fields.add(root.key(i), std::string(root.at(i).text()));
  return fields;
}

}  // namespace outrider::sending
