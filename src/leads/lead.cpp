#include "leads/lead.h"

#include "mail/address.h"
#include "mail/domain.h"
#include "wire/json.h"

namespace outrider::leads {

std::string custom_fields_json(const CustomFields& fields) {
  std::string json;
  wire::Writer writer(json);
  writer.begin_object();
  for (const auto& [key, value] : fields) writer.member(key, std::string_view(value));
  writer.end_object();
  return json;
}

Result<CustomFields> parse_custom_fields(std::string_view json) {
  TRY_AS(const auto document, wire::Document::parse(json));
  const wire::Node root = document.root();
  CustomFields fields;
  for (std::size_t i = 0; i < root.size(); ++i) fields.emplace(root.key(i), root.at(i).text());
  return fields;
}

CustomFields merged(CustomFields fields, const CustomFields& added) {
  for (const auto& [key, value] : added) fields.insert_or_assign(key, value);
  return fields;
}

std::string company_domain(std::string_view email) {
  return mail::organisational_domain(mail::domain_of(email));
}

}  // namespace outrider::leads
